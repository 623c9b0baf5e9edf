from care import events
from care.documents.cases import Case
from care.documents.conversations import Message
from care.notes import NoteDraft, add_internal_note
from core.database import Database
from core.events import Event
from core.idempotency import Once
from tests.factories.care import make_actor, make_case

SHOWN = {
    "CaseOpened",
    "CaseReopened",
    "MessageReceived",
    "MessageChanged",
    "ReplyQueued",
    "ReplyReleased",
    "ReplyFailed",
    "StepCompleted",
    "VerdictRecorded",
    "ObligationStarted",
    "CaseClosed",
}


def test_customers_hear_only_of_what_they_can_see() -> None:
    kinds = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)]
    heard = {kind.__name__ for kind in kinds if events.REQUEST in kind.topics and kind is not events.CaseEvent}

    assert heard == SHOWN


async def test_note_is_told_as_a_change_of_its_case_to_the_house_alone(store: Database) -> None:
    case = await make_case()

    note = await add_internal_note(make_actor(), NoteDraft(case_id=case.id, body="not"), once=Once())

    raw = await Message.get_pymongo_collection().find_one({"_id": note.id})
    assert raw is not None
    (event,) = raw["pending"]
    assert (event["node"], event["subject"], event["topics"]) == (case.id, note.id, ["INBOX", "CASE"])
    assert event["facts"] == {"channel_id": case.channel_id, "environment": "LIVE", "customer_id": case.customer_id}
    opened = await Case.get_pymongo_collection().find_one({"_id": case.id})
    assert opened is not None
    assert opened["pending"][0]["topics"] == ["INBOX", "CASE", "REQUEST"]
