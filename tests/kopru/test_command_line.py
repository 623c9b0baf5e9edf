"""The command line: mistakes are one sentence and status 2, and operators get what they ask for."""

import asyncio
import socket
from pathlib import Path

import pytest

from bootstrap.platform import open_platform
from care.documents.customers import Customer
from core.clock import now
from core.records import save
from core.settings import read_settings
from kopru.__main__ import main
from kopru.administration import SCHEMAS, export_schemas


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let every command work in a folder of its own, with nothing else set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOPRU_DATA", str(tmp_path / "data"))
    return tmp_path


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must be refused, and give its one sentence."""
    assert main(list(arguments)) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    return told[0]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "kopru.example", "::"])
def test_demo_serves_this_machine_only(capsys: pytest.CaptureFixture[str], folder: Path, host: str) -> None:
    sentence = refused(capsys, "demo", "--host", host)

    assert sentence == (
        f"kopru: The demo serves this machine only, for its accounts are printed: not {host}; use `kopru serve` there."
    )
    assert list(folder.iterdir()) == []


def test_demo_tells_at_once_that_its_port_is_taken(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        sentence = refused(capsys, "demo", "--port", str(port))

    assert sentence.startswith(f"kopru: The demo can't listen on 127.0.0.1:{port} (")
    assert list(folder.iterdir()) == []


def test_tour_needs_a_demo(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert refused(capsys, "tour").startswith(f"kopru: The tour needs {folder}/data/demo.json, which `kopru demo` writes: ")


def test_wrong_setting_is_one_sentence(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPRU_SECRET_KEY", "short")

    assert refused(capsys, "doctor") == "kopru: KOPRU_SECRET_KEY is wrong: Value error, must have at least 32 characters."


@pytest.mark.parametrize(
    "arguments",
    [[], ["fly"], ["reindex", "everything"], ["keys"], ["accounts", "create", "--email", "a@b.example"], ["demo", "--port", "x"]],
)
def test_unknown_arguments_are_refused_with_the_usage(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)

    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("usage: kopru")


def test_doctor_migrate_and_dead_on_a_new_installation(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    first = capsys.readouterr().out
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out == first
    assert main(["doctor"]) == 0
    found = capsys.readouterr().out.splitlines()
    assert [line[:4] for line in found] == ["ok  "] * 7
    assert [line[5:].partition(":")[0] for line in found] == [
        "settings", "store", "size", "clock", "search", "keys", "dead letters",
    ]  # fmt: skip
    assert main(["dead", "list"]) == 0
    assert capsys.readouterr().out == "0 could not be handled.\n"
    assert main(["dead", "replay", "jobs/none"]) == 1


def test_doctor_tells_that_a_server_does_not_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--url", "http://127.0.0.1:9"]) == 1

    assert capsys.readouterr().out.splitlines()[-1].startswith("BAD  server: http://127.0.0.1:9 does not answer: ")


def test_account_is_made_once_with_a_password_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    create = ["accounts", "create", "--email", "Derya@narin.example", "--name", "Derya", "--role", "AGENT", "--role", "MENTOR"]

    assert main(create) == 0
    told = capsys.readouterr().out

    assert told.startswith("derya@narin.example can sign in with this password, which is shown only now: ")
    assert len(told.rsplit(" ", 1)[1].strip()) == 20
    assert refused(capsys, *create) == "kopru: Another account has this e-mail address."


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Run a command that must succeed, and give what it prints."""
    assert main(list(arguments)) == 0
    return capsys.readouterr().out.splitlines()


