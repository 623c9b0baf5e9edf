"""Asking why people engage: anonymously, and shown only once enough have answered."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from coaching.governance.events import MotiveSurveyAnswered, MotiveSurveyChanged
from coaching.governance.policies import may_govern
from coaching.governance.reading import initiatives_by_ids
from coaching.governance.survey_documents import FitCount, Motive, MotiveSurvey, PropositionFit, SurveyAudience
from community.creation import insert_once, made_before
from community.drafts import Remark, Title, ids, may_be_id, text
from core.clock import now
from core.errors import AlreadyDone, Forbidden, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.ids import derived_id
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change

FEWEST: Final = 5
"""Answers that are shown together, at the least."""
MOST_MOTIVES: Final = 20
_MOST_ANSWERS: Final = 5_000
NEWEST_FIRST: Final = Order((("created_at", -1),))


class SurveyDraft(BaseModel):
    """What is to be asked."""

    question: Title
    motives: Annotated[list[Annotated[str, text(2, 200, lines="one")]], Field(min_length=2, max_length=MOST_MOTIVES)]
    value_proposition: Remark | None = None
    audience: SurveyAudience = SurveyAudience.MEMBERS
    initiative_id: str | None = None


class AnswerDraft(BaseModel):
    """Which motives somebody names."""

    motive_ids: Annotated[list[str], ids(MOST_MOTIVES, "motives"), Field(min_length=1)]


async def create_survey(actor: Actor, draft: SurveyDraft, *, once: Once) -> MotiveSurvey:
    """Ask members or customers why they engage; of an initiative with its value proposition unless another is given.

    Raises Forbidden without `governance:manage`, InvalidInput for a motive named twice and for an initiative that members are
    asked about, NotFound for the initiative, IdempotencyMismatch.
    """
    may_govern(actor).enforce()
    identifier = once.identifier("mtv")
    if (before := await made_before(MotiveSurvey, identifier, once)) is not None:
        return before
    if len(set(draft.motives)) < len(draft.motives):
        raise InvalidInput("Name each motive once.", path=("motives",))
    motives = [Motive(id=derived_id("mot", identifier, str(place)), text=one) for place, one in enumerate(draft.motives)]
    survey = MotiveSurvey(
        id=identifier,
        created_at=now(),
        question=draft.question,
        motives=motives,
        audience=draft.audience,
        initiative_id=draft.initiative_id,
        value_proposition=draft.value_proposition or await _proposition(actor, draft),
        fits=[FitCount(fit=one) for one in PropositionFit] if draft.audience is SurveyAudience.CUSTOMERS else [],
        fingerprint=once.fingerprint,
    )
    survey.record(MotiveSurveyChanged(survey_id=identifier), actor=actor.id)
    return await insert_once(survey, once)


async def answer_survey(actor: Actor, survey_id: str, draft: AnswerDraft) -> MotiveSurvey:
    """Say why one engages, once; that one answered is kept, what one named is only counted.

    Raises NotFound, also for a motive, Forbidden for callers that are no member, AlreadyDone for the second answer and for a
    closed survey, LimitReached.
    """
    if actor.member_id is None:
        raise Forbidden("Only a member of the company can do this.")
    survey = await require_survey(actor, survey_id)
    if survey.audience is not SurveyAudience.MEMBERS:
        raise Forbidden("This survey asks customers.", path=("survey_id",))
    return await change(survey, partial(take_part, who=actor.member, motive_ids=draft.motive_ids))


def take_part(survey: MotiveSurvey, *, who: str, motive_ids: Sequence[str], fit: PropositionFit | None = None) -> None:
    """Count an answer, once for each who answers. Raises NotFound for a motive, AlreadyDone, LimitReached."""
    if any(one not in {motive.id for motive in survey.motives} for one in motive_ids):
        raise NotFound("There is no such motive in this survey.", path=("motive_ids",))
    if survey.closed or who in survey.took_part:
        raise AlreadyDone("This survey is closed, or you answered it already.", path=("survey_id",))
    if len(survey.took_part) >= _MOST_ANSWERS:
        raise LimitReached("This survey takes no more answers.", path=("survey_id",))
    survey.took_part = sorted([*survey.took_part, who])
    is_shown = len(survey.took_part) % FEWEST == 0
    survey.motives = _counted(survey.motives, motive_ids, is_shown=is_shown)
    fits = [one.model_copy(update={"named": one.named + (one.fit is fit)}) for one in survey.fits]
    survey.fits = [one.model_copy(update={"shown": one.named}) for one in fits] if is_shown else fits
    survey.record(MotiveSurveyAnswered(survey_id=survey.id))


async def close_survey(actor: Actor, survey_id: str, *, expected_version: int) -> MotiveSurvey:
    """Take no more answers; the results stay as they were shown last. Raises NotFound, Forbidden, Conflict."""
    may_govern(actor).enforce()
    survey = await require_survey(actor, survey_id)

    def rule(current: MotiveSurvey) -> None:
        current.closed = True
        current.record(MotiveSurveyChanged(survey_id=current.id), actor=actor.id)

    return await change(survey, rule, expected_version=expected_version)


async def _proposition(actor: Actor, draft: SurveyDraft) -> str | None:
    if draft.initiative_id is None:
        return None
    if draft.audience is not SurveyAudience.CUSTOMERS:
        raise InvalidInput("Customers are asked what they have of an initiative.", path=("initiative_id",))
    initiative = (await initiatives_by_ids(actor, [draft.initiative_id])).get(draft.initiative_id)
    if initiative is None:
        raise NotFound("There is no such initiative.", path=("initiative_id",))
    return initiative.value_proposition


def shown_answers(survey: MotiveSurvey) -> int:
    """Give how many answers the results are of."""
    return len(survey.took_part) // FEWEST * FEWEST


def _counted(motives: Sequence[Motive], named: Sequence[str], *, is_shown: bool) -> list[Motive]:
    counted = [one.model_copy(update={"named": one.named + (one.id in named)}) for one in motives]
    return [one.model_copy(update={"shown": one.named}) for one in counted] if is_shown else counted


async def surveys_by_ids(actor: Actor, survey_ids: Sequence[str]) -> dict[str, MotiveSurvey]:
    """Give the surveys, for who may read members."""
    if not actor.may(Permission.MEMBER_READ):
        return {}
    return await by_ids(MotiveSurvey, [one for one in survey_ids if may_be_id(one, "mtv")])


async def require_survey(actor: Actor, survey_id: str) -> MotiveSurvey:
    """Give a survey; NotFound when there is none for this actor."""
    found = (await surveys_by_ids(actor, [survey_id])).get(survey_id)
    if found is None:
        raise NotFound("There is no such survey.", path=("survey_id",))
    return found


async def list_surveys(actor: Actor, window: Window) -> Slice[MotiveSurvey]:
    """List the surveys, the newest first; nothing for who may not read members."""
    return await read_slice(MotiveSurvey, {}, NEWEST_FIRST, window) if actor.may(Permission.MEMBER_READ) else Slice([], [])


async def count_surveys(actor: Actor) -> int:
    """Count the same surveys."""
    return await count(MotiveSurvey, {}) if actor.may(Permission.MEMBER_READ) else 0
