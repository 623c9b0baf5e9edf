"""Mutations that keep what was answered."""

from typing import Annotated

import strawberry

from community.keeping import KeptAnswer, save_answer_as_page
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, given, idempotency_key, once_for, required, values_of
from schema.staff.wiki import WikiPage


@strawberry.input(description="Which answer is to be a page of the wiki, and where.")
class SaveAnswerAsWikiPageInput:
    """Which answer is to be a page of the wiki, and where."""

    answer_id: strawberry.ID = required("The id of the answer.")
    path: str = required("Where the page shall stand, such as `returns/abroad`; the page above must be there.")
    title: str | None = given("Its title, 5 to 200 characters; absent: the question's.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `saveAnswerAsWikiPage`.")
class SaveAnswerAsWikiPagePayload(Payload):
    """The answer of `saveAnswerAsWikiPage`."""

    page: WikiPage | None = changed("The new page, in the space of the question.")


@strawberry.type
class KeepingMutations:
    """How answers are kept."""

    @mutation(
        SaveAnswerAsWikiPagePayload,
        description="Makes a page of the wiki of an answer, in its question's space; `saveAnswer` puts it into the answer bank.",
    )
    async def save_answer_as_wiki_page(self, info: Info, input: Annotated[SaveAnswerAsWikiPageInput, INPUT]) -> object:
        """Make a page of an answer."""
        once = once_for(info, "saveAnswerAsWikiPage", input)
        page = await save_answer_as_page(info.context.actor, parse(KeptAnswer, **values_of(input)), once=once)
        return SaveAnswerAsWikiPagePayload(page=WikiPage.from_document(page))
