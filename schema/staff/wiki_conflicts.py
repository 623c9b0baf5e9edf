"""Edits of the wiki that came too late: the three texts, and how they merge."""

from typing import Self

import strawberry

from community.wiki.conflicts import EditConflict
from community.wiki.documents import WikiPage as PageDocument
from community.wiki.merging import Region, RegionKind
from schema.directives import list_size
from schema.enums import told
from schema.staff.wiki import WikiPage, WikiRevision

_MOST_REGIONS = 60_000

told(
    RegionKind,
    "Who changed a run of lines.",
    name="WikiMergeRegionKind",
    SAME="Nobody.",
    YOURS="Your edit alone.",
    THEIRS="The edits that were first, alone.",
    BOTH="Both, alike.",
    CONFLICT="Both, each in another way.",
)


@strawberry.type(description="A run of whole lines as each of the three texts has it; null where a text has no line there.")
class WikiMergeRegion:
    """A run of whole lines as each of the three texts has it."""

    kind: RegionKind = strawberry.field(description="Who changed it.")
    base: str | None = strawberry.field(description="As it was.")
    theirs: str | None = strawberry.field(description="As it is now.")
    yours: str | None = strawberry.field(description="As your edit has it.")

    @classmethod
    def from_region(cls, region: Region) -> Self:
        """Show a region."""
        base, theirs, yours = ("\n".join(lines) if lines else None for lines in (region.base, region.theirs, region.yours))
        return cls(kind=region.kind, base=base, theirs=theirs, yours=yours)


@strawberry.type(description="A title and a text of a page.")
class WikiText:
    """A title and a text of a page."""

    title: str = strawberry.field(description="The title.")
    body: str = strawberry.field(description="The text, in Markdown.")


@strawberry.type(description="An edit of an older version of a page, with all that is needed to merge it by `mergeWikiEdit`.")
class WikiEditConflict:
    """An edit of an older version of a page."""

    page: strawberry.Private[PageDocument]
    base: WikiRevision = strawberry.field(description="What the page said when the edit began.")
    yours: WikiText = strawberry.field(description="What the edit would have the page say.")
    merged: WikiText = strawberry.field(
        description="Both edits in one. Where they disagree the text shows all three versions between the lines "
        "`<<<<<<< yours`, `||||||| base`, `=======` and `>>>>>>> theirs`; the title is then yours."
    )
    title_conflicts: bool = strawberry.field(description="Whether both changed the title, each in another way.")
    conflicts: int = strawberry.field(description="In how many places the texts disagree; with 0 `merged` can be saved as it is.")
    regions: list[WikiMergeRegion] = strawberry.field(
        description="The texts side by side, in their order.", directives=list_size(_MOST_REGIONS)
    )

    @classmethod
    def from_conflict(cls, edit: EditConflict) -> Self:
        """Show a conflict."""
        return cls(
            page=edit.theirs,
            base=WikiRevision.from_document(edit.base),
            yours=WikiText(title=edit.title, body=edit.body),
            merged=WikiText(title=edit.merged_title, body=edit.merge.text),
            title_conflicts=edit.title_conflicts,
            conflicts=edit.merge.conflicts,
            regions=[WikiMergeRegion.from_region(region) for region in edit.merge.regions],
        )

    @strawberry.field(description="The page as it is now; merge with its `version`.")
    def theirs(self) -> WikiPage:
        """Give the page."""
        return WikiPage.from_document(self.page)
