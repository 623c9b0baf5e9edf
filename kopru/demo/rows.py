"""The written content of the demo, read from the JSON files of `content/`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]

_FOLDER = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What happens at Narin, an invented shop; the format is told in `content/README.md`."""

    departments: list[Row]
    skills: list[Row]
    channels: list[Row]
    members: list[Row]
    customers: list[Row]
    cases: list[Row]
    questions: list[Row]
    answer_bank: list[Row]
    tags: dict[str, str]
    """The names of tags by their slugs."""


def read_content(*, cases: int | None = None, questions: int | None = None) -> Content:
    """Read all of it, or of cases and questions only so many, taken evenly, so that every kind is among them."""
    everything = [row for language in ("tr", "fa", "en") for row in _rows(f"cases_{language}")]
    return Content(
        departments=_rows("departments"),
        skills=_rows("skills"),
        channels=_rows("channels"),
        members=_rows("members"),
        customers=_rows("customers"),
        cases=_evenly(everything, cases),
        questions=_evenly(_rows("questions"), questions),
        answer_bank=_evenly(_rows("answer_bank"), questions),
        tags={row["slug"]: row["name"] for row in _rows("tags")},
    )


def _rows(name: str) -> list[Row]:
    rows: list[Row] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def _evenly(rows: list[Row], count: int | None) -> list[Row]:
    if count is None or count >= len(rows):
        return rows
    return [rows[place * len(rows) // count] for place in range(count)]
