"""Wrong signatures, many of them: they cost the store little, and nobody else's deliveries anything."""

import pytest

from care.ingest.hook import InboundHooks
from care.signatures import BadSignature
from core.database import Database
from tests.care.ingest.sender import KEYRING, body_of, make_channel, said, signed
from tests.round_trips import measured


async def test_wrong_signatures_make_the_channel_be_read_once_in_a_while(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("care.ingest.hook._ASK_AGAIN_AFTER", 1e9)
    monkeypatch.setattr("care.ingest.hook._REMEMBERED_FOR", 1e9)
    monkeypatch.setattr("care.ingest.hook._MOST_REMEMBERED", 1)
    made, other, body = await make_channel(), await make_channel(), body_of(said())
    hooks = InboundHooks(store, KEYRING)

    async def refused(channel_id: str) -> int:
        with measured() as trips, pytest.raises(BadSignature):
            await hooks.accept(channel_id, {}, body)
        return trips.names.count("find channels")

    assert [await refused(made.channel.id) for _ in range(3)] == [2, 0, 0]
    assert await refused(other.channel.id) == 2  # and what was asked of the first is forgotten, so that little is kept
    assert len(hooks._asked_anew) == 1
    assert (await hooks.accept(made.channel.id, signed(made.secret, body), body)).is_new
