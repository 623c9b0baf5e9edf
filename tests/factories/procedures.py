"""Procedures and policies for tests, made by the operations."""

from typing import Any

from auth.actor import Actor, Role
from community.procedures.documents import REQUIRED_SECTIONS, Guideline, GuidelineKind
from community.procedures.guidelines import (
    GuidelineDraft,
    create_guideline,
    publish_guideline,
    sign_guideline,
)
from core.idempotency import Once
from tests.factories import community


def sections(kind: GuidelineKind, *, without: str | None = None) -> list[dict[str, str]]:
    """Give all required sections of a kind but one."""
    return [{"key": key, "title": key.title(), "body": f"Metin: {key}"} for key in REQUIRED_SECTIONS[kind] if key != without]


async def make_guideline(actor: Actor | None = None, kind: GuidelineKind = GuidelineKind.PROCEDURE, **given: Any) -> Guideline:
    """Begin a procedure with all its sections, as a manager unless told."""
    told = {"kind": kind, "title": "Toplulukları yatıştırma", "sections": sections(kind), **given}
    author = actor or await community.make_actor(Role.MANAGER)
    return await create_guideline(author, GuidelineDraft.model_validate(told), once=Once())


async def make_policy(manager: Actor, executive: Actor, **given: Any) -> Guideline:
    """Write a policy, let an executive sign it, and publish it."""
    draft = await make_guideline(manager, GuidelineKind.POLICY, signatory_ids=[executive.member], **given)
    signed = await sign_guideline(executive, draft.id, expected_version=draft.version)
    return await publish_guideline(manager, draft.id, expected_version=signed.version)
