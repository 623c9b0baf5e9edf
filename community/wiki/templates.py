"""Templates: pages of a kind begin with the same words, whose gaps are filled when a page is made."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from auth.actor import Actor, Permission
from community.creation import insert_once, made_before
from community.drafts import TagNames, may_be_id, text
from community.names import sort_key
from community.wiki.documents import TemplateVariable, WikiPage, WikiTemplate
from community.wiki.events import WikiTemplateChanged
from community.wiki.pages import PageDraft, create_page
from community.wiki.paths import Path
from community.wiki.policies import may_manage, may_write
from community.wiki.writing import PageBody, Summary
from core.clock import now
from core.errors import InvalidFields, InvalidInput, NotFound
from core.gates import NOTHING, PRESENT, Gate, to_mongo
from core.idempotency import Once
from core.paging import Order, Slice, Window, count, read_slice
from core.records import change

MOST_VARIABLES: Final = 20
BY_NAME: Final = Order((("sort_name", 1),))

_GAP: Final = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

Text = Annotated[str, text(0, 2_000)]
_TEXT: Final = TypeAdapter[str](Text)


def _variable_name(given: str) -> str:
    if _NAME.fullmatch(given) is None:
        raise PydanticCustomError("variable", "A variable is named by small letters, digits and _, such as start_date")
    return given


class VariableDraft(BaseModel):
    """A gap: its name in the text, what to ask for, and what stands there when nothing is given."""

    name: Annotated[str, AfterValidator(_variable_name)]
    label: Annotated[str, text(1, 100, lines="one")]
    default: Text | None = None


class TemplateDraft(BaseModel):
    """A template, with gaps such as `{{start_date}}` in title and text."""

    name: Annotated[str, text(1, 100, lines="one")]
    description: Annotated[str, text(1, 500)] | None = None
    title: Annotated[str, text(1, 200, lines="one")]
    body: PageBody
    tag_slugs: TagNames = Field(default_factory=list)
    variables: Annotated[list[VariableDraft], Field(max_length=MOST_VARIABLES)] = Field(default_factory=list)


def _of_texts(given: dict[str, str]) -> dict[str, str]:
    try:
        return {name: _TEXT.validate_python(value) for name, value in given.items()}
    except ValidationError as error:
        raise PydanticCustomError("values", "{problem}", {"problem": error.errors()[0]["msg"]}) from error


class Filling(BaseModel):
    """Where a page made of a template shall stand, and what fills its gaps."""

    path: Path
    values: Annotated[dict[str, str], Field(max_length=MOST_VARIABLES), AfterValidator(_of_texts)] = Field(default_factory=dict)
    summary: Summary | None = None


async def create_template(actor: Actor, draft: TemplateDraft, *, once: Once) -> WikiTemplate:
    """Write a template. Raises Forbidden without `wiki:manage`, InvalidInput for gaps and variables that don't match."""
    may_manage(actor).enforce()
    _require_matching(draft)
    identifier, at = once.identifier("wtp"), now()
    if (before := await made_before(WikiTemplate, identifier, once)) is not None:
        return before
    template = WikiTemplate(
        id=identifier,
        created_at=at,
        updated_at=at,
        author_id=actor.id,
        fingerprint=once.fingerprint,
        sort_name=sort_key(draft.name),
        **draft.model_dump(),
    )
    template.record(WikiTemplateChanged(template_id=identifier), actor=actor.id)
    return await insert_once(template, once)


async def edit_template(actor: Actor, template_id: str, draft: TemplateDraft, *, expected_version: int) -> WikiTemplate:
    """Write a template anew; pages made of it stay as they are.

    Raises NotFound, Forbidden without `wiki:manage`, InvalidInput for gaps and variables that don't match, Conflict.
    """
    template = await require_template(actor, template_id)
    may_manage(actor).enforce()
    _require_matching(draft)

    def rule(current: WikiTemplate) -> None:
        current.name, current.sort_name, current.description = draft.name, sort_key(draft.name), draft.description
        current.title, current.body, current.tag_slugs = draft.title, draft.body, draft.tag_slugs
        current.variables = [TemplateVariable(**one.model_dump()) for one in draft.variables]
        current.updated_at = now()
        current.record(WikiTemplateChanged(template_id=current.id), actor=actor.id)

    return await change(template, rule, expected_version=expected_version)


