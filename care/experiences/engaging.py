"""Going through experiences in the portal: each thing counts once a person, and nobody is known who does not consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from auth.attempts import Bound, take_attempt
from auth.errors import TooManyAttempts
from care.experiences.documents import Experience, ExperienceVisit, GivenAnswer
from care.experiences.drafts import MOST_CHOICES, MOST_PAGES, MOST_QUESTIONS
from care.experiences.events import ExperienceEngaged
from care.experiences.reading import offered_by_ids
from core.clock import now
from core.errors import Forbidden, InvalidInput, NotFound, RateLimited
from core.ids import derived_id
from core.records import by_ids, change, save

NEW_VISITS: Final = (Bound(60, 300), Bound(3600, 6_000))
"""How many people without a name may begin one experience in a minute and in an hour."""
MOST_KEPT: Final = 1_000
_BADGES: Final = (10, 3, 1)


class EngagementKind(StrEnum):
    """What somebody did."""

    OPENED = "OPENED"
    PAGE_TURNED = "PAGE_TURNED"
    ANSWERED = "ANSWERED"
    FINISHED = "FINISHED"


class EngagementDraft(BaseModel):
    """What somebody did; the client's key stays the same for all that one person does."""

    experience_id: str
    client_key: UUID
    kind: EngagementKind
    page: Annotated[int, Field(ge=1, le=MOST_PAGES)] | None = None
    question: Annotated[int, Field(ge=1, le=MOST_QUESTIONS)] | None = None
    choice: Annotated[int, Field(ge=1, le=MOST_CHOICES)] | None = None
    consents: bool = False


class EngagementBadge(StrEnum):
    """What a customer has for what they finished: one, three or ten experiences."""

    GOLD = "GOLD"
    SILVER = "SILVER"
    BRONZE = "BRONZE"


@dataclass(frozen=True, slots=True)
class OwnEngagement:
    """What a customer did by consent."""

    finished_count: int
    right_count: int
    badge: EngagementBadge | None


async def engage(actor: Actor, draft: EngagementDraft) -> tuple[Experience, ExperienceVisit]:
    """Keep what somebody did; the same again changes nothing, and of a question the first answer counts.

    Of a customer who consents it is their account's, and all they do on any device is one visit; else it is nobody's,
    and staff who merge customers change nothing of it. Raises
    NotFound unless it is published, InvalidInput for a page, question or choice that there is not and for finishing before
    all was seen and answered, RateLimited when too many without a name begin at once.
    """
    experience = (await offered_by_ids([draft.experience_id])).get(draft.experience_id)
    if experience is None:
        raise NotFound("There is no such experience.", path=("experience_id",))
    customer_id = actor.customer_id if draft.consents else None
    key = ("customer", customer_id) if customer_id is not None else ("key", str(draft.client_key))
    at = now()
    rule = partial(_go_on, experience=experience, draft=draft, customer_id=customer_id, at=at)
    identifier = derived_id("exv", experience.id, *key)
    if before := await ExperienceVisit.get(identifier):
        return experience, await change(before, rule)
    begun = ExperienceVisit(id=identifier, created_at=at, experience_id=experience.id, opened_at=at)
    rule(begun)
    if customer_id is None:
        await _require_room(experience)
    begun.record(ExperienceEngaged(experience_id=experience.id, visit_id=identifier))
    try:
        await save(begun)
    except DuplicateKeyError:
        return experience, await change(await _there(identifier), rule)
    return experience, begun


async def _there(identifier: str) -> ExperienceVisit:
    found = await ExperienceVisit.get(identifier)
    if found is None:
        raise NotFound("This was forgotten just now; begin again.", path=("client_key",))
    return found


