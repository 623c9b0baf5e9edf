"""Three-way merging: two edits of one text become one, and where they disagree both are shown."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

YOURS_BEGINS: Final = "<<<<<<< yours"
BASE_BEGINS: Final = "||||||| base"
THEIRS_BEGINS: Final = "======="
CONFLICT_ENDS: Final = ">>>>>>> theirs"


class RegionKind(StrEnum):
    """Who changed a run of lines: nobody, one of the two, both alike, or each in another way."""

    SAME = "SAME"
    YOURS = "YOURS"
    THEIRS = "THEIRS"
    BOTH = "BOTH"
    CONFLICT = "CONFLICT"


@dataclass(frozen=True, slots=True)
class Region:
    """A run of lines as each of the three texts has it."""

    kind: RegionKind
    base: tuple[str, ...]
    theirs: tuple[str, ...]
    yours: tuple[str, ...]

    @property
    def merged(self) -> tuple[str, ...]:
        """Give the lines of the merged text; of a conflict all three, between markers."""
        match self.kind:
            case RegionKind.CONFLICT:
                return (YOURS_BEGINS, *self.yours, BASE_BEGINS, *self.base, THEIRS_BEGINS, *self.theirs, CONFLICT_ENDS)
            case RegionKind.THEIRS:
                return self.theirs
            case _:
                return self.yours


@dataclass(frozen=True, slots=True)
class Merge:
    """What became of two edits of one text: the regions in their order."""

    regions: tuple[Region, ...]

    @property
    def text(self) -> str:
        """Give the merged text."""
        return "\n".join(line for region in self.regions for line in region.merged)

    @property
    def conflicts(self) -> int:
        """Count the places where the two disagree."""
        return sum(region.kind is RegionKind.CONFLICT for region in self.regions)


def merge(base: str, theirs: str, yours: str) -> Merge:
    """Merge two edits of one text, line by line (diff3): what only one changed is taken, what both changed alike too.

    Lines that neither changed divide the texts into regions; changes that touch each other are one region.
    """
    lines, other, own = base.split("\n"), theirs.split("\n"), yours.split("\n")
    regions: list[Region] = []
    anchors = [_Anchor(0, 0, 0, 0), *_anchors(lines, other, own), _Anchor(len(lines), len(other), len(own), 0)]
    for before, after in pairwise(anchors):
        base_from, theirs_from, yours_from = before.base + before.size, before.theirs + before.size, before.yours + before.size
        between = (lines[base_from : after.base], other[theirs_from : after.theirs], own[yours_from : after.yours])
        if any(between):
            regions.append(_region(*(tuple(part) for part in between)))
        if after.size:
            same = tuple(lines[after.base : after.base + after.size])
            regions.append(Region(RegionKind.SAME, same, same, same))
    return Merge(tuple(regions))


def has_markers(text: str) -> bool:
    """Tell whether a conflict is still marked in a text."""
    lines = set(text.split("\n"))
    return not lines.isdisjoint((YOURS_BEGINS, BASE_BEGINS, CONFLICT_ENDS))


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Lines that all three texts have: where they begin in each, and how many they are."""

    base: int
    theirs: int
    yours: int
    size: int


def _anchors(base: list[str], theirs: list[str], yours: list[str]) -> Iterator[_Anchor]:
    one = difflib.SequenceMatcher(None, base, theirs).get_matching_blocks()
    other = difflib.SequenceMatcher(None, base, yours).get_matching_blocks()
    first = second = 0
    while first < len(one) and second < len(other):
        left, right = one[first], other[second]
        start, end = max(left.a, right.a), min(left.a + left.size, right.a + right.size)
        if start < end:
            yield _Anchor(start, left.b + start - left.a, right.b + start - right.a, end - start)
        if left.a + left.size < right.a + right.size:
            first += 1
        else:
            second += 1


def _region(base: tuple[str, ...], theirs: tuple[str, ...], yours: tuple[str, ...]) -> Region:
    if theirs == yours:
        kind = RegionKind.SAME if yours == base else RegionKind.BOTH
    elif yours == base:
        kind = RegionKind.THEIRS
    elif theirs == base:
        kind = RegionKind.YOURS
    else:
        kind = RegionKind.CONFLICT
    return Region(kind, base, theirs, yours)