async def delete_template(actor: Actor, template_id: str, *, expected_version: int) -> WikiTemplate:
    """Take a template away. Raises NotFound, Forbidden without `wiki:manage`, Conflict."""
    template = await require_template(actor, template_id)
    may_manage(actor).enforce()

    def rule(current: WikiTemplate) -> None:
        current.deleted_at = now()
        current.record(WikiTemplateChanged(template_id=current.id), actor=actor.id)

    return await change(template, rule, expected_version=expected_version)


async def create_from_template(actor: Actor, template_id: str, filling: Filling, *, once: Once) -> WikiPage:
    """Make a page of a template.

    Raises NotFound, Forbidden without `wiki:edit`, InvalidInput for a gap that nothing fills or a value for none, and
    what creating a page raises.
    """
    template = await require_template(actor, template_id)
    may_write(actor).enforce()
    values = _values(template.variables, filling.values)
    try:
        draft = PageDraft(
            path=filling.path,
            title=_filled(template.title, values),
            body=_filled(template.body, values),
            summary=filling.summary,
            tag_slugs=template.tag_slugs,
        )
    except ValidationError as error:
        raise _not_fillable(error) from error
    return await create_page(actor, draft, once=once)


def _not_fillable(error: ValidationError) -> InvalidFields:
    """Say what is wrong with the filled page; the values are the place in the input where it can be mended."""
    problems = InvalidFields.of(error).problems
    return InvalidFields(
        [InvalidInput(f"Filled in, the {one.path[0]} isn't right: {one.message}", path=("values",)) for one in problems]
    )


def visible_templates(actor: Actor) -> Gate:
    """Say which templates somebody may read: all with `wiki:read`."""
    return PRESENT if actor.may(Permission.WIKI_READ) else NOTHING


async def templates_by_ids(actor: Actor, template_ids: Sequence[str]) -> dict[str, WikiTemplate]:
    """Give those of the templates that the actor may read."""
    readable = [one for one in dict.fromkeys(template_ids) if may_be_id(one, "wtp")]
    if not readable:
        return {}
    found = await WikiTemplate.find({"_id": {"$in": readable}, **to_mongo(visible_templates(actor))}).to_list()
    return {template.id: template for template in found}


async def require_template(actor: Actor, template_id: str) -> WikiTemplate:
    """Give a template; NotFound when there is none for this actor."""
    template = (await templates_by_ids(actor, [template_id])).get(template_id)
    if template is None:
        raise NotFound("There is no such template.", path=("template_id",))
    return template


async def list_templates(actor: Actor, window: Window) -> Slice[WikiTemplate]:
    """Give a window of the templates that the actor may read, by name."""
    return await read_slice(WikiTemplate, to_mongo(visible_templates(actor)), BY_NAME, window)


async def count_templates(actor: Actor) -> int:
    """Count the same templates, up to 10,001."""
    return await count(WikiTemplate, to_mongo(visible_templates(actor)))


def _require_matching(draft: TemplateDraft) -> None:
    names = [one.name for one in draft.variables]
    if len(set(names)) < len(names):
        raise InvalidInput("Two variables have the same name.", path=("variables",))
    gaps = set(_GAP.findall(draft.title)) | set(_GAP.findall(draft.body))
    if unknown := sorted(gaps - set(names)):
        raise InvalidInput(f"The text has a gap {{{{{unknown[0]}}}}}, but there is no such variable.", path=("variables",))
    if unused := sorted(set(names) - gaps):
        raise InvalidInput(f"The text has no gap {{{{{unused[0]}}}}} for this variable.", path=("variables",))


def _values(variables: Sequence[TemplateVariable], given: Mapping[str, str]) -> dict[str, str]:
    known = {one.name for one in variables}
    if unknown := sorted(set(given) - known):
        raise InvalidInput(f"The template has no variable {unknown[0]}.", path=("values",))
    values = {one.name: given.get(one.name) or one.default for one in variables}
    if empty := [one.label for one in variables if values[one.name] is None]:
        raise InvalidInput(f"Say what stands for: {', '.join(empty)}.", path=("values",))
    return {name: value for name, value in values.items() if value is not None}


def _filled(text_with_gaps: str, values: Mapping[str, str]) -> str:
    """Fill the gaps; what is filled in is no template itself."""
    return _GAP.sub(lambda gap: values[gap.group(1)], text_with_gaps)
