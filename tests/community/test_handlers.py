from auth.actor import Role
from bootstrap.documents import record_collections
from community.answers import accept_answer, unaccept_answer
from community.events import AnswerAccepted, AnswerGiven, QuestionChanged
from community.handlers import follow_given, reflect_accepted, reflect_question, subscribe
from community.questions import QuestionChanges, edit_question
from core.clock import now
from core.database import Database
from core.events import Recorded
from core.handlers import HandlerRunner, Handlers
from core.relay import Relay
from core.tail import EventTail
from tests.community.watching import COLLECTIONS, snapshot
from tests.factories.community import make_actor, make_answer, make_question


async def handle_everything(store: Database) -> None:
    """Tell all events from the first to the community's handlers, as often as it is called."""
    relay = Relay(store, record_collections())
    while await relay.sweep():
        pass
    await store["handlers"].delete_many({})
    handlers = Handlers()
    subscribe(handlers)
    await HandlerRunner(store, EventTail(store), handlers.all()).drain()
    while await relay.sweep():
        pass
    assert await store["parked"].count_documents({}) == 0


async def told(store: Database) -> dict[str, object]:
    """Give the rows as people read them: without the counters of writing."""
    rows = await snapshot(store)
    return {
        name: [{key: value for key, value in row.items() if key not in {"revision", "writes", "pending"}} for row in found]
        for name, found in rows.items()
    }


async def test_what_a_crash_left_undone_is_done_by_the_handlers(store: Database) -> None:
    question = await make_question(tag_slugs=["kargo"])
    await make_answer(question)
    done = await told(store)
    await store["evidence"].delete_many({})
    await store["questions"].update_one({"_id": question.id}, {"$set": {"status": "OPEN"}})
    await store["members"].update_many({}, {"$set": {"answer_seconds": []}})

    await handle_everything(store)

    assert await told(store) == done


async def test_handling_everything_twice_changes_nothing(store: Database) -> None:
    asker, expert = await make_actor(Role.AGENT), await make_actor()
    question = await make_question(asker)
    kept, dropped = await make_answer(question, expert), await make_answer(question, expert)
    await accept_answer(asker, dropped.id, expected_version=1)
    await accept_answer(asker, kept.id, expected_version=2)
    await unaccept_answer(asker, kept.id, expected_version=3)
    await accept_answer(asker, kept.id, expected_version=4)
    await handle_everything(store)
    before = await told(store)

    await handle_everything(store)
    once = await snapshot(store)
    await handle_everything(store)

    assert await told(store) == before
    assert await snapshot(store) == once


async def test_evidence_shows_the_question_as_it_is_now(store: Database) -> None:
    asker = await make_actor(Role.AGENT)
    question = await make_question(asker, title="Eski başlık")
    await make_answer(question)
    await edit_question(asker, question.id, QuestionChanges(title="Yeni başlık", tag_slugs=["iade"]), expected_version=1)

    await handle_everything(store)

    rows = await store["evidence"].find({}).to_list()
    assert [(row["text"], row["tags"]) for row in rows] == [("Yeni başlık", ["iade"])]


async def test_what_is_gone_is_passed_over(store: Database) -> None:
    given = AnswerGiven(answer_id="ans_gone", question_id="qst_gone", author_id="mem_gone")
    accepted = AnswerAccepted(answer_id="ans_gone", question_id="qst_gone")
    changed = QuestionChanged(question_id="qst_gone")

    await follow_given(Recorded(fact=given, number=1, event_id="a", at=now(), actor="mem_gone", subject="ans_gone"))
    await reflect_accepted(Recorded(fact=accepted, number=3, event_id="c", at=now(), actor="mem_gone", subject="qst_gone"))
    await reflect_question(Recorded(fact=changed, number=2, event_id="b", at=now(), actor="mem_gone", subject="qst_gone"))

    assert await snapshot(store) == {name: [] for name in COLLECTIONS}
