"""Thanking a colleague for help: with a case, a question, an answer or a page, and for a value that it shows."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from care.documents.channels import Environment
from care.reading.cases import cases_by_ids
from coaching.recognition.documents import CompanyValue
from coaching.recognition.policies import may_give_kudos, may_withdraw_kudos
from coaching.recognition.reading import require_value
from coaching.recognition.settling import settle_kudos
from community.anonymity import authorship_in
from community.contents import content_of
from community.creation import made_before
from community.directory import members_by_ids
from community.documents import Question
from community.drafts import text
from community.kudos.documents import Kudos, KudosSubject
from community.kudos.events import KudosChanged, KudosGiven
from community.kudos.reading import CASE_READERS, require_kudos
from community.reading import answers_by_ids, questions_by_ids
from community.spaces.content import insiders
from community.wiki.reading import pages_by_ids
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.ids import derived_id, prefix_of
from core.records import change, save

MOST_A_DAY: Final = 3
"""From one member to the same other one."""

Read = Callable[[Actor, Sequence[str]], Awaitable[Mapping[str, Any]]]

_SUBJECTS: Final[Mapping[str, tuple[KudosSubject, Read]]] = {
    "ans": (KudosSubject.ANSWER, answers_by_ids),
    "case": (KudosSubject.CASE, cases_by_ids),
    "qst": (KudosSubject.QUESTION, questions_by_ids),
    "wik": (KudosSubject.WIKI_PAGE, pages_by_ids),
}
Id = Annotated[str, Field(max_length=100)]


class KudosDraft(BaseModel):
    """Whom somebody thanks, for what."""

    receiver_id: Id
    subject_id: Id
    value_id: Id
    text: Annotated[str, text(3, 1_000)]


async def give_kudos(actor: Actor, draft: KudosDraft, *, once: Once) -> Kudos:
    """Thank a colleague for help with something; who asked a question anonymously stays so.

    Raises Forbidden for callers that are no member, NotFound for the subject, the receiver and the value, InvalidInput for
    thanking oneself or somebody who can't read there, AlreadyDone for a retired value, LimitReached for the fourth on one
    day, IdempotencyMismatch.
    """
    may_give_kudos(actor).enforce()
    identifier = once.identifier("kud")
    if (before := await made_before(Kudos, identifier, once)) is not None:
        return before
    kind, subject = await _require_subject(actor, draft.subject_id)
    root_id = subject.question_id if kind is KudosSubject.ANSWER else subject.id
    root = await content_of(root_id)
    await _require_receiver(actor, draft.receiver_id, closed_space_id=root.closed_space_id if root is not None else None)
    _require_in_use(await require_value(actor, draft.value_id))
    kudos = Kudos(
        id=identifier,
        created_at=now(),
        **authorship_in(actor, root if isinstance(root, Question) else None),
        **draft.model_dump(),
        subject_kind=kind,
        root_id=root_id,
        space_id=root.space_id if root is not None else None,
        closed_space_id=root.closed_space_id if root is not None else None,
        known_to=[actor.member, draft.receiver_id, CASE_READERS] if kind is KudosSubject.CASE else None,
        slot=identifier,
        fingerprint=once.fingerprint,
    )
    kudos.record(KudosGiven(kudos_id=identifier), actor=kudos.author_id if kudos.hidden_author_id else actor.id)
    given = await _within_the_day(kudos, once)
    await settle_kudos(root_id)
    return given


async def withdraw_kudos(actor: Actor, kudos_id: str, *, expected_version: int) -> Kudos:
    """Take back one's thanks: they are found no more. Raises NotFound, Forbidden for others than who gave them, Conflict."""
    kudos = await require_kudos(actor, kudos_id)
    may_withdraw_kudos(actor, kudos).enforce()

    def rule(current: Kudos) -> None:
        if current.deleted_at is not None:
            raise AlreadyDone("These kudos were taken back already.", path=("kudos_id",))
        current.deleted_at = now()
        by = current.author_id if current.hidden_author_id else actor.id
        current.record(KudosChanged(kudos_id=current.id), actor=by)

    return await change(kudos, rule, expected_version=expected_version)


async def _require_subject(actor: Actor, subject_id: str) -> tuple[KudosSubject, Any]:
    kind, read = _SUBJECTS.get(prefix_of(subject_id), (None, None))
    found = (await read(actor, [subject_id])).get(subject_id) if read is not None else None
    if kind is None or found is None:
        raise NotFound("There is no case, question, answer or page with this id.", path=("subject_id",))
    if kind is KudosSubject.CASE and found.environment is not Environment.LIVE:
        raise InvalidInput("Practice is not thanked for; name something that happened.", path=("subject_id",))
    return kind, found


async def _require_receiver(actor: Actor, receiver_id: str, *, closed_space_id: str | None) -> None:
    if receiver_id == actor.member:
        raise InvalidInput("Thank somebody else; one does not thank oneself.", path=("receiver_id",))
    if receiver_id not in await members_by_ids(actor, [receiver_id]):
        raise NotFound("There is no such member.", path=("receiver_id",))
    if not await insiders(closed_space_id, [receiver_id]):
        raise InvalidInput("They are not in the space where this stands, and would not read it.", path=("receiver_id",))


def _require_in_use(value: CompanyValue) -> None:
    if value.retired:
        raise AlreadyDone("This value holds no longer; choose another one.", path=("value_id",))


async def _within_the_day(kudos: Kudos, once: Once) -> Kudos:
    """Store kudos in the first place that the two have left on this day: of racing ones as many as there are places."""
    day = kudos.created_at.date().isoformat()
    for place in range(MOST_A_DAY):
        kudos.slot = derived_id("slt", kudos.writer_id, kudos.receiver_id, day, str(place))
        try:
            await save(kudos)
        except DuplicateKeyError:
            if (before := await made_before(Kudos, kudos.id, once)) is not None:
                return before
            continue
        return kudos
    raise LimitReached(f"You thanked them {MOST_A_DAY} times today; thank them tomorrow.", path=("receiver_id",))
