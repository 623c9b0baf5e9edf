"""Labels of cases, from a vocabulary that grows with them: one spelling each, whoever writes it and in whatever script."""

from collections.abc import Sequence

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from care.cases import lifecycle
from care.cases.events import CaseTagged
from care.documents.cases import Case
from care.documents.tags import CaseTag
from care.policies import may_tag
from care.reading.cases import require_case
from community.documents import Tag
from community.drafts import CaseTagNames, slug_of, tag_of
from core.clock import now
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change, save

BY_SLUG = Order(())


class CaseTagsDraft(BaseModel):
    """All labels that a case is to have."""

    case_id: str
    tags: CaseTagNames


async def set_case_tags(actor: Actor, draft: CaseTagsDraft, *, expected_version: int) -> Case:
    """Give a case exactly these labels, by name or slug; a new one joins the vocabulary.

    Raises NotFound, Forbidden without `case:work`, InvalidInput for names that are none and for more than 20, Conflict.
    """
    case = await require_case(actor, draft.case_id)
    may_tag(actor, case).enforce()
    tags = await _spelled([tag_of(name) for name in draft.tags])

    def rule(current: Case) -> None:
        may_tag(actor, current).enforce()
        if current.tags == tags:
            return
        current.tags = tags
        current.record(CaseTagged(case_id=current.id), actor=actor.id)
        lifecycle.project(current, touched_at=now())

    tagged = await change(case, rule, expected_version=expected_version)
    await keep_vocabulary(tagged, by=actor.id)
    return tagged


async def keep_vocabulary(case: Case, *, by: str) -> None:
    """Let the labels of a case be in the vocabulary. Can run twice."""
    known = await by_ids(CaseTag, [_id(tag.slug) for tag in case.tags])
    for tag in case.tags:
        if _id(tag.slug) not in known:
            try:
                await save(CaseTag(id=_id(tag.slug), created_at=now(), name=tag.name, created_by=by))
            except DuplicateKeyError:
                continue


async def list_case_tags(actor: Actor, window: Window, *, starting: str = "") -> Slice[CaseTag]:
    """List the vocabulary by slug, all of it or what starts with a text, however it is spelled. Forbidden without `case:read`."""
    actor.require(Permission.CASE_READ)
    return await read_slice(CaseTag, _starting(starting), BY_SLUG, window)


async def count_case_tags(actor: Actor, *, starting: str = "") -> int:
    """Count what `list_case_tags` lists. Forbidden without `case:read`."""
    actor.require(Permission.CASE_READ)
    return await count(CaseTag, _starting(starting))


def as_tag(entry: CaseTag) -> Tag:
    """Give an entry of the vocabulary as it stands on cases."""
    return Tag(slug=entry.id.removeprefix("tag_"), name=entry.name)


async def _spelled(tags: Sequence[Tag]) -> list[Tag]:
    """Write each label as the vocabulary does, where it is known."""
    known = await by_ids(CaseTag, [_id(tag.slug) for tag in tags])
    return [as_tag(known[_id(tag.slug)]) if _id(tag.slug) in known else tag for tag in tags]


def _starting(text: str) -> dict[str, object]:
    first = _id(slug_of(text))
    return {"_id": {"$gte": first, "$lt": f"{first}\U0010ffff"}}


def _id(slug: str) -> str:
    return f"tag_{slug}"
