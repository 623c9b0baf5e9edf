"""Ids, settings, secrets, time, logs, idempotency: what everything else stands on."""

import io
import json
import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr
from pymongo.errors import AutoReconnect, NetworkTimeout, PyMongoError

from core.clock import Clock, clock, now
from core.database import Database, connect, outage, ping
from core.errors import IdempotencyMismatch, Unavailable
from core.idempotency import Once, once
from core.ids import derived_id, keyed_id, new_id, numbered_id, numbered_in, prefix_of, with_prefix
from core.logs import log, set_up_logs
from core.secrets import Keyring, open_keyring
from core.settings import Settings, WrongSetting, read_settings


def test_ids_made_later_sort_later_and_never_repeat() -> None:
    made = [new_id("case") for _ in range(1000)]

    assert len(set(made)) == 1000
    time.sleep(0.002)
    assert new_id("case") > max(made)
    assert all(len(identifier) == len("case_") + 24 for identifier in made)


def test_numbered_ids_name_what_they_belong_to() -> None:
    whole = new_id("wik")
    parts = [numbered_id("wrv", whole, number) for number in (1, 31, 32, 1_000_000)]
    assert len(set(parts)) == 4
    assert [numbered_in("wik", part) for part in parts] == [(whole, number) for number in (1, 31, 32, 1_000_000)]
    assert [numbered_in("wik", other) for other in ("", "wrv_", "wrv_000001", "wrv_abcdefghU")] == [None] * 4


def test_derived_ids_depend_on_every_part_and_its_bounds() -> None:
    assert derived_id("msg", "a", "b") == derived_id("msg", "a", "b")
    assert len({derived_id("msg", "ab"), derived_id("msg", "a", "b"), derived_id("msg", "b", "a")}) == 3
    assert keyed_id("msg", b"k1", "a") != keyed_id("msg", b"k2", "a")


def test_prefixes_change_and_the_remainder_stays() -> None:
    assert with_prefix("req", "case_12") == "req_12"
    assert (prefix_of("case_12"), prefix_of("nothing"), prefix_of("")) == ("case", "", "")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("secret_key", "short", "KOPRU_SECRET_KEY is wrong"),
        ("public_url", "ftp://x", "KOPRU_PUBLIC_URL is wrong"),
        ("log_level", "LOUD", "KOPRU_LOG_LEVEL is wrong"),
        ("access_token_minutes", "0", "KOPRU_ACCESS_TOKEN_MINUTES is wrong"),
        ("mongodb_database", "a.b", "KOPRU_MONGODB_DATABASE is wrong"),
    ],
)
def test_wrong_setting_stops_with_one_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(f"KOPRU_{name.upper()}", value)

    with pytest.raises(WrongSetting, match=said) as refusal:
        read_settings()

    assert "\n" not in str(refusal.value)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPRU_ALLOWED_ORIGINS", "https://a.example, https://b.example")
    monkeypatch.setenv("KOPRU_PUBLIC_URL", "https://kopru.example/")

    settings = read_settings()

    assert settings.allowed_origins == ["https://a.example", "https://b.example"]
    assert settings.public_url == "https://kopru.example"
    assert settings.mongodb_url is None


def test_every_setting_is_explained_in_the_example() -> None:
    lines = Path(".env.example").read_text(encoding="utf-8").splitlines()
    named = {line.lstrip("# ").partition("=")[0] for line in lines if "KOPRU_" in line and "=" in line}

    assert {f"KOPRU_{name.upper()}" for name in Settings.model_fields} <= named


def test_secret_is_kept_for_the_embedded_store_and_required_otherwise(tmp_path: Path) -> None:
    first = open_keyring(Settings(data=tmp_path))
    second = open_keyring(Settings(data=tmp_path))

    assert first.key("x") == second.key("x")
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert open_keyring(Settings(memory_only=True)).key("x") != first.key("x")
    with pytest.raises(WrongSetting, match="KOPRU_SECRET_KEY is required"):
        open_keyring(Settings(mongodb_url="mongodb://127.0.0.1/"))
    named = Settings(mongodb_url="mongodb://127.0.0.1/", secret_key=SecretStr("k" * 32))
    assert open_keyring(named).key("x") == Keyring(b"k" * 32).key("x")


def test_sealed_is_opened_by_the_same_key_only() -> None:
    sealed = Keyring(b"one").encrypt("whsec_gizli")

    assert "gizli" not in sealed
    assert Keyring(b"one").decrypt(sealed) == "whsec_gizli"
    with pytest.raises(WrongSetting, match="not the key"):
        Keyring(b"two").decrypt(sealed)


def test_signature_holds_for_its_text_and_purpose() -> None:
    keyring = Keyring(b"one")
    signature = keyring.sign("cursor", "text")

    assert keyring.signed_by_us("cursor", "text", signature)
    assert not keyring.signed_by_us("cursor", "text2", signature)
    assert not keyring.signed_by_us("other", "text", signature)
    assert not keyring.signed_by_us("cursor", "text", "ğ")


async def test_time_is_the_stores_cut_to_milliseconds(store: Database) -> None:
    assert clock.trusted
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=2)
    assert now().microsecond % 1000 == 0
    before = now()
    clock.shift(timedelta(hours=1))
    assert now() - before >= timedelta(hours=1)


async def test_clock_without_a_sample_is_not_trusted(store: Database) -> None:
    fresh = Clock()
    assert not fresh.trusted
    await fresh.sample(store)
    assert fresh.trusted


async def test_store_that_is_not_there_is_unavailable() -> None:
    client = connect("mongodb://127.0.0.1:9/", serverSelectionTimeoutMS=200, timeoutMS=300)

    with pytest.raises(Unavailable, match="store is not reachable"):
        await ping(client["nothing"])
    await client.close()


def test_outages_are_told_from_mistakes() -> None:
    assert isinstance(outage(AutoReconnect()), Unavailable)
    assert isinstance(outage(NetworkTimeout()), Unavailable)
    assert outage(PyMongoError("wrong")) is None
    assert outage(ValueError()) is None


def test_repeat_of_a_request_has_the_same_id_and_other_input_is_refused() -> None:
    first = once(b"k", actor="mem_1", operation="ask", key="1", given={"title": "a", "n": 1})
    again = once(b"k", actor="mem_1", operation="ask", key="1", given={"n": 1, "title": "a"})
    other = once(b"k", actor="mem_1", operation="ask", key="1", given={"title": "b"})
    elses = once(b"k", actor="mem_2", operation="ask", key="1", given={"title": "a", "n": 1})

    assert first.identifier("qst") == again.identifier("qst") == other.identifier("qst") != elses.identifier("qst")
    again.same_input(first.fingerprint)
    with pytest.raises(IdempotencyMismatch) as refusal:
        other.same_input(first.fingerprint)
    assert refusal.value.path == ("idempotencyKey",)


def test_request_without_a_key_is_always_new() -> None:
    request = once(b"k", actor="mem_1", operation="ask", key=None, given={})

    assert request == Once()
    assert not request.may_be_repeat
    assert request.identifier("qst") != request.identifier("qst")


def test_logs_are_one_json_object_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = io.StringIO()
    monkeypatch.setattr("sys.stderr", lines)
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    listener = set_up_logs("INFO")
    try:
        log("tests").info("thing.made", thing="thing_1")
        logging.getLogger("library").warning("careful")
    finally:
        listener.stop()
        root.handlers, root.level = handlers, level
        structlog.reset_defaults()

    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (first["event"], first["thing"], first["level"], first["logger"]) == ("thing.made", "thing_1", "info", "tests")
    assert (second["event"], second["level"]) == ("careful", "warning")
