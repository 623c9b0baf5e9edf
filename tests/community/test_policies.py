from collections.abc import Callable
from typing import Any

import pytest

from auth.actor import ANONYMOUS, SYSTEM, Actor, Role
from community.documents import Answer, Audience, Comment, Question, QuestionStatus
from community.errors import NotForThePublic, NotYours, OwnVote, QuestionClosed
from community.policies import (
    Ruling,
    is_following,
    may_accept,
    may_answer,
    may_change_member,
    may_comment,
    may_edit,
    may_publish,
    may_vote,
)
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, DomainError, Forbidden
from tests.factories.community import actor_of, customer_actor, make_member

CALLERS = ("author", "invited", "expert", "agent", "manager", "hr", "customer", "anonymous", "system")


class Scene:
    """One question, answer and comment of the same author, and everybody who may come along."""

    def __init__(self, people: dict[str, Actor]) -> None:
        author = people["author"].member
        moment = now()
        self.people = people
        self.question = Question(
            id="qst_1",
            created_at=moment,
            updated_at=moment,
            title="Title",
            body="b",
            author_id=author,
            invited_expert_ids=[people["invited"].member],
        )
        self.answer = Answer(id="ans_1", created_at=moment, question_id="qst_1", author_id=author, body="b")
        self.comment = Comment(
            id="cmt_1", created_at=moment, question_id="qst_1", target_id="qst_1", author_id=author, body="b"
        )  # fmt: skip


@pytest.fixture
async def scene(store: Database) -> Scene:
    people = {
        "author": actor_of(await make_member(Role.AGENT)),
        "invited": actor_of(await make_member(Role.EXPERT)),
        "expert": actor_of(await make_member(Role.EXPERT)),
        "agent": actor_of(await make_member(Role.AGENT)),
        "manager": actor_of(await make_member(Role.MANAGER)),
        "hr": actor_of(await make_member(Role.HR)),
        "customer": customer_actor(),
        "anonymous": ANONYMOUS,
        "system": SYSTEM,
    }
    return Scene(people)


MEMBERS = {"author", "invited", "expert", "agent", "manager", "hr"}


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (lambda scene, actor: may_answer(actor, scene.question), MEMBERS),
        (lambda scene, actor: may_accept(actor, scene.question), {"author", "manager", "system"}),
        (lambda scene, actor: may_edit(actor, scene.question), {"author", "manager", "system"}),
        (lambda scene, actor: may_edit(actor, scene.answer), {"author", "manager", "system"}),
        (lambda scene, actor: may_edit(actor, scene.comment), {"author", "manager", "system"}),
        (lambda scene, actor: may_vote(actor, scene.question), MEMBERS - {"author"}),
        (lambda scene, actor: may_vote(actor, scene.answer), MEMBERS - {"author"}),
        (lambda _, actor: may_comment(actor), MEMBERS),
        (lambda scene, actor: is_following(actor, scene.question), {"author", "invited"}),
    ],
    ids=["answer", "accept", "edit_question", "edit_answer", "edit_comment", "vote", "vote_answer", "comment", "following"],
)
def test_who_may(scene: Scene, rule: Callable[[Scene, Actor], Any], allowed: set[str]) -> None:
    assert {name for name in CALLERS if rule(scene, scene.people[name])} == allowed


def test_who_may_publish_what(scene: Scene) -> None:
    internal = {type(may_publish(scene.people[name], scene.question).refusal) for name in ("agent", "manager")}
    scene.question = scene.question.model_copy(update={"audience": Audience.PUBLIC})
    public = {name for name in CALLERS if may_publish(scene.people[name], scene.question)}
    accepting = {name for name in CALLERS if may_accept(scene.people[name], scene.question)}
    scene.question.approved_at = now()
    again = may_publish(scene.people["agent"], scene.question).refusal

    assert internal == {NotForThePublic}
    assert public == {"author", "agent", "manager", "system"}
    assert accepting == public
    assert isinstance(again, AlreadyDone)


@pytest.mark.parametrize(
    ("name", "fields", "allowed"),
    [
        ("expert", {"bio", "locales"}, True),
        ("expert", {"availability"}, True),
        ("expert", {"bio", "skill_ids"}, False),
        ("agent", {"bio"}, False),
        ("manager", {"bio"}, False),
        ("hr", {"display_name", "skill_ids", "department_id"}, True),
        ("customer", set(), False),
    ],
)
async def test_who_may_change_a_member(scene: Scene, name: str, fields: set[str], *, allowed: bool) -> None:
    member = await make_member()
    scene.people["expert"] = actor_of(member)

    assert bool(may_change_member(scene.people[name], member, frozenset(fields))) is allowed


def refusals(scene: Scene) -> dict[str, DomainError | None]:
    closed = scene.question.model_copy(update={"status": QuestionStatus.CLOSED})
    rulings: dict[str, Ruling] = {
        "closed": may_answer(scene.people["expert"], closed),
        "no_member": may_answer(scene.people["customer"], scene.question),
        "not_yours": may_accept(scene.people["expert"], scene.question),
        "own_vote": may_vote(scene.people["author"], scene.question),
        "no_permission": may_comment(Actor(SYSTEM.kind, "mem_x", member_id="mem_x")),
    }
    return {name: ruling.refusal for name, ruling in rulings.items()}


def test_a_refusal_says_why(scene: Scene) -> None:
    assert {name: (type(error), error.message, error.path) for name, error in refusals(scene).items() if error is not None} == {
        "closed": (QuestionClosed, "This question is closed and takes no more answers.", ("question_id",)),
        "no_member": (Forbidden, "Only a member of the company can do this.", ()),
        "not_yours": (NotYours, "Only who asked the question, or a moderator, can accept answers.", ()),
        "own_vote": (OwnVote, "You can't vote on what you wrote yourself.", ("target_id",)),
        "no_permission": (Forbidden, "You need the permission question:comment for this.", ()),
    }
    with pytest.raises(NotYours):
        may_accept(scene.people["expert"], scene.question).enforce()


def test_what_is_allowed_enforces_nothing(scene: Scene) -> None:
    may_comment(scene.people["expert"]).enforce()
