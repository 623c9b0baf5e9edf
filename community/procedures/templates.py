"""Templates of procedures and policies: kept with their source and licence, begun from, and compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel

from auth.actor import Actor, Permission
from community.creation import insert_once, made_before
from community.drafts import Title, may_be_id, text
from community.procedures.documents import REQUIRED_SECTIONS, GuidelineKind, Section
from community.procedures.drafts import Sections, sections_of
from community.procedures.events import GuidelineTemplateChanged
from community.procedures.policies import may_manage_guidelines
from community.procedures.template_documents import GuidelineTemplate
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change
from core.text.addresses import WebAddress

BY_TITLE: Final = Order((("title", 1),))
_IN_USE: Final[dict[str, bool]] = {"archived": False}


class TemplateDraft(BaseModel):
    """What others wrote, where it is from, and how it may be used."""

    kind: GuidelineKind
    locale: Literal["tr", "fa", "en"]
    title: Title
    sections: Sections
    source: Annotated[str, text(2, 500, lines="one")]
    source_url: WebAddress | None = None
    licence: Annotated[str, text(2, 200, lines="one")]


class SectionState(StrEnum):
    """How a section stands to the template that a guideline began with."""

    SAME = "SAME"
    CHANGED = "CHANGED"
    ADDED = "ADDED"
    REMOVED = "REMOVED"


@dataclass(frozen=True, slots=True)
class ComparedSection:
    """A section of a guideline and what the template says there."""

    key: str
    state: SectionState
    template: Section | None
    own: Section | None


async def create_template(actor: Actor, draft: TemplateDraft, *, once: Once) -> GuidelineTemplate:
    """Keep a template.

    Raises Forbidden without `guideline:manage`, InvalidInput for two sections of one key and while a required one is empty,
    IdempotencyMismatch.
    """
    may_manage_guidelines(actor).enforce()
    identifier = once.identifier("gtp")
    if (before := await made_before(GuidelineTemplate, identifier, once)) is not None:
        return before
    template = new_template(identifier, draft, by=actor.id)
    template.fingerprint = once.fingerprint
    return await insert_once(template, once)


def new_template(identifier: str, draft: TemplateDraft, *, by: str) -> GuidelineTemplate:
    """Make a template that is not stored yet; InvalidInput unless it has all that its kind requires."""
    sections = sections_of(draft.sections)
    there = {section.key for section in sections if section.body.strip()}
    if lacking := [key for key in REQUIRED_SECTIONS[draft.kind] if key not in there]:
        raise InvalidInput(f"A template is whole; these sections lack: {', '.join(lacking)}.", path=("sections",))
    given = draft.model_dump(exclude={"sections"})
    template = GuidelineTemplate(id=identifier, created_at=now(), sections=sections, **given)
    template.record(GuidelineTemplateChanged(template_id=template.id), actor=by)
    return template


async def archive_template(actor: Actor, template_id: str, *, expected_version: int) -> GuidelineTemplate:
    """Begin nothing from a template any more; what began from it keeps it. Raises NotFound, Forbidden, Conflict."""
    may_manage_guidelines(actor).enforce()
    template = await require_template(actor, template_id)

    def rule(current: GuidelineTemplate) -> None:
        current.archived = True
        current.record(GuidelineTemplateChanged(template_id=current.id), actor=actor.id)

    return await change(template, rule, expected_version=expected_version)


async def begin_from(actor: Actor, template_id: str, kind: GuidelineKind) -> list[Section]:
    """Give what a draft begins with. Raises NotFound, InvalidInput for one of the other kind or out of use."""
    template = await require_template(actor, template_id)
    if template.archived or template.kind is not kind:
        raise InvalidInput(f"Choose a template in use of the kind {kind.value}.", path=("template_id",))
    return template.sections


def compared(template: Sequence[Section], own: Sequence[Section]) -> list[ComparedSection]:
    """Set the sections of a guideline against those of its template: its own in their order, then those that it left out."""
    before, now_there = {one.key: one for one in template}, {one.key: one for one in own}
    kept = [ComparedSection(one.key, _state(before.get(one.key), one), before.get(one.key), one) for one in own]
    gone = [ComparedSection(one.key, SectionState.REMOVED, one, None) for one in template if one.key not in now_there]
    return [*kept, *gone]


def _state(before: Section | None, own: Section) -> SectionState:
    if before is None:
        return SectionState.ADDED
    return SectionState.SAME if before == own else SectionState.CHANGED


async def templates_by_ids(actor: Actor, template_ids: Sequence[str]) -> dict[str, GuidelineTemplate]:
    """Give the templates, for who may read members."""
    if not actor.may(Permission.MEMBER_READ):
        return {}
    return await by_ids(GuidelineTemplate, [one for one in template_ids if may_be_id(one, "gtp")])


async def require_template(actor: Actor, template_id: str) -> GuidelineTemplate:
    """Give a template; NotFound when there is none for this actor."""
    found = (await templates_by_ids(actor, [template_id])).get(template_id)
    if found is None:
        raise NotFound("There is no such template.", path=("template_id",))
    return found


async def list_templates(actor: Actor, window: Window) -> Slice[GuidelineTemplate]:
    """List the templates in use by title; nothing for who may not read members."""
    return await read_slice(GuidelineTemplate, _IN_USE, BY_TITLE, window) if actor.may(Permission.MEMBER_READ) else Slice([], [])


async def count_templates(actor: Actor) -> int:
    """Count the same templates."""
    return await count(GuidelineTemplate, _IN_USE) if actor.may(Permission.MEMBER_READ) else 0
