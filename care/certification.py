"""Whether somebody may answer on a channel unreviewed, where a certificate is asked for."""

from collections.abc import Sequence
from typing import Final

from auth.actor import Actor
from care.documents.channels import Channel, Environment
from care.documents.standing import Certificate, CertificateStatus, Certification
from core.clock import now
from core.ids import derived_id
from core.records import by_ids

MOST_GATES: Final = 200


def certificate_id(certification_id: str, member_id: str) -> str:
    """Give the id of a member's certificate."""
    return derived_id("cft", certification_id, member_id)


async def enforced_certifications() -> list[Certification]:
    """Give the certifications without which replies are held somewhere; most companies have none."""
    return await Certification.find({"enforced": True}).sort("_id").limit(MOST_GATES).to_list()


async def lacks_certificate(actor: Actor, channel_id: str, enforced: Sequence[Certification]) -> bool:
    """Tell whether a live channel asks for a certificate and this member holds none that covers it."""
    channel = await Channel.get(channel_id) if enforced else None
    if channel is None or channel.environment is not Environment.LIVE:
        return False
    gates = [one for one in enforced if covers(one, channel)]
    if not gates or any(actor.roles.intersection(one.exempt_roles) for one in gates):
        return False
    held = await by_ids(Certificate, [certificate_id(one.id, actor.member) for one in gates])
    return not any(is_valid(one) for one in held.values())


def covers(certification: Certification, channel: Channel) -> bool:
    """Tell whether a certification is about a channel: itself, or its kind."""
    return channel.id in certification.channel_ids or channel.kind in certification.channel_kinds


def is_valid(certificate: Certificate) -> bool:
    """Tell whether a certificate holds now, whether or not it was seen yet that it lapsed."""
    expires = certificate.expires_at
    return certificate.status is CertificateStatus.ACTIVE and expires is not None and expires > now()
