"""Who is asked for what the answer bank misses, the expert who fits best and a backup, and for what nobody answers: the next one.

Misses of the bank that the search notices are noted.
"""

from typing import Final

from auth.actor import SYSTEM
from care.documents.cases import Case
from care.documents.consultations import Consultation
from care.events import AnswerBankMissed, ExpertsConsulted
from care.misses import note_miss, route_miss
from community.documents import Question
from community.escalation import EscalationStep, invite_next
from community.events import QuestionEscalated
from core.events import Recorded
from core.handlers import Handlers
from search.engine import SearchEngine
from search.experts.finding import suggest
from search.suggestions import answers_for_case, text_of_case

_LOOKED_AT: Final = 20
"""From among how many the next one is taken: in a closed space not everybody may read the question."""
_ASKED: Final = 3
"""The expert, the backup, and one more, should one of them be who reported it."""


def subscribe(handlers: Handlers, engine: SearchEngine) -> None:
    """Ask experts from the moment this is first started."""
    router = Router(engine)
    handlers.group("search.routing", start="head").on(AnswerBankMissed, router.route).on(ExpertsConsulted, router.notice).on(
        QuestionEscalated, router.pass_on
    )


class Router:
    """Asks experts for what the answer bank misses, with a search engine that finds them."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine

    async def route(self, event: Recorded[AnswerBankMissed]) -> None:
        """Ask the best expert and a backup."""
        case = await Case.get(event.fact.case_id)
        if case is None:
            return
        tags = [tag.slug for tag in case.tags]
        found = await suggest(SYSTEM, self._engine, await text_of_case(case), tags=tags, limit=_ASKED)
        await route_miss(event.fact.miss_id, [one.member.id for one in found])

    async def pass_on(self, event: Recorded[QuestionEscalated]) -> None:
        """Invite the next expert to a question that nobody answers."""
        question = await Question.get(event.fact.question_id)
        if question is None or event.fact.step != EscalationStep.EXPERT.value:
            return
        text, tags = f"{question.title}\n{question.body}", [tag.slug for tag in question.tags]
        invited = question.invited_expert_ids
        found = await suggest(SYSTEM, self._engine, text, tags=tags, exclude=invited, limit=_LOOKED_AT)
        await invite_next(question.id, [one.member.id for one in found])

    async def notice(self, event: Recorded[ExpertsConsulted]) -> None:
        """Note a miss where experts are asked and no answer of the bank fits the case; one that waits is theirs even so."""
        consultation, case = await Consultation.get(event.fact.consultation_id), await Case.get(event.fact.case_id)
        if consultation is None or case is None:
            return
        fitting = await answers_for_case(SYSTEM, self._engine, case, limit=1)
        await note_miss(consultation, is_new=not fitting)
