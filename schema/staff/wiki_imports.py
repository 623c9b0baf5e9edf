"""Import of Markdown files as pages of the wiki."""

from typing import Annotated

import strawberry

from community.wiki.importing import MOST_PAGES, ImportDraft, ImportReport, import_pages
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, given, required, values_of
from schema.staff.wiki import WikiPage

_MOST_PROBLEMS = 2_200


@strawberry.type(description="A page made of a file, or that would be.")
class WikiImportedPage:
    """A page made of a file, or that would be."""

    file: str = strawberry.field(description="The name of the file; of a folder without a file of its own it ends in a slash.")
    path: str = strawberry.field(description="Where the page stands.")
    title: str = strawberry.field(description="Its title.")
    page: WikiPage | None = strawberry.field(description="The page; null in a dry run.")


@strawberry.type(description="Why a file was not taken.")
class WikiImportProblem:
    """Why a file was not taken."""

    file: str = strawberry.field(description="The name of the file.")
    message: str = strawberry.field(description="The reason and the fix, for people.")


@strawberry.type(description="What became of every file of an import.")
class WikiImportReport:
    """What became of every file of an import."""

    pages: list[WikiImportedPage] = strawberry.field(
        description="The pages made, those above first.", directives=list_size(10 * MOST_PAGES)
    )
    problems: list[WikiImportProblem] = strawberry.field(
        description="The files not taken; the others were.", directives=list_size(_MOST_PROBLEMS)
    )

    @classmethod
    def from_report(cls, report: ImportReport) -> "WikiImportReport":
        """Show a report."""
        pages = [
            WikiImportedPage(
                file=one.file,
                path=one.path,
                title=one.title,
                page=WikiPage.from_document(one.page) if one.page is not None else None,
            )
            for one in report.pages
        ]
        return cls(pages=pages, problems=[WikiImportProblem(file=one.file, message=one.message) for one in report.problems])


@strawberry.input(description="Which file to make pages of, and where.")
class ImportWikiPagesInput:
    """Which file to make pages of, and where."""

    file_id: strawberry.ID = required(
        "The id of the place, made by `stageUpload`, that a Markdown file or a zip of at most 200 of them was sent to. "
        "Sent again, nothing is made twice."
    )
    parent_path: str | None = given("The path of the page below which they shall stand; absent: at the top.")
    space_id: strawberry.ID | None = given("The id of the space they shall stand in; absent: in none, for all staff.")
    dry_run: bool = strawberry.field(default=False, description="Only tell what would be made, and change nothing.")


@strawberry.type(description="The answer of `importWikiPages`.")
class ImportWikiPagesPayload(Payload):
    """The answer of `importWikiPages`."""

    report: WikiImportReport | None = changed("What became of every file.")


@strawberry.type
class WikiImportMutations:
    """What is done to take pages in."""

    @mutation(
        ImportWikiPagesPayload,
        description="Makes pages of Markdown files with front matter (`title`, `tags`), with relative links mended and files "
        "that they show attached.",
    )
    async def import_wiki_pages(self, info: Info, input: Annotated[ImportWikiPagesInput, INPUT]) -> object:
        """Take pages in."""
        report = await import_pages(info.context.actor, parse(ImportDraft, **values_of(input)))
        return ImportWikiPagesPayload(report=WikiImportReport.from_report(report))
