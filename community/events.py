"""What happens in the community, as facts."""

from dataclasses import dataclass
from typing import ClassVar

from core.events import Event

QUESTION = "QUESTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChanged(Event):
    """A member joined, or what is known of them changed."""

    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentChanged(Event):
    """A department was added, renamed, or is offered no more, or again."""

    department_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillChanged(Event):
    """A skill was added, its names changed, or it is offered no more, or again."""

    skill_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillMerged(Event):
    """A skill is another one now."""

    skill_id: str
    into_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillEndorsed(Event):
    """What colleagues say of a skill that somebody claims changed."""

    member_id: str
    skill_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillConfirmed(Event):
    """A claimed skill counts from now on: something shows it, or somebody vouched for it."""

    member_id: str
    skill_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillUnconfirmed(Event):
    """A claimed skill counts no longer: nothing shows it any more."""

    member_id: str
    skill_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked(Event):
    """A question was asked."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)

    question_id: str
    author_id: str
    invited_expert_ids: tuple[str, ...] = ()
    consultation_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionChanged(Event):
    """Title, text, tags, status or the invited experts of a question changed."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)

    question_id: str
    newly_invited_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMoved(Event):
    """A question stands in another space, or in none any more."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)

    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPublished(Event):
    """A customer's question was approved for the public."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)

    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionClosed(Event):
    """A question was closed: it takes no more answers."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)

    question_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReopened(Event):
    """A closed question takes answers again."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)

    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionEscalated(Event):
    """A question without an answer went on, as the step says: EXPERT or OWNERS."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)

    question_id: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMerged(Event):
    """A question was closed as the same as another one, to which its answers go."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)

    question_id: str
    into_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven(Event):
    """A question got an answer."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)
    node_field: ClassVar[str | None] = "question_id"

    answer_id: str
    question_id: str
    author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChanged(Event):
    """The text of an answer changed."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)
    node_field: ClassVar[str | None] = "question_id"

    answer_id: str
    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAccepted(Event):
    """An answer was accepted as solving the question."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)

    question_id: str
    answer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerUnaccepted(Event):
    """An answer is no longer accepted."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)

    question_id: str
    answer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteCast(Event):
    """Somebody set their vote on a question or an answer."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)
    node_field: ClassVar[str | None] = "question_id"

    question_id: str
    target_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAdded(Event):
    """A remark was added to a question or to an answer; clients hear of it as of the question."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)
    node_field: ClassVar[str | None] = "question_id"

    comment_id: str
    question_id: str
    target_id: str
    author_id: str
    in_reply_to_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentChanged(Event):
    """The text of a remark changed."""

    topics: ClassVar[tuple[str, ...]] = (QUESTION,)
    node_field: ClassVar[str | None] = "question_id"

    comment_id: str
    question_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkAdded(Event):
    """A remark was added to what is no question and no answer, such as a post."""

    comment_id: str
    target_id: str
    author_id: str
    in_reply_to_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkChanged(Event):
    """The text of a remark on what is no question and no answer changed."""

    comment_id: str
    target_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionAdded(Event):
    """Somebody reacted to something."""

    reaction_id: str
    target_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionRemoved(Event):
    """Somebody took a reaction back."""

    reaction_id: str
    target_id: str
