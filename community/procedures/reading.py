"""The only way to read procedures, policies and concerns for a person."""

from collections.abc import Sequence
from typing import Any, Final

from auth.actor import Actor, Permission
from community.documents import Member
from community.drafts import may_be_id
from community.procedures.documents import Attestation, Concern, Guideline, GuidelineEdition, GuidelineKind
from community.procedures.policies import may_handle_concerns, may_manage_guidelines
from core.errors import NotFound
from core.ids import derived_id
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

BY_TITLE: Final = Order((("title", 1),))
NEWEST_EDITION_FIRST: Final = Order((("number", -1),))
FIRST_ATTESTED_FIRST: Final = Order((("attested_at", 1),))
NEWEST_FIRST: Final = Order((("raised_at", -1),))
MOST_DUTIES: Final = 200
MOST_MEMBERS: Final = 1_000


def attestation_id(guideline_id: str, number: int, member_id: str) -> str:
    """Give the id of a member's attestation of an edition."""
    return derived_id("ats", guideline_id, str(number), member_id)


async def guidelines_by_ids(actor: Actor, guideline_ids: Sequence[str]) -> dict[str, Guideline]:
    """Give those that the actor may read: published ones any colleague, drafts who manages or signs them."""
    found = await by_ids(Guideline, [one for one in guideline_ids if may_be_id(one, "gdl")])
    return {one: row for one, row in found.items() if _may_read(actor, row)}


async def require_guideline(actor: Actor, guideline_id: str) -> Guideline:
    """Give a procedure or policy; NotFound when there is none for this actor."""
    found = (await guidelines_by_ids(actor, [guideline_id])).get(guideline_id)
    if found is None:
        raise NotFound("There is no such procedure or policy.", path=("guideline_id",))
    return found


async def list_guidelines(actor: Actor, kind: GuidelineKind | None, window: Window) -> Slice[Guideline]:
    """List what is in use by title: who manages them sees drafts too."""
    query = _in_use(actor, kind)
    return await read_slice(Guideline, query, BY_TITLE, window) if query is not None else Slice([], [])


async def count_guidelines(actor: Actor, kind: GuidelineKind | None) -> int:
    """Count the same."""
    query = _in_use(actor, kind)
    return await count(Guideline, query) if query is not None else 0


async def list_editions(guideline_id: str, window: Window) -> Slice[GuidelineEdition]:
    """List the editions of a procedure or policy that was read, the newest first."""
    return await read_slice(GuidelineEdition, {"guideline_id": guideline_id}, NEWEST_EDITION_FIRST, window)


async def count_editions(guideline_id: str) -> int:
    """Count them."""
    return await count(GuidelineEdition, {"guideline_id": guideline_id})


async def attestations_of(actor: Actor, guideline: Guideline) -> list[Attestation]:
    """Give who attested the edition that holds, the first first: all for who manages it, else the actor's own."""
    if guideline.edition is None:
        return []
    query = {"guideline_id": guideline.id, "number": guideline.edition.number}
    if may_manage_guidelines(actor):
        return await Attestation.find(query).sort("attested_at", "_id").limit(MOST_MEMBERS).to_list()
    own = await Attestation.get(attestation_id(guideline.id, guideline.edition.number, actor.member_id or ""))
    return [own] if own is not None else []


async def attestations_by_ids(actor: Actor, attestation_ids: Sequence[str]) -> dict[str, Attestation]:
    """Give those of the attestations that are the actor's own, or all to who manages guidelines."""
    found = await by_ids(Attestation, [one for one in attestation_ids if may_be_id(one, "ats")])
    if may_manage_guidelines(actor):
        return found
    return {one: row for one, row in found.items() if actor.member_id is not None and row.member_id == actor.member_id}


async def who_is_missing(guideline: Guideline) -> list[str]:
    """Give the members who must attest the edition that holds and have not."""
    if guideline.edition is None or guideline.archived or not guideline.attested_by_roles:
        return []
    wanted = {"roles": {"$in": [role.value for role in guideline.attested_by_roles]}, "deleted_at": {"$exists": False}}
    members = sorted(member.id for member in await Member.find(wanted).limit(MOST_MEMBERS).to_list())
    ids = {one: attestation_id(guideline.id, guideline.edition.number, one) for one in members}
    done = await by_ids(Attestation, ids.values())
    return [one for one in members if ids[one] not in done]


async def duties_of(actor: Actor) -> list[Guideline]:
    """Give what the actor must still attest, as a member of their roles."""
    if actor.member_id is None:
        return []
    query = {"archived": False, "is_published": True}
    found = await Guideline.find(query).sort("title", "_id").limit(MOST_DUTIES).to_list()
    mine = [one for one in found if one.edition is not None and actor.roles.intersection(one.attested_by_roles)]
    ids = {one.id: attestation_id(one.id, one.edition.number if one.edition else 0, actor.member_id) for one in mine}
    done = await by_ids(Attestation, ids.values())
    return [one for one in mine if ids[one.id] not in done]


async def concerns_by_ids(actor: Actor, concern_ids: Sequence[str]) -> dict[str, Concern]:
    """Give those of the concerns that the actor raised in their name, or all to who handles them; to nobody else."""
    found = await by_ids(Concern, [one for one in concern_ids if may_be_id(one, "ccn")])
    if may_handle_concerns(actor):
        return found
    return {one: row for one, row in found.items() if actor.member_id is not None and row.raised_by == actor.member_id}


async def require_concern(actor: Actor, concern_id: str) -> Concern:
    """Give a concern; NotFound when there is none for this actor."""
    found = (await concerns_by_ids(actor, [concern_id])).get(concern_id)
    if found is None:
        raise NotFound("There is no such concern.", path=("concern_id",))
    return found


async def list_concerns(actor: Actor, window: Window) -> Slice[Concern]:
    """List concerns, the newest first: all for who handles them, else the actor's own."""
    query = _told(actor)
    return await read_slice(Concern, query, NEWEST_FIRST, window) if query is not None else Slice([], [])


async def count_concerns(actor: Actor) -> int:
    """Count the same concerns."""
    query = _told(actor)
    return await count(Concern, query) if query is not None else 0


def _may_read(actor: Actor, guideline: Guideline) -> bool:
    if may_manage_guidelines(actor):
        return True
    if actor.member_id is not None and actor.member_id in guideline.signatory_ids:
        return True
    return guideline.is_published and not guideline.archived and actor.may(Permission.MEMBER_READ)


def _in_use(actor: Actor, kind: GuidelineKind | None) -> dict[str, Any] | None:
    narrowed: dict[str, Any] = {"archived": False} | ({"kind": kind.value} if kind is not None else {})
    if may_manage_guidelines(actor):
        return narrowed
    return {**narrowed, "is_published": True} if actor.may(Permission.MEMBER_READ) else None


def _told(actor: Actor) -> dict[str, Any] | None:
    if may_handle_concerns(actor):
        return {}
    return {"raised_by": actor.member_id} if actor.member_id is not None else None
