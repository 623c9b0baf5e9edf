"""Mentorships for tests, made by the operations."""

from typing import Any

from auth.actor import Actor, Role
from coaching.mentorships.documents import Mentorship, MentorshipProgramme
from coaching.mentorships.mentorships import MentorshipDraft, propose_mentorship
from coaching.mentorships.programmes import ProgrammeDraft, create_programme
from core.idempotency import Once
from tests.factories.community import make_actor


async def make_programme(actor: Actor | None = None, **overrides: Any) -> MentorshipProgramme:
    """Make a programme, by a new manager of people unless told."""
    given = {"name": "İlk yüz gün", "summary": "Yeni gelenlere eşlik ederiz.", "level": 2}
    by = actor or await make_actor(Role.HR)
    return await create_programme(by, ProgrammeDraft.model_validate(given | overrides), once=Once())


async def make_mentorship(by: Actor, mentee: Actor, mentor: Actor, programme: MentorshipProgramme | None = None) -> Mentorship:
    """Bring two together."""
    found = programme or await make_programme()
    draft = MentorshipDraft(programme_id=found.id, mentee_id=mentee.member, mentor_id=mentor.member)
    return await propose_mentorship(by, draft, once=Once())
