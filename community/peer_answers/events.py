"""What happens to answers by customers, as facts."""

from dataclasses import dataclass
from typing import ClassVar

from community.events import QUESTION
from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerAnswerHeld(Event):
    """A customer answered, and it waits until a member decides."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)
    node_field: ClassVar[str | None] = "question_id"

    answer_id: str
    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerAnswerPublished(Event):
    """A customer's answer was published."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)
    node_field: ClassVar[str | None] = "question_id"

    answer_id: str
    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerAnswerDeclined(Event):
    """A customer's answer was not published."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)
    node_field: ClassVar[str | None] = "question_id"

    answer_id: str
    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHelpSaid(Event):
    """A customer said that an answer helped, or took that back."""

    answer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAnswerPolicyChanged(Event):
    """The company says anew how customers answer each other."""

    policy_id: str