def _go_on(
    visit: ExperienceVisit, *, experience: Experience, draft: EngagementDraft, customer_id: str | None, at: datetime
) -> None:
    before = visit.model_copy(deep=True)
    visit.customer_id = customer_id
    match draft.kind:
        case EngagementKind.PAGE_TURNED:
            visit.pages = sorted({*visit.pages, _page(experience, draft)})
        case EngagementKind.ANSWERED:
            answer = _answer(experience, draft)
            if all(one.question != answer.question for one in visit.answers):
                visit.answers = sorted([*visit.answers, answer], key=lambda one: one.question)
        case EngagementKind.FINISHED:
            _require_whole(experience, visit)
            visit.finished_at = visit.finished_at or at
        case _:  # OPENED: that the visit is there says it
            pass
    if visit.revision and visit != before:
        visit.record(ExperienceEngaged(experience_id=experience.id, visit_id=visit.id))


def _page(experience: Experience, draft: EngagementDraft) -> int:
    if draft.page is None or draft.page > len(experience.texts[0].pages):
        raise InvalidInput("There is no such page.", path=("page",))
    return draft.page


def _answer(experience: Experience, draft: EngagementDraft) -> GivenAnswer:
    questions = experience.texts[0].questions
    if draft.question is None or draft.question > len(questions):
        raise InvalidInput("There is no such question.", path=("question",))
    if draft.choice is None or draft.choice > len(questions[draft.question - 1].choices):
        raise InvalidInput("There is no such choice.", path=("choice",))
    return GivenAnswer(question=draft.question, choice=draft.choice)


def _require_whole(experience: Experience, visit: ExperienceVisit) -> None:
    first = experience.texts[0]
    seen = {1, *visit.pages}
    if len(visit.answers) < len(first.questions) or any(place not in seen for place in range(1, len(first.pages) + 1)):
        raise InvalidInput("Some pages or questions are left.", path=("kind",))


async def forget_engagement(actor: Actor, *, confirmed: bool) -> int:
    """Let what a customer did be nobody's; it stays counted. Give how many visits that were.

    Raises Forbidden for who is no customer, InvalidInput unless confirmed.
    """
    if actor.customer_id is None:
        raise Forbidden("Sign in as a customer for this.")
    if not confirmed:
        raise InvalidInput("Confirm that what you did is to be nobody's.", path=("confirmed",))
    forgotten = 0
    while found := await _visits_of(actor.customer_id):
        for visit in found:
            await change(visit, _let_go)
        forgotten += len(found)
    return forgotten


async def own_engagement(actor: Actor) -> OwnEngagement | None:
    """Give what a customer did by consent; None for who is no customer."""
    if actor.customer_id is None:
        return None
    visits = await _visits_of(actor.customer_id)
    experiences = await by_ids(Experience, {one.experience_id for one in visits})
    finished = sum(one.finished_at is not None for one in visits)
    right = sum(is_right(experiences[one.experience_id], answer) is True for one in visits for answer in one.answers)
    badge = next((badge for badge, least in zip(EngagementBadge, _BADGES, strict=True) if finished >= least), None)
    return OwnEngagement(finished, right, badge)


def is_right(experience: Experience, answer: GivenAnswer) -> bool | None:
    """Tell whether an answer is right; None where nothing is right or wrong."""
    return experience.right[answer.question - 1] == answer.choice if experience.right else None


async def _visits_of(customer_id: str) -> Sequence[ExperienceVisit]:
    return await ExperienceVisit.find({"customer_id": customer_id}).sort("_id").limit(MOST_KEPT).to_list()


def _let_go(visit: ExperienceVisit) -> None:
    if visit.customer_id is not None:
        visit.customer_id = None
        visit.record(ExperienceEngaged(experience_id=visit.experience_id, visit_id=visit.id))


async def _require_room(experience: Experience) -> None:
    try:
        await take_attempt(f"experience:{experience.id}", NEW_VISITS)
    except TooManyAttempts as error:
        message = "Very many people are here just now; try again in a moment."
        raise RateLimited(message, retry_after=error.retry_after, path=("experience_id",)) from error