@pytest.fixture
def derya(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Make an agent's account, and give its address."""
    assert folder.is_dir()
    told(capsys, "accounts", "create", "--email", "derya@narin.example", "--name", "Derya", "--role", "AGENT")
    return "derya@narin.example"


def test_who_leaves_is_disabled_and_whose_password_is_lost_gets_another(capsys: pytest.CaptureFixture[str], derya: str) -> None:
    assert told(capsys, "accounts", "disable", derya) == [f"{derya} can't sign in any more, and what was issued is void."]
    first, last = told(capsys, "accounts", "list")
    assert first.split("  ")[1] == "MEMBER"
    assert first.split("  ")[2].startswith("disabled 2")
    assert first.split("  ")[3:] == [derya, "AGENT", "Derya"]
    assert last == "1 accounts."
    assert told(capsys, "accounts", "enable", "DERYA@narin.example") == [f"{derya} can sign in again."]
    (line,) = told(capsys, "accounts", "password", derya)
    assert line.startswith(f"{derya} can sign in with this password, which is shown only now: ")
    assert told(capsys, "accounts", "sign-out", first.split("  ")[0]) == [f"All tokens and sessions of {derya} have ended."]
    assert told(capsys, "accounts", "list")[0].split("  ")[2] == "enabled"


def test_roles_are_changed_and_the_last_administrator_stays(capsys: pytest.CaptureFixture[str], derya: str) -> None:
    (line,) = told(capsys, "accounts", "roles", derya, "--role", "ADMIN", "--role", "EXPERT")
    assert line == f"{derya} has ADMIN, EXPERT from the next request on."
    last = "kopru: This is the last administrator; make another one first."
    assert refused(capsys, "accounts", "roles", derya, "--role", "AGENT") == last
    assert refused(capsys, "accounts", "disable", derya) == last
    unknown = "kopru: There is no such account; `kopru accounts list` shows all of them."
    assert refused(capsys, "accounts", "disable", "nobody@narin.example") == unknown
    assert refused(capsys, "accounts", "disable", "acc_nobody") == unknown


def test_program_gets_tokens_that_are_listed_and_revoked(capsys: pytest.CaptureFixture[str], derya: str) -> None:
    (line,) = told(capsys, "accounts", "create-program", "--name", "CRM")
    account = line.split(" ")[0]
    create = ["tokens", "create", "--name", "nightly", "--scope", "customer:import", "--days", "30", "--account"]
    (line,) = told(capsys, *create, account)
    assert line.startswith("CRM can call with this token, which is shown only now: kpt_")
    assert refused(capsys, *create, derya) == "kopru: Only service accounts have API tokens; make one for the program."
    create[create.index("30")] = "0"
    assert refused(capsys, *create, account) == "kopru: A token lasts 1 to 3650 days, or without --days for ever."
    row, count = told(capsys, "tokens", "list")
    token, state, *rest = row.split("  ")
    assert (state[:8], rest, count) == ("until 20", ["CRM: nightly", "customer:import"], "1 tokens.")
    assert line.rsplit(" ", 1)[1] not in row
    assert told(capsys, "tokens", "revoke", token) == ["The token nightly is void."]
    assert told(capsys, "tokens", "list")[0].split("  ")[1].startswith("revoked 20")


async def test_portal_account_opens_the_portal_once_for_the_customer_or_who_they_are_merged_into(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with open_platform(read_settings()):
        await save(Customer(id="cus_a", created_at=now(), display_name="Ayşe", locale="tr"))
        await save(Customer(id="cus_b", created_at=now(), display_name="Ayşe K.", merged_into="cus_a"))
    create = ["accounts", "create-customer", "--email", "ayse@posta.example", "--customer"]
    assert await asyncio.to_thread(refused, capsys, *create, "cus_nobody") == "kopru: There is no such customer."
    merged = await asyncio.to_thread(refused, capsys, *create, "cus_b")
    assert merged == "kopru: This customer is merged into cus_a; make the account for that one."
    (line,) = await asyncio.to_thread(told, capsys, *create, "cus_a")
    assert line.startswith("ayse@posta.example can sign in with this password, which is shown only now: ")
    create[create.index("ayse@posta.example")] = "other@posta.example"
    assert await asyncio.to_thread(refused, capsys, *create, "cus_a") == "kopru: This customer has an account already."
    listed = await asyncio.to_thread(told, capsys, "accounts", "list")
    assert [row.split("  ")[1:] for row in listed[:-1]] == [["CUSTOMER", "enabled", "ayse@posta.example", "cus_a", "Ayşe"]]


def test_keys_are_rotated_when_the_next_one_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "keys", "rotate").startswith("kopru: The next key may sign from ")
    assert refused(capsys, "keys", "rotate", "--revoke", "unknown") == "kopru: There is no signing key of this id."


def test_reindex_tells_what_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reindex"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "staff: 0 entries (nothing to find)",
        "portal: 0 entries (nothing to find)",
    ]


def test_exported_schemas_are_written_and_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "schema").mkdir()

    assert export_schemas(tmp_path, is_check=True) == 1
    assert capsys.readouterr().err == (
        "schema/staff.graphql and schema/portal.graphql: not the code's any more; run `kopru export-schema`.\n"
    )
    assert export_schemas(tmp_path, is_check=False) == 0
    assert export_schemas(tmp_path, is_check=True) == 0
    assert (tmp_path / "schema/staff.graphql").read_text(encoding="utf-8") == f"{SCHEMAS['schema/staff.graphql']()}\n"
