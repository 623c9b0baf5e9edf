"""Mutations of templates: writing, changing, taking away, and making pages of them."""

from typing import Annotated, ClassVar

import strawberry

from community.wiki.templates import (
    Filling,
    TemplateDraft,
    create_from_template,
    create_template,
    delete_template,
    edit_template,
)
from core.errors import InvalidInput
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.wiki import WikiPage
from schema.staff.wiki_templates import WikiTemplate

_TEMPLATE_ID = "The id of the template."
_NAME = "Its name."
_DESCRIPTION = "What it is for."
_TITLE = "The title of its pages, with gaps such as `{{start_date}}`."
_BODY = "The text of its pages, in Markdown, with gaps."
_TAGS = "The labels of its pages, at most 5."
_VARIABLES = "The gaps, at most 20; every gap in title and text is one of them."


@strawberry.input(description="A gap in a template.")
class WikiTemplateVariableInput:
    """A gap in a template."""

    name: str = required("Its name in the text: small letters, digits and `_`.")
    label: str = required("What to ask for.")
    default: str | None = given("What stands there when nothing is given; absent: something must be.")


@strawberry.input(description="The template to write.")
class CreateWikiTemplateInput:
    """The template to write."""

    name: str = required(_NAME)
    description: str | None = given(_DESCRIPTION)
    title: str = required(_TITLE)
    body: str = required(_BODY)
    tag_slugs: list[str] | None = given(_TAGS)
    variables: list[WikiTemplateVariableInput] | None = given(_VARIABLES)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createWikiTemplate`.")
class CreateWikiTemplatePayload(Payload):
    """The answer of `createWikiTemplate`."""

    template: WikiTemplate | None = changed("The new template.")


@strawberry.input(description="A template as it shall be from now on, all of it.")
class EditWikiTemplateInput:
    """A template as it shall be from now on."""

    template_id: strawberry.ID = required(_TEMPLATE_ID)
    name: str = required(_NAME)
    description: str | None = given(_DESCRIPTION)
    title: str = required(_TITLE)
    body: str = required(_BODY)
    tag_slugs: list[str] | None = given(_TAGS)
    variables: list[WikiTemplateVariableInput] | None = given(_VARIABLES)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `editWikiTemplate`.")
class EditWikiTemplatePayload(Payload):
    """The answer of `editWikiTemplate`."""

    written: ClassVar[str | None] = "template"

    template: WikiTemplate | None = changed("The template as it is now.")


@strawberry.input(description="Which template to take away.")
class DeleteWikiTemplateInput:
    """Which template to take away."""

    template_id: strawberry.ID = required(_TEMPLATE_ID)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `deleteWikiTemplate`.")
class DeleteWikiTemplatePayload(Payload):
    """The answer of `deleteWikiTemplate`."""

    written: ClassVar[str | None] = "template"

    template: WikiTemplate | None = changed("The template as it was last; it is found no more.")


@strawberry.input(description="What fills a gap of a template.")
class WikiTemplateValueInput:
    """What fills a gap of a template."""

    name: str = required("The name of the variable.")
    value: str = required("What stands there.")


@strawberry.input(description="Of which template to make a page, and what fills its gaps.")
class CreateWikiPageFromTemplateInput:
    """Of which template to make a page, and what fills its gaps."""

    template_id: strawberry.ID = required(_TEMPLATE_ID)
    path: str = required("Where the page shall stand; the page above must be there.")
    values: list[WikiTemplateValueInput] | None = given("What fills the gaps; those with a default may be left out.")
    summary: str | None = given("What to say of it in the list of revisions.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createWikiPageFromTemplate`.")
class CreateWikiPageFromTemplatePayload(Payload):
    """The answer of `createWikiPageFromTemplate`."""

    page: WikiPage | None = changed("The new page.")


def _named(values: list[WikiTemplateValueInput]) -> dict[str, str]:
    named = {one.name: one.value for one in values}
    if len(named) < len(values):
        raise InvalidInput("A variable is filled twice.", path=("values",))
    return named


@strawberry.type
class WikiTemplateMutations:
    """What is done with templates of the wiki."""

    @mutation(CreateWikiTemplatePayload, description="Writes a template of pages.")
    async def create_wiki_template(self, info: Info, input: Annotated[CreateWikiTemplateInput, INPUT]) -> object:
        """Write a template."""
        draft = parse(TemplateDraft, **values_of(input))
        template = await create_template(info.context.actor, draft, once=once_for(info, "createWikiTemplate", input))
        return CreateWikiTemplatePayload(template=WikiTemplate.from_document(template))

    @mutation(EditWikiTemplatePayload, description="Writes a template anew; pages made of it stay as they are.")
    async def edit_wiki_template(self, info: Info, input: Annotated[EditWikiTemplateInput, INPUT]) -> object:
        """Change a template."""
        draft = parse(TemplateDraft, **values_of(input, "template_id"))
        actor = info.context.actor
        template = await edit_template(actor, input.template_id, draft, expected_version=input.expected_version)
        return EditWikiTemplatePayload(template=WikiTemplate.from_document(template))

    @mutation(DeleteWikiTemplatePayload, description="Takes a template away; pages made of it stay.")
    async def delete_wiki_template(self, info: Info, input: Annotated[DeleteWikiTemplateInput, INPUT]) -> object:
        """Take a template away."""
        template = await delete_template(info.context.actor, input.template_id, expected_version=input.expected_version)
        return DeleteWikiTemplatePayload(template=WikiTemplate.from_document(template))

    @mutation(CreateWikiPageFromTemplatePayload, description="Makes a page of a template.")
    async def create_wiki_page_from_template(
        self, info: Info, input: Annotated[CreateWikiPageFromTemplateInput, INPUT]
    ) -> object:
        """Make a page of a template."""
        filling = parse(Filling, path=input.path, values=_named(input.values or []), summary=input.summary)
        once = once_for(info, "createWikiPageFromTemplate", input)
        page = await create_from_template(info.context.actor, input.template_id, filling, once=once)
        return CreateWikiPageFromTemplatePayload(page=WikiPage.from_document(page))
