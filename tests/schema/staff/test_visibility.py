"""What somebody may not know of reads as if it were not there, and strangers get nothing of the company's."""

import pytest
from strawberry.types import ExecutionResult

from auth.actor import ANONYMOUS, Actor, Role
from care.documents.answer_bank import AnswerBankEntry
from care.documents.cases import Case
from community.documents import Evidence, Question
from tests.factories import care, community
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import ask_for_details, consult, make_world, tell

SOURCES = "query ($id: ID!) { node(id: $id) { ... on Member { evidence(first: 5) { nodes { source { id } } } } } }"
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
LISTS = {
    "Inbox": {},
    "Questions": {},
    "Experts": {},
    "Search": {"query": "kargo"},
    "SuggestExperts": {"text": "kargo"},
    "SimilarQuestions": {"title": "kargo"},
    "CatchUp": {"cursor": "x"},
}


def strangers() -> list[Actor]:
    """Give callers that are not of the company."""
    return [ANONYMOUS, community.customer_actor()]


def answer(result: ExecutionResult) -> tuple[object, object]:
    """Give all that a client sees of a result."""
    return result.data, [error.formatted for error in result.errors or ()]


@pytest.mark.parametrize("document", sorted(LISTS))
async def test_lists_are_for_the_company(document: str, staff: Staff) -> None:
    await make_world()
    for stranger in strangers():
        error = await staff.error(stranger, document, **LISTS[document])
        assert error.extensions == {"code": "FORBIDDEN"}


async def test_strangers_see_no_object(staff: Staff) -> None:
    world = await make_world()
    published = await community.publish(await community.make_public_question())
    ids = [world.case.id, published.id, str(world.case.customer_id), world.agent.member, world.conversation_id]
    for stranger in strangers():
        assert (await staff.ask(stranger, "InboxRows", ids=ids))["nodes"] == [None] * len(ids)


async def test_strangers_have_nothing_of_their_own(staff: Staff) -> None:
    for stranger in strangers():
        viewer = (await staff.ask(stranger, "Viewer"))["viewer"]
        assert (viewer["member"], viewer["permissions"], viewer["unreadNotificationCount"]) == (None, [], 0)
        assert (await staff.ask(stranger, "Notifications"))["notifications"]["totalCount"] == 0
        assert (await staff.ask(stranger, "ExpertDesk"))["expertDesk"] is None


async def test_strangers_change_nothing(staff: Staff) -> None:
    world = await make_world()
    for stranger in strangers():
        given = {"title": "Kargo gecikmesi", "body": "Özür dileriz."}
        for document in ("AskQuestion", "CreateAnswer"):
            error, _ = await staff.refusal(stranger, document, **given)
            assert error["code"] == "FORBIDDEN"
        error, payload = await staff.refusal(stranger, "AddNote", caseId=world.case.id, body="Merhaba")
        assert (error["code"], error["path"], payload) == ("NOT_FOUND", ["input", "caseId"], {"message": None})
    assert await Question.count() == await AnswerBankEntry.count() == 0
    assert (await care.reread(world.case)).revision == world.case.revision


async def test_hidden_reads_as_absent(staff: Staff) -> None:
    world = await make_world()
    details = await ask_for_details(world)
    consultation = await consult(world)
    notification = await tell(world.agent.member, world.case.id)
    agency = care.make_actor(Role.AGENCY, reach=frozenset({(await care.make_channel()).id}))
    hidden = [
        world.case.id, world.conversation_id, details.message.id, details.obligation.id, consultation.id, notification.id,
        str(world.case.customer_id),
    ]  # fmt: skip
    for identifier in hidden:
        absent = identifier[:-1] + ("0" if identifier[-1] != "0" else "1")
        seen = answer(await staff.execute(agency, NODE, {"id": identifier}))
        assert seen == answer(await staff.execute(agency, NODE, {"id": absent})) == ({"node": None}, [])


async def test_every_kind_of_object_is_found_by_its_id(staff: Staff) -> None:
    world = await make_world()
    details, consultation = await ask_for_details(world), await consult(world)
    question = await Question.get(consultation.question_id)
    assert question is not None
    written = await community.make_answer(question, world.expert)
    ids = {
        "AnswerBankEntry": (await care.make_entry()).id,
        "Answer": written.id,
        "Case": world.case.id,
        "Channel": world.case.channel_id,
        "Comment": (await community.make_comment(written)).id,
        "Conversation": world.conversation_id,
        "Consultation": consultation.id,
        "Customer": world.case.customer_id,
        "Department": (await community.make_department()).id,
        "Member": world.agent.member,
        "Message": details.message.id,
        "Notification": (await tell(world.agent.member, world.case.id)).id,
        "Obligation": details.obligation.id,
        "Question": question.id,
        "Skill": (await community.make_skill()).id,
    }
    for kind, identifier in ids.items():
        assert (await staff.ask(world.agent, NODE, id=identifier))["node"] == {"__typename": kind, "id": identifier}


@pytest.mark.parametrize(
    "identifier", ["", "case", "case_", "case_\0", "case_\ud800", "xyz_1", "case_" + "9" * 5000, "$where", "wik_1"]
)
async def test_nonsense_is_nobodys_id(identifier: str, staff: Staff) -> None:
    world = await make_world()
    assert (await staff.ask(world.agent, NODE, id=identifier))["node"] is None


async def test_expert_sees_the_case_but_not_its_buttons(staff: Staff) -> None:
    world = await make_world()
    assert (await staff.ask(world.expert, "CaseScreen", id=world.case.id))["node"] is None
    await consult(world)
    case = (await staff.ask(world.expert, "CaseScreen", id=world.case.id))["node"]
    assert case["customer"]["displayName"] == "Ayşe Demir"
    assert {name for name, value in case.items() if name.startswith("viewerCan") and value} == set()
    assert [row["id"] for row in (await staff.ask(world.expert, "Inbox"))["cases"]["nodes"]] == [world.case.id]
    assert await Case.count() == 1


async def test_evidence_leads_to_its_answer_wherever_that_stands_and_to_nobody_else_s(staff: Staff) -> None:
    reader, expert = await community.make_actor(Role.AGENT), await community.make_actor(Role.EXPERT)
    question = await community.make_question(reader)
    answer = await community.make_answer(question, expert)
    rows = Evidence.get_pymongo_collection()
    assert (await rows.find_one({"source_id": answer.id}) or {})["question_id"] == question.id

    async def sources() -> list[object]:
        member = (await staff.ask(reader, SOURCES, id=expert.member))["node"]
        return [row["source"] for row in member["evidence"]["nodes"]]

    assert await sources() == [{"id": answer.id}]
    await rows.update_one({"source_id": answer.id}, {"$set": {"question_id": (await community.make_question()).id}})
    assert await sources() == [{"id": answer.id}]
    await Question.get_pymongo_collection().update_one({"_id": question.id}, {"$set": {"closed_space_id": "spc_other"}})
    assert await sources() == [None]
