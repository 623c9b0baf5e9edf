"""Members, skills, questions and answers for tests, made by the operations; and the actors who act in them."""

from typing import Any

from auth.actor import SYSTEM, Actor, ActorKind, Permission, Role, is_scoped, permissions_of
from community.answers import AnswerDraft, accept_answer, answer_question, follow_answer, reflect_in_evidence
from community.blog.documents import BlogPost
from community.blog.posts import PostDraft, create_post
from community.blog.publishing import publish_post
from community.comments import CommentDraft, add_comment
from community.departments import DepartmentDraft, add_department
from community.documents import Answer, Comment, Department, Member, Question, Skill
from community.members import MemberDraft, add_member
from community.public_questions import PublicQuestionDraft, ask_public_question, publish_question
from community.questions import QuestionDraft, ask_question
from community.skills import SkillDraft, add_skill
from community.wiki.documents import WikiPage
from community.wiki.pages import PageDraft, create_page
from community.wiki.revisions import keep_revisions
from core.idempotency import Once
from core.ids import new_id, with_prefix


def actor_of(member: Member) -> Actor:
    """Give the actor that this member is when signed in."""
    return Actor(
        ActorKind.MEMBER,
        member.id,
        account_id=with_prefix("acc", member.id),
        member_id=member.id,
        roles=frozenset(member.roles),
        permissions=permissions_of(member.roles),
        scoped=is_scoped(member.roles),
    )


def customer_actor(customer_id: str | None = None, **overrides: Any) -> Actor:
    """Give a customer who is signed in to the portal."""
    identifier = customer_id or new_id("cus")
    return Actor(
        ActorKind.CUSTOMER, identifier, customer_id=identifier, permissions=frozenset({Permission.REQUEST_SUBMIT}), **overrides
    )


async def make_member(*roles: Role, **overrides: Any) -> Member:
    """Let a member join; roles default to EXPERT."""
    given = {"display_name": "Ayşe Yılmaz", "email": f"{new_id('m')}@example.com", "roles": list(roles) or [Role.EXPERT]}
    return await add_member(SYSTEM, MemberDraft.model_validate(given | overrides), once=Once())


async def make_actor(*roles: Role, **overrides: Any) -> Actor:
    """Let a member join and give who they are when signed in."""
    return actor_of(await make_member(*roles, **overrides))


async def make_department(name: str = "Kargo") -> Department:
    """Add a department."""
    return await add_department(SYSTEM, DepartmentDraft(name=name), once=Once())


async def make_skill(name: str = "İade", *keywords: str) -> Skill:
    """Add a skill."""
    return await add_skill(SYSTEM, SkillDraft(name=name, keywords=list(keywords)), once=Once())


async def make_question(actor: Actor | None = None, **overrides: Any) -> Question:
    """Ask a question, by a new agent unless told."""
    given = {"title": "Kargo iki haftadır neden gelmedi?", "body": "Müşteri siparişini bekliyor."}
    asker = actor or await make_actor(Role.AGENT)
    return await ask_question(asker, QuestionDraft.model_validate(given | overrides), once=Once())


async def make_answer(question: Question, actor: Actor | None = None, **overrides: Any) -> Answer:
    """Answer a question, by a new expert unless told, and let what shows their knowledge follow."""
    given = {"question_id": question.id, "body": "Depoda bekliyor; yarın yola çıkar."}
    draft = AnswerDraft.model_validate(given | overrides)
    answer, _ = await answer_question(actor or await make_actor(), draft, once=Once())
    await follow_answer(answer)
    return answer


async def accept(answer: Answer, actor: Actor = SYSTEM, *, expected_version: int) -> Question:
    """Accept an answer, and let what shows its author's knowledge follow."""
    question = await accept_answer(actor, answer.id, expected_version=expected_version)
    await reflect_in_evidence(answer.id)
    return question


async def make_comment(target: Question | Answer | BlogPost, actor: Actor | None = None, **overrides: Any) -> Comment:
    """Remark on a question or an answer, by a new expert unless told."""
    given = {"target_id": target.id, "body": "Hangi depo?"}
    draft = CommentDraft.model_validate(given | overrides)
    return (await add_comment(actor or await make_actor(), draft, once=Once()))[0]


async def make_public_question(actor: Actor | None = None, **overrides: Any) -> Question:
    """Ask as a customer."""
    given = {"title": "چگونه کالا را مرجوع کنم؟", "body": "سفارش من اشتباه است."}
    return await ask_public_question(
        actor or customer_actor(), PublicQuestionDraft.model_validate(given | overrides), once=Once()
    )


async def publish(question: Question) -> Question:
    """Let the public see a customer's question."""
    return await publish_question(SYSTEM, question.id, expected_version=question.version)


async def make_page(path: str = "iade", actor: Actor | None = None, **overrides: Any) -> WikiPage:
    """Write a page of the wiki, by a new expert unless told, and keep its first revision."""
    given = {"path": path, "title": "İade nasıl yapılır?", "body": "Önce depoya sorulur.\n"}
    draft = PageDraft.model_validate(given | overrides)
    return await keep_revisions(await create_page(actor or await make_actor(), draft, once=Once()))


async def make_post(actor: Actor | None = None, *, published: bool = True, **overrides: Any) -> BlogPost:
    """Write a post, by a new expert unless told, and publish it unless it shall stay a draft."""
    author = actor or await make_actor()
    given = {"title": "Depoda yeni düzen", "body": "Kargolar artık **sabah** ayrılır."}
    post = await create_post(author, PostDraft.model_validate(given | overrides), once=Once())
    return await publish_post(author, post.id, expected_version=post.version) if published else post
