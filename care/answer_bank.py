"""The answer bank: answers that were good once, written down to be good again."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from auth.actor import Actor, Permission
from care.documents.answer_bank import AnswerBankEntry, AnswerBankStatus
from care.events import AnswerBankEntryExpired, AnswerBankEntrySaved, AnswerBankReviewDue
from care.policies import may_edit_entry, require_right
from care.reading.answer_bank import REVIEW_AHEAD, require_entry
from care.reading.cases import case_for
from community.creation import insert_once, made_before
from community.documents import Answer, Question
from community.drafts import Body, Title, ids, text
from community.members import require_members
from community.reading import answers_below, question_for
from community.spaces.reading import moderates
from core.clock import now
from core.errors import AlreadyDone, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.records import change
from core.text.language import detect_language

REVIEW_AFTER = timedelta(days=180)
"""How long an answer counts as good before its owner must look at it again."""
MOST_VARIANTS = 20

Variant = Annotated[str, text(1, 500, lines="one")]
Variants = Annotated[list[Variant], ids(MOST_VARIANTS, "ways to ask")]


class EntryDraft(BaseModel):
    """An answer, the ways in which people ask for it, and the case it comes from."""

    title: Title
    body: Body
    question_variants: Variants = Field(default_factory=list)
    case_id: str | None = None


def _future(given: AwareDatetime) -> AwareDatetime:
    if given <= now():
        message = "choose a time from now on"
        raise ValueError(message)
    return given


class EntryChanges(BaseModel):
    """What to change: only what is named; variants given as null are emptied, a review date falls back to half a year."""

    title: Title = ""
    body: Body = ""
    question_variants: Variants | None = None
    review_by: Annotated[AwareDatetime, AfterValidator(_future)] | None = None
    owner_id: str = ""


async def create_entry(actor: Actor, draft: EntryDraft, *, once: Once) -> AnswerBankEntry:
    """Write an answer down; APPROVED at once by who may approve, else a DRAFT.

    Raises Forbidden without `answer_bank:edit`, InvalidInput for a case the actor can't see, IdempotencyMismatch.
    """
    actor.require(Permission.ANSWER_BANK_EDIT)
    if before := await made_before(AnswerBankEntry, once.identifier("abe"), once):
        return before
    if draft.case_id is not None and await case_for(actor, draft.case_id) is None:
        raise InvalidInput("There is no such case.", path=("case_id",))
    at = now()
    entry = AnswerBankEntry(
        id=once.identifier("abe"),
        created_at=at,
        updated_at=at,
        title=draft.title,
        body=draft.body,
        question_variants=draft.question_variants,
        status=_status(actor),
        owner_id=actor.member,
        locale=detect_language(draft.body),
        review_by=at + REVIEW_AFTER,
        reminds_at=reminder_of(at + REVIEW_AFTER),
        case_id=draft.case_id,
        fingerprint=once.fingerprint,
    )
    entry.record(AnswerBankEntrySaved(entry_id=entry.id), actor=actor.id)
    return await insert_once(entry, once)


async def edit_entry(actor: Actor, entry_id: str, changes: EntryChanges, *, expected_version: int) -> AnswerBankEntry:
    """Change what is named of an entry; by somebody who may not approve, it is a DRAFT again.

    Raises NotFound, Forbidden (approved ones: for others than the owner and who may approve), InvalidInput when null is
    given for title or body, or for an owner whom there is not, Conflict. What was archived is in use again.
    """
    entry = await require_entry(actor, entry_id)
    require_right(may_edit_entry(actor, entry))
    if "owner_id" in changes.model_fields_set:
        await require_members([changes.owner_id], path=("owner_id",))

    def rule(current: AnswerBankEntry) -> None:
        may_edit_entry(actor, current).enforce()
        _apply(current, changes)
        current.status, current.updated_at = _status(actor), now()
        current.record(AnswerBankEntrySaved(entry_id=current.id), actor=actor.id)

    return await change(entry, rule, expected_version=expected_version)


async def archive_entry(actor: Actor, entry_id: str, *, expected_version: int) -> AnswerBankEntry:
    """Take an entry out of use: it is suggested, found and due for review no more, until somebody edits it.

    Where it was used stays. Raises NotFound, Forbidden as `edit_entry` does, AlreadyDone, Conflict.
    """
    entry = await require_entry(actor, entry_id)
    require_right(may_edit_entry(actor, entry))

    def rule(current: AnswerBankEntry) -> None:
        may_edit_entry(actor, current).enforce()
        if current.status is AnswerBankStatus.ARCHIVED:
            raise AlreadyDone("This entry is archived already.", path=("entry_id",))
        current.status, current.updated_at = AnswerBankStatus.ARCHIVED, now()
        current.record(AnswerBankEntrySaved(entry_id=current.id), actor=actor.id)

    return await change(entry, rule, expected_version=expected_version)


async def save_answer(actor: Actor, answer_id: str, *, once: Once) -> AnswerBankEntry:
    """Write an accepted answer down under its question's title, as a draft of the actor's until somebody approves it.

    The answer bank stands in no space: what is in a closed one goes there only by who looks after that space.
    Raises NotFound, Forbidden without `answer_bank:edit` and for others out of a closed space, InvalidInput for an answer
    that was not accepted.
    """
    actor.require(Permission.ANSWER_BANK_EDIT)
    answer = await Answer.get(answer_id)
    question = await question_for(actor, answer.question_id) if answer else None
    if answer is None or question is None:
        raise NotFound("There is no such answer.", path=("answer_id",))
    if question.closed_space_id is not None and not await moderates(actor, question.space_id):
        raise Forbidden("Only owners and moderators of a closed space can let everybody read what is answered there.")
    if answer.id not in await answers_below(actor, question.accepted_answer_ids):
        raise InvalidInput("Only an accepted answer can be saved; accept it first.", path=("answer_id",))
    return await create_entry(actor, await _draft_of(actor, question, answer), once=once)


async def record_use(entry_id: str, event_number: int) -> None:
    """Count a use in a reply, once an event."""
    entry = await AnswerBankEntry.get(entry_id)
    if entry is None:
        return

    def rule(current: AnswerBankEntry) -> None:
        if current.use_counted < event_number:
            current.use_count, current.use_counted = current.use_count + 1, event_number

    await change(entry, rule)


def reminder_of(review_by: datetime) -> datetime | None:
    """Give when the owner is told that a review date comes near; where it is too near for that, they hear when it is past."""
    reminder = review_by - REVIEW_AHEAD
    return reminder if reminder > now() else None


async def remind_of_entries(at_once: int) -> int:
    """Tell once that an approved answer must be reviewed soon; give how many."""
    due = {"status": AnswerBankStatus.APPROVED.value, "reminds_at": {"$lte": now()}}
    entries = await AnswerBankEntry.find(due).sort("reminds_at").limit(at_once).to_list()
    for entry in entries:
        await change(entry, _remind)
    return len(entries)


async def expire_entries() -> int:
    """Mark approved answers whose review date has passed; give how many."""
    due = {"status": AnswerBankStatus.APPROVED.value, "review_by": {"$lte": now()}}
    expired = await AnswerBankEntry.find(due).sort("review_by").limit(100).to_list()
    for entry in expired:
        await change(entry, _expire)
    return len(expired)


def _expire(entry: AnswerBankEntry) -> None:
    if entry.status is AnswerBankStatus.APPROVED and entry.review_by is not None and entry.review_by <= now():
        entry.status, entry.reminds_at = AnswerBankStatus.EXPIRED, None
        entry.record(AnswerBankEntrySaved(entry_id=entry.id))
        entry.record(AnswerBankEntryExpired(entry_id=entry.id))


def _remind(entry: AnswerBankEntry) -> None:
    at = now()
    if entry.status is not AnswerBankStatus.APPROVED or entry.reminds_at is None or entry.reminds_at > at:
        return
    entry.reminds_at = None
    if entry.review_by is not None and entry.review_by > at:
        entry.record(AnswerBankReviewDue(entry_id=entry.id))


def _apply(entry: AnswerBankEntry, changes: EntryChanges) -> None:
    at, named = now(), changes.model_fields_set
    entry.title = changes.title if "title" in named else entry.title
    entry.question_variants = (changes.question_variants or []) if "question_variants" in named else entry.question_variants
    entry.owner_id = changes.owner_id if "owner_id" in named else entry.owner_id
    if "body" in named:
        entry.body, entry.locale = changes.body, detect_language(changes.body)
    if "review_by" in named or (entry.review_by is not None and entry.review_by <= at):
        entry.review_by = changes.review_by or at + REVIEW_AFTER
        entry.reminds_at = reminder_of(entry.review_by)


def _status(actor: Actor) -> AnswerBankStatus:
    return AnswerBankStatus.APPROVED if actor.may(Permission.ANSWER_BANK_APPROVE) else AnswerBankStatus.DRAFT


async def _draft_of(actor: Actor, question: Question, answer: Answer) -> EntryDraft:
    visible = await case_for(actor, question.case_id) if question.case_id else None
    return EntryDraft(title=question.title, body=answer.body, case_id=visible.id if visible else None)
