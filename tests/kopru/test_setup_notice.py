"""What the start says while nobody could sign in."""

import pytest

from auth.actor import Role
from auth.setup import ensure_setup_token
from core.database import Database
from kopru.serving import tell_setup_token
from tests.auth.makers import KEYRING, make_member


async def test_token_is_printed_until_there_is_an_administrator(store: Database, capsys: pytest.CaptureFixture[str]) -> None:
    await tell_setup_token(KEYRING)
    token = await ensure_setup_token(KEYRING)
    assert token is not None
    assert capsys.readouterr().out.endswith(f": {token}\n")

    await make_member(Role.ADMIN)
    await tell_setup_token(KEYRING)

    assert capsys.readouterr().out == ""
