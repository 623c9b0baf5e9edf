"""What pages show of who knows what: who wrote them, and who vouches for them."""

from datetime import datetime
from typing import Final

from community.documents import Evidence, EvidenceKind
from community.experts import VERIFICATION_WEIGHT, WIKI_EDIT_WEIGHT, record_evidence, withdraw_evidence
from community.skill_claims import settle_skill_claims
from community.wiki.documents import WikiPage

_WEIGHTS: Final = {EvidenceKind.WIKI_EDIT: WIKI_EDIT_WEIGHT, EvidenceKind.VERIFICATION: VERIFICATION_WEIGHT}


async def count_edit(page: WikiPage, author_id: str, at: datetime) -> None:
    """Keep one reason a page and author, dated by the last edit; the others' say what the page says now."""
    await _record(page, EvidenceKind.WIKI_EDIT, author_id, at)
    await reflect_page(page)


async def reflect_vouching(page: WikiPage, at: datetime) -> None:
    """Let whoever vouches for a page have that as a reason, and nobody else; can run twice."""
    if page.verified_by is not None and _is_shown(page):
        await _record(page, EvidenceKind.VERIFICATION, page.verified_by, at)
    await reflect_page(page)


async def reflect_page(page: WikiPage) -> None:
    """Let all reasons that a page gives say what is true of it now, and who may read it; can run twice.

    A page that is gone, or hidden by moderators, is no reason.
    """
    for reason in await Evidence.find({"source_id": page.id}).to_list():
        holds = _is_shown(page) and (reason.kind is not EvidenceKind.VERIFICATION or reason.member_id == page.verified_by)
        if holds:
            await _record(page, reason.kind, reason.member_id, reason.occurred_at)
        else:
            await withdraw_evidence(reason.member_id, reason.kind, source_id=page.id)
        await settle_skill_claims(reason.member_id)


async def _record(page: WikiPage, kind: EvidenceKind, member_id: str, at: datetime) -> None:
    await record_evidence(
        member_id,
        kind,
        source_id=page.id,
        text=page.title,
        tags=[tag.slug for tag in page.tags],
        weight=_WEIGHTS[kind],
        occurred_at=at,
        closed_space_id=page.closed_space_id,
    )


def _is_shown(page: WikiPage) -> bool:
    return page.deleted_at is None and page.kept_for is None
