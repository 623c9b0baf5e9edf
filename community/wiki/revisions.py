"""Revisions: what a page said after each edit, and what changed from one to the next."""

import difflib
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from community.revisions import MOST_WAITING, Waiting, keep_entries
from community.wiki.documents import RevisionEntry, WikiPage, WikiRevision
from core.ids import numbered_id, numbered_in


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
    """Give the id that this revision always has; it names page and number (`page_of_revision`)."""
    return numbered_id("wrv", page_id, number)


def page_of_revision(identifier: str) -> tuple[str, int] | None:
    """Give the page and the number that the id of a revision names; of one that an older release made, neither is true."""
    return numbered_in("wik", identifier)


async def keep_revisions(page: WikiPage) -> WikiPage:
    """Make revisions of what a page's edits said, and take the entries out of the page; can run twice."""
    return await keep_entries(page, page.entries, partial(_revision_of, page.id))


async def keep_if_many(page: WikiPage) -> WikiPage:
    """Leave what a page's edits said to the handler, unless so much waits that no handler seems to run."""
    return await keep_revisions(page) if len(page.entries) > MOST_WAITING else page


def waiting_in(page: WikiPage, *, with_proposed: bool) -> Waiting[WikiRevision]:
    """Give the revisions that still wait in a page, with or without those that were only proposed."""
    rows = [_revision_of(page.id, entry) for entry in reversed(page.entries) if with_proposed or not entry.proposed]
    return Waiting(rows, min((entry.number for entry in page.entries), default=None))


def _revision_of(page_id: str, entry: RevisionEntry) -> WikiRevision:
    return WikiRevision(
        id=revision_id(page_id, entry.number),
        created_at=entry.at,
        page_id=page_id,
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
