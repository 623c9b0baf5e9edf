"""How grave a case is: what its customer feels, how many hear of it, how often it had to be said; purely."""

from datetime import timedelta
from math import log10
from typing import Final

from care.cases import standing
from care.cases.intents import hear_intent
from care.documents.case_states import Priority
from care.documents.cases import Case
from care.documents.conversations import Sentiment, SentimentLabel, Visibility
from care.documents.under_way import Incoming
from care.service_levels.events import PriorityChanged
from core.text.intent import intent_of
from core.text.sentiment import sentiment_of

EARLIER_WITHIN: Final = timedelta(days=30)
"""Which earlier cases of a customer count as the same complaint said again."""
FROM_HIGH: Final = 40
FROM_URGENT: Final = 60
_CLEAR: Final = 0.25
"""How strong a feeling must be to be called good or bad."""
_UNHEARD: Final = 0.4
_MILLION: Final = 6
_ONCE: Final = 0.5
_EACH_MORE: Final = 0.1
_CYCLE: Final = 2
"""A cycle that failed weighs as much as so many messages."""


def feeling_of(text: str) -> Sentiment | None:
    """Tell how a text feels; None where there are no words."""
    score = sentiment_of(text)
    return None if score is None else mood_of(score)


def mood_of(score: float) -> Sentiment:
    """Give a score with its name."""
    if abs(score) < _CLEAR:
        return Sentiment(label=SentimentLabel.NEUTRAL, score=score)
    return Sentiment(label=SentimentLabel.POSITIVE if score > 0 else SentimentLabel.NEGATIVE, score=score)


def weigh(case: Case, incoming: Incoming) -> None:
    """Let what a customer said count: the case's mood, its severity, and its priority unless somebody set that by hand.

    A case never becomes less grave by what is said in it: the worst mood counts, so that a polite second message hides
    no rage.
    """
    if incoming.unparsed:
        return
    incoming.sentiment, incoming.intent = feeling_of(incoming.body), intent_of(incoming.body)
    hear_intent(case, incoming.intent)
    case.heard += 1
    case.in_public = case.in_public or incoming.visibility is Visibility.PUBLIC
    if incoming.sentiment is not None:
        case.sentiment = incoming.sentiment
        case.worst_mood = min(case.worst_mood, incoming.sentiment.score)
        standing.note(case, incoming, incoming.sentiment.score)
    weigh_again(case)


def weigh_again(case: Case) -> None:
    """Bring severity and priority in line with what is known of the case; without any events for a new one."""
    case.severity = max(case.severity, severity_of(case))
    if case.priority_by_hand:
        return
    due = Priority.URGENT if case.severity >= FROM_URGENT else Priority.HIGH if case.severity >= FROM_HIGH else Priority.MEDIUM
    if due is not case.priority:
        case.priority = due
        if case.revision:
            case.record(PriorityChanged(case_id=case.id, priority=due))


def severity_of(case: Case) -> int:
    """Give sentiment x reach x repeat, from 0 to 100."""
    anger = max(0.0, -case.worst_mood)
    spread = min(1.0, log10(1 + (case.reach or 0)) / _MILLION) if case.in_public else 0.0
    repeats = max(0, case.heard - 1) + _CYCLE * max(0, len(case.cycles) - 1) + case.earlier_cases
    insistence = min(1.0, _ONCE + _EACH_MORE * repeats)
    return round(100 * anger * (_UNHEARD + (1 - _UNHEARD) * spread) * insistence)
