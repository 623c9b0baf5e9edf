"""Who may do what with questions, answers and comments: pure rules, told to people before they try and enforced when they do."""

from dataclasses import dataclass

from auth.actor import Actor, Permission
from community.documents import Answer, Audience, Comment, Member, Question, QuestionStatus
from community.errors import NotForThePublic, NotYours, OwnVote, QuestionClosed
from core.errors import AlreadyDone, DomainError, Forbidden


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer to “may they?”: true, or false with the refusal that says why."""

    refusal: DomainError | None = None

    def __bool__(self) -> bool:
        """Tell whether it is allowed."""
        return self.refusal is None

    def enforce(self) -> None:
        """Raise the refusal, if there is one."""
        if self.refusal is not None:
            raise self.refusal


ALLOWED = Ruling()


def _member_with(actor: Actor, permission: Permission) -> Ruling:
    if actor.member_id is None:
        return Ruling(Forbidden("Only a member of the company can do this."))
    if not actor.may(permission):
        return Ruling(Forbidden(f"You need the permission {permission.value} for this."))
    return ALLOWED


def may_answer(actor: Actor, question: Question) -> Ruling:
    """Allow a member with `question:answer`, unless the question is closed; also to a question of one's own."""
    if question.status is QuestionStatus.CLOSED:
        return Ruling(QuestionClosed("This question is closed and takes no more answers.", path=("question_id",)))
    return _member_with(actor, Permission.QUESTION_ANSWER)


def may_accept(actor: Actor, question: Question) -> Ruling:
    """Allow the member who asked (of a consultation: the agent who consulted), or somebody with `question:moderate`.

    A customer can't accept; for a customer's question it is also somebody with `question:publish`.
    """
    if actor.may(Permission.QUESTION_MODERATE) or _wrote(actor, question):
        return ALLOWED
    if question.audience is Audience.PUBLIC and actor.may(Permission.QUESTION_PUBLISH):
        return ALLOWED
    return Ruling(NotYours("Only who asked the question, or a moderator, can accept answers."))


def may_edit(actor: Actor, written: Question | Answer | Comment) -> Ruling:
    """Allow the author, or somebody with `question:moderate`."""
    if actor.may(Permission.QUESTION_MODERATE) or _wrote(actor, written):
        return ALLOWED
    return Ruling(NotYours("Only the author or a moderator can change this."))


def may_vote(actor: Actor, target: Question | Answer) -> Ruling:
    """Allow a member with `question:vote`, on the words of others."""
    if _wrote(actor, target):
        return Ruling(OwnVote("You can't vote on what you wrote yourself.", path=("target_id",)))
    return _member_with(actor, Permission.QUESTION_VOTE)


def may_comment(actor: Actor) -> Ruling:
    """Allow a member with `question:comment`."""
    return _member_with(actor, Permission.QUESTION_COMMENT)


def may_publish(actor: Actor, question: Question) -> Ruling:
    """Allow somebody with `question:publish`, a question that a customer asked, once."""
    if not actor.may(Permission.QUESTION_PUBLISH):
        return Ruling(Forbidden(f"You need the permission {Permission.QUESTION_PUBLISH.value} for this."))
    if question.audience is not Audience.PUBLIC:
        return Ruling(NotForThePublic("Only a question that a customer asked can be published.", path=("question_id",)))
    if question.approved_at is not None:
        return Ruling(AlreadyDone("This question is published already.", path=("question_id",)))
    return ALLOWED


def may_change_member(actor: Actor, member: Member, fields: frozenset[str]) -> Ruling:
    """Allow somebody with `member:manage`; and a member to change their own presentation and availability."""
    if actor.may(Permission.MEMBER_MANAGE):
        return ALLOWED
    if actor.member_id == member.id and fields <= OWN_FIELDS:
        return ALLOWED
    own = ", ".join(sorted(OWN_FIELDS))
    return Ruling(Forbidden(f"You need the permission member:manage for this; of yourself you can change {own}."))


OWN_FIELDS = frozenset({"availability", "bio", "locales"})


def is_following(actor: Actor, question: Question) -> bool:
    """Tell whether the viewer is told of what happens to the question: who asked it and who was invited."""
    return actor.member_id is not None and actor.member_id in {question.author_id, *question.invited_expert_ids}


def _wrote(actor: Actor, written: Question | Answer | Comment) -> bool:
    return actor.member_id is not None and written.author_id == actor.member_id
