"""What entries and queries refuse."""

from datetime import datetime

import pytest

from tests.search.engines.contract import make_entry, make_query

NAIVE = datetime(2026, 11, 20, 12, 0)  # noqa: DTZ001  # naive on purpose


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "a b"}, "id 'a b' must be 1-200 of A-Z, a-z, 0-9, _ and -"),
        ({"id": ""}, "id '' must be 1-200 of A-Z, a-z, 0-9, _ and -"),
        ({"id": "a\n"}, "id 'a\\n' must be 1-200 of A-Z, a-z, 0-9, _ and -"),
        ({"updated_at": NAIVE}, "updated_at must have a time zone"),
        ({"readers": frozenset({""})}, "readers must not hold an empty text"),
        ({"tags": ("a", "")}, "tags must not hold an empty text"),
    ],
)
def test_an_entry_that_no_engine_could_store_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        make_entry(**{"id_": "a", **{("id_" if name == "id" else name): value for name, value in changes.items()}})  # type: ignore[arg-type]  # wrong on purpose

    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"limit": 0}, "limit must be from 1 to 100, not 0"),
        ({"limit": 101}, "limit must be from 1 to 100, not 101"),
        ({"offset": -1}, "offset must be from 0 to 10000, not -1"),
        ({"offset": 10_001}, "offset must be from 0 to 10000, not 10001"),
        ({"updated_after": NAIVE}, "updated_after must have a time zone"),
        ({"updated_before": NAIVE}, "updated_before must have a time zone"),
        ({"readers": frozenset({""})}, "readers must not hold an empty text"),
        ({"tags": frozenset({""})}, "tags must not hold an empty text"),
    ],
)
def test_a_query_that_no_engine_could_answer_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match="must") as refusal:
        make_query("iade", **changes)

    assert str(refusal.value) == message
