"""Who may do what with questions, answers and comments: pure rules, told to people before they try and enforced when they do."""

from dataclasses import dataclass

from auth.actor import Actor, Permission
from community.documents import Answer, Audience, Comment, Member, Moderated, Question, QuestionStatus, Threaded
from community.errors import NotForThePublic, NotYours, OwnVote, QuestionClosed
from core.errors import AlreadyDone, DomainError, Forbidden, InvalidInput


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


def may_close(actor: Actor, question: Question, *, is_moderator: bool) -> Ruling:
    """Allow who asked and who moderates there, a question that is open; a consultation's is closed by the consultation."""
    if not (is_moderator or _wrote(actor, question)):
        return Ruling(NotYours("Only who asked the question, or a moderator, can close it."))
    if question.consultation_id is not None:
        return Ruling(Forbidden("The question of a consultation is closed with the consultation."))
    if question.status is QuestionStatus.CLOSED:
        return Ruling(AlreadyDone("This question is closed already.", path=("question_id",)))
    return ALLOWED


def may_reopen(actor: Actor, question: Question, *, is_moderator: bool) -> Ruling:
    """Allow who moderates there, and who asked what they closed themselves; what was merged stays so."""
    is_own = _wrote(actor, question) and question.closing is not None and question.closing.by == question.author_id
    if not (is_moderator or is_own):
        return Ruling(NotYours("Only a moderator, or who asked and closed the question, can reopen it."))
    if question.closing is None:
        return Ruling(AlreadyDone("This question is not closed.", path=("question_id",)))
    if question.closing.merged:
        return Ruling(InvalidInput("Its answers went to the question it was merged into; answer there.", path=("question_id",)))
    return ALLOWED


def may_merge(question: Question, *, is_moderator: bool) -> Ruling:
    """Allow who moderates there, once; the question of a consultation stays where the front office waits for its answer."""
    if not is_moderator:
        return Ruling(NotYours("Only a moderator can merge questions."))
    if question.consultation_id is not None:
        return Ruling(Forbidden("The question of a consultation stays where the front office waits for its answer."))
    if question.merged_into_id is not None:
        return Ruling(AlreadyDone("This question was merged already.", path=("question_id",)))
    return ALLOWED


def may_edit(actor: Actor, written: Question | Answer | Comment) -> Ruling:
    """Allow the author, or somebody with `question:moderate`, what is still said."""
    if actor.may(Permission.QUESTION_MODERATE) or _wrote(actor, written):
        return still_said(written) if isinstance(written, Comment) else ALLOWED
    return Ruling(NotYours("Only the author or a moderator can change this."))


def may_vote(actor: Actor, target: Question | Answer) -> Ruling:
    """Allow a member with `question:vote`, on the words of others."""
    if _wrote(actor, target):
        return Ruling(OwnVote("You can't vote on what you wrote yourself.", path=("target_id",)))
    return _member_with(actor, Permission.QUESTION_VOTE)


def may_endorse(actor: Actor, member: Member) -> Ruling:
    """Allow a member with `question:vote`, of others."""
    if actor.member_id == member.id:
        return Ruling(InvalidInput("You can't endorse yourself.", path=("member_id",)))
    return _member_with(actor, Permission.QUESTION_VOTE)


def may_confirm_skill(actor: Actor, member: Member) -> Ruling:
    """Allow who manages members or says who gets which cases, of others."""
    if not (actor.may(Permission.MEMBER_MANAGE) or actor.may(Permission.ASSIGNMENT_MANAGE)):
        return Ruling(Forbidden("You need the permission member:manage or assignment:manage for this."))
    if actor.member_id == member.id:
        return Ruling(NotYours("You can't confirm what you claim yourself."))
    return ALLOWED


def may_comment(actor: Actor) -> Ruling:
    """Allow a member with `question:comment`."""
    return _member_with(actor, Permission.QUESTION_COMMENT)


def may_resolve(actor: Actor, comment: Comment, *, looks_after: bool) -> Ruling:
    """Allow who began the thread and who looks after what it is about: its authors, and who moderates there."""
    if not (looks_after or _wrote(actor, comment)):
        return Ruling(NotYours("Only who began the thread, who wrote what it is about, or a moderator, can close or reopen it."))
    return _member_with(actor, Permission.QUESTION_COMMENT)


def may_delete(actor: Actor, comment: Threaded, *, is_moderator: bool) -> Ruling:
    """Allow the author and who moderates there, a remark that is not taken away yet."""
    if actor.member_id is None or not (is_moderator or _wrote(actor, comment)):
        return Ruling(NotYours("Only who wrote the comment, or a moderator, can delete it."))
    return still_said(comment)


def may_react(actor: Actor, target: Moderated) -> Ruling:
    """Allow a member with `question:comment`, to what moderators did not hide; one's own words too."""
    if isinstance(target, Threaded) and not (ruling := still_said(target)):
        return ruling
    if target.kept_for is not None:
        return Ruling(InvalidInput("Moderators hid this; nobody can react to it.", path=("target_id",)))
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


def still_said(comment: Threaded) -> Ruling:
    """Allow what was not taken away."""
    if comment.removal is None:
        return ALLOWED
    return Ruling(AlreadyDone("This comment was deleted."))


def is_following(actor: Actor, question: Question) -> bool:
    """Tell whether the viewer is told of what happens to the question: who asked it and who was invited."""
    return actor.member_id is not None and actor.member_id in {question.writer_id, *question.invited_expert_ids}


def _wrote(actor: Actor, written: Question | Answer | Threaded) -> bool:
    return actor.member_id is not None and written.writer_id == actor.member_id
