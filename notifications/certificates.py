"""Who is told about certificates: the member, of what they were given, what lapses soon, and what they lost."""

from typing import Any, Final

from care.documents.standing import Certificate, Certification
from coaching.levels.events import CertificateDue, CertificateEvent, CertificateIssued, CertificateLapsed, CertificateRevoked
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind

_KINDS: Final[dict[str, NotificationKind]] = {
    CertificateIssued.__name__: NotificationKind.CERTIFICATE_ISSUED,
    CertificateDue.__name__: NotificationKind.CERTIFICATE_DUE,
    CertificateLapsed.__name__: NotificationKind.CERTIFICATE_LAPSED,
    CertificateRevoked.__name__: NotificationKind.CERTIFICATE_REVOKED,
}


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started."""
    told = handlers.group("notifications.certificates", start="head")
    for kind in (CertificateIssued, CertificateDue, CertificateLapsed, CertificateRevoked):
        told.on(kind, tell_member)


async def tell_member(event: Recorded[Any]) -> None:
    """Tell the member what became of their certificate."""
    fact: CertificateEvent = event.fact
    certificate = await Certificate.get(fact.certificate_id)
    certification = await Certification.get(certificate.certification_id) if certificate else None
    if certificate is not None and certification is not None:
        kind = _KINDS[type(fact).__name__]
        await notify([certificate.member_id], kind, subject=certification.name, target_id=certificate.id, cause=event)
