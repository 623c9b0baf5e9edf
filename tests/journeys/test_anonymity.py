"""A colleague who asks for everything in every way does not learn who asked a question anonymously."""

from typing import Any

from auth.actor import Actor
from community.answers import AnswerDraft, accept_answer, answer_question
from community.comments import CommentDraft, add_comment
from community.documents import Member, Question
from community.questions import QuestionChanges, QuestionDraft, ask_question, edit_question
from community.reactions import ReactionKind, react
from core.idempotency import Once
from core.records import change, fresh
from tests.client import Client
from tests.journeys.conftest import World
from tests.journeys.crafting import operations, schema_of, selection
from tests.journeys.story import Story, begin
from tests.journeys.test_secret_spaces import EVENTS, answers

ASKER, OUTSIDERS = "hr", ("admin",)
CANARY, MARK = "kanarya7x", "gizlisoru"
KINDS = ("Question", "Answer", "Comment", "Notification")


def crawl(cursor: str, ids: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Give every query that shows questions or notifications, what happened, and everything of every object concerned."""
    asked: list[tuple[str, dict[str, Any]]] = [(EVENTS, {"cursor": cursor})]
    for operation in operations("staff", "query", 3).values():
        if not any(field in operation.document for field in ("viewerIsAuthor", "Notification")):
            continue
        texts = [name for name in operation.arguments if name in {"query", "text", "title"}]
        first = {"first": 10 if texts else 50} if "first" in operation.arguments else {}
        asked.append((operation.document, dict.fromkeys(texts, MARK) | first))
    node = schema_of("staff").get_type("Node")
    shown = [selection(schema_of("staff"), node, 3, kind) for kind in KINDS]
    asked += [(f"query($ids: [ID!]!) {{ nodes(ids: $ids){fields} }}", {"ids": ids}) for fields in shown]
    return asked


async def tells(client: Client, asked: list[tuple[str, dict[str, Any]]], asker_id: str) -> tuple[int, int]:
    """Count how often the answers name who asked, and how often they show the question."""
    text = b"".join(await answers(client, asked)).decode()
    return text.count(CANARY) + text.count(asker_id), text.count(MARK)


async def converse(story: Story, asker: Actor) -> list[str]:
    """Let somebody ask anonymously and do there what who asks does; give the ids of all that was written."""
    expert = await story.actor("specialist")
    draft = QuestionDraft(title=f"{MARK} Prim nasıl?", body=MARK, anonymous=True, invited_expert_ids=[expert.member])
    question: Question = await ask_question(asker, draft, once=Once())
    own, _ = await answer_question(asker, AnswerDraft(question_id=question.id, body=f"{MARK} Buldum."), once=Once())
    remark, _ = await add_comment(asker, CommentDraft(target_id=question.id, body=f"{MARK} Acil."), once=Once())
    answer, _ = await answer_question(expert, AnswerDraft(question_id=question.id, body=f"{MARK} Sorun."), once=Once())
    version = (await fresh(question)).version
    await edit_question(asker, question.id, QuestionChanges(body=f"{MARK} Yine"), expected_version=version)
    await accept_answer(asker, answer.id, expected_version=version + 1)
    await react(asker, answer.id, ReactionKind.HEART)
    await story.settle()
    return [question.id, own.id, remark.id, answer.id]


async def test_nobody_learns_who_asked_anonymously(world: World) -> None:
    story = await begin(world)
    asker = await story.actor(ASKER)
    member = await Member.get(asker.member)
    assert member is not None
    await change(member, lambda current: setattr(current, "display_name", CANARY))
    cursor = (await story.client("colleague").execute("{ viewer { eventCursor } }"))["viewer"]["eventCursor"]
    before = {one: (await tells(story.client(one), crawl(cursor, []), asker.member))[0] for one in OUTSIDERS}

    ids = await converse(story, asker)
    told = [row["_id"] async for row in world.platform.database["notifications"].find({}, {"_id": 1})]
    after = {one: await tells(story.client(one), crawl(cursor, ids + told), asker.member) for one in OUTSIDERS}

    assert {one: named for one, (named, _) in after.items()} == before
    assert all(shown > 10 for _, shown in after.values())
    own = await story.client(ASKER).execute(f'{{ node(id: "{ids[0]}") {{ ... on Question {{ viewerIsAuthor }} }} }}')
    assert own["node"]["viewerIsAuthor"] is True


async def test_what_is_kept_beside_the_question_does_not_name_who_asked(world: World) -> None:
    story = await begin(world)
    asker = await story.actor(ASKER)
    ids = await converse(story, asker)

    database = world.platform.database
    for name in ("events", "notifications", "notification_groups", "evidence", "webhook_deliveries", "mails"):
        rows = [row async for row in database[name].find({}) if any(one in repr(row) for one in ids) or MARK in repr(row)]
        named = [row for row in rows if asker.member in repr({**row, "recipient_id": None, "_id": None, "member_id": None})]
        assert named == [], name
