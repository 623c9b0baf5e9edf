"""Revisions: what a page said after each edit, and what changed from one to the next."""

import difflib
from dataclasses import dataclass
from enum import StrEnum

from community.revisions import keep_entries
from community.wiki.documents import RevisionEntry, WikiPage, WikiRevision
from core.ids import derived_id


class HunkKind(StrEnum):
    """What became of a run of lines."""

    SAME = "SAME"
    ADDED = "ADDED"
    REMOVED = "REMOVED"


@dataclass(frozen=True, slots=True)
class Hunk:
    """A run of whole lines; the line ends are part of it."""

    kind: HunkKind
    text: str


def revision_id(page_id: str, number: int) -> str:
    """Give the id that this revision always has."""
    return derived_id("wrv", page_id, str(number))


async def keep_revisions(page: WikiPage) -> WikiPage:
    """Make revisions of what a page's edits said, and take the entries out of the page; can run twice."""

    def revision_of(entry: RevisionEntry) -> WikiRevision:
        return WikiRevision(
            id=revision_id(page.id, entry.number),
            created_at=entry.at,
            page_id=page.id,
            number=entry.number,
            title=entry.title,
            body=entry.body,
            summary=entry.summary,
            author_id=entry.author_id,
            restored_from=entry.restored_from,
            merged_from=entry.merged_from,
            proposed=entry.proposed,
            approved_by=entry.approved_by,
        )

    return await keep_entries(page, page.entries, revision_of)


def compare(before: str, after: str) -> list[Hunk]:
    """Tell how one text became another, line by line.

    The SAME and ADDED hunks in their order are `after`, the SAME and REMOVED ones are `before`. Ratcliff and Obershelp's
    matching, as the standard library's difflib does it: the fewest changes that people would mark, not the fewest there are.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    hunks: list[Hunk] = []
    for tag, old_start, old_end, new_start, new_end in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            hunks.append(Hunk(HunkKind.SAME, "".join(old[old_start:old_end])))
            continue
        if old_end > old_start:
            hunks.append(Hunk(HunkKind.REMOVED, "".join(old[old_start:old_end])))
        if new_end > new_start:
            hunks.append(Hunk(HunkKind.ADDED, "".join(new[new_start:new_end])))
    return hunks
