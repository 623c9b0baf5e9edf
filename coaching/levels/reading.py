"""The only way to read certificates for a person: what is asked for every member, what somebody has who trains and themselves."""

from collections.abc import Sequence
from typing import Final

from auth.actor import Actor
from care.certification import certificate_id
from care.documents.standing import Certificate, Certification
from coaching.courses.policies import may_learn
from coaching.levels.evidence import Shown, shown_by
from coaching.levels.policies import may_know_of
from community.directory import members_by_ids
from community.drafts import may_be_id
from core.errors import Forbidden, NotFound
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids

BY_NAME: Final = Order((("name", 1),))
FIRST_FIRST: Final = Order((("created_at", 1),))


async def certifications_by_ids(actor: Actor, certification_ids: Sequence[str]) -> dict[str, Certification]:
    """Give those of the certifications to members of the company."""
    if not may_learn(actor):
        return {}
    return await by_ids(Certification, [one for one in certification_ids if may_be_id(one, "ctn")])


async def require_certification(actor: Actor, certification_id: str) -> Certification:
    """Give a certification; NotFound when there is none for this actor."""
    found = (await certifications_by_ids(actor, [certification_id])).get(certification_id)
    if found is None:
        raise NotFound("There is no such certification.", path=("certification_id",))
    return found


async def list_certifications(actor: Actor, window: Window) -> Slice[Certification]:
    """List the certifications by name."""
    return await read_slice(Certification, {}, BY_NAME, window) if may_learn(actor) else Slice([], [])


async def count_certifications(actor: Actor) -> int:
    """Count them."""
    return await count(Certification, {}) if may_learn(actor) else 0


async def certificates_by_ids(actor: Actor, certificate_ids: Sequence[str]) -> dict[str, Certificate]:
    """Give those of the certificates that are the actor's own, or all to who trains."""
    found = await by_ids(Certificate, [one for one in certificate_ids if may_be_id(one, "cft")])
    return {one: row for one, row in found.items() if may_know_of(actor, row.member_id)}


async def require_certificate(actor: Actor, identifier: str) -> Certificate:
    """Give a certificate; NotFound when there is none for this actor."""
    found = (await certificates_by_ids(actor, [identifier])).get(identifier)
    if found is None:
        raise NotFound("There is no such certificate.", path=("certificate_id",))
    return found


async def certificates_of(actor: Actor, member_id: str | None, window: Window) -> Slice[Certificate]:
    """List the certificates of a member, the actor unless somebody is named; nothing for who may not know."""
    wanted = member_id or actor.member_id
    if wanted is None or not may_know_of(actor, wanted):
        return Slice([], [])
    return await read_slice(Certificate, {"member_id": wanted}, FIRST_FIRST, window)


async def count_certificates_of(actor: Actor, member_id: str | None) -> int:
    """Count them."""
    wanted = member_id or actor.member_id
    return await count(Certificate, {"member_id": wanted}) if wanted is not None and may_know_of(actor, wanted) else 0


async def holders_of(actor: Actor, certification_id: str, window: Window) -> Slice[Certificate]:
    """List the certificates of a certification that the actor may know of."""
    if not may_know_of(actor, ""):
        return Slice([], [])
    return await read_slice(Certificate, {"certification_id": certification_id}, FIRST_FIRST, window)


async def count_holders_of(actor: Actor, certification_id: str) -> int:
    """Count them."""
    return await count(Certificate, {"certification_id": certification_id}) if may_know_of(actor, "") else 0


async def require_known_member(actor: Actor, member_id: str | None) -> str:
    """Give the member who is asked about, the actor unless named; NotFound for nobody, Forbidden for who may not know."""
    wanted = member_id or actor.member
    if not may_know_of(actor, wanted):
        raise Forbidden("How far somebody has come is for them and for who trains.")
    if wanted not in await members_by_ids(actor, [wanted]):
        raise NotFound("There is no such member.", path=("member_id",))
    return wanted


async def readiness_for(actor: Actor, certification_id: str, member_id: str | None) -> list[Shown]:
    """Say of everything that a certificate asks for whether a member has it.

    Raises NotFound, Forbidden for somebody else without `training:manage`.
    """
    certification = await require_certification(actor, certification_id)
    wanted = await require_known_member(actor, member_id)
    certificate = await Certificate.get(certificate_id(certification.id, wanted))
    return await shown_by(wanted, certification.requirements, certificate.sign_offs if certificate else [])
