"""Seeding the demo: what is there afterwards looks as if it had happened, and nothing foreign is touched."""

import stat
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from auth.documents import Account
from bootstrap.platform import Platform, at_work, compose
from care.cases import clocks
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.consultations import Consultation, ConsultationStatus
from care.documents.conversations import DeliveryStatus, Direction, Message
from care.documents.customers import Customer
from care.documents.cycles import CycleOutcome
from care.documents.standing import Certification
from care.experiences.documents import Experience, ExperienceStatus
from care.workers import declare_queues
from coaching.courses.documents import Course, CourseStatus, Enrolment
from coaching.governance.benchmark_documents import Benchmark
from coaching.recognition.badge_documents import Badge
from community.documents import Evidence, Member, Question
from community.procedures.template_documents import GuidelineTemplate
from core.clock import now
from core.database import Database
from core.handlers import HandlerRunner
from core.settings import Settings
from kopru.demo.command import DemoRefused, reached_at, show_demo
from kopru.demo.marker import DemoState, Seeded, clear, mark_begun, read_seeded, read_state
from kopru.demo.rows import Content, read_content
from kopru.demo.seeding import seed
from kopru.demo.sheet import make_sheet, write_sheet
from notifications.documents import Notification, NotificationKind
from search.engine import SearchIndex
from search.engines.embedded import EmbeddedEngine
from tests.factories.care import make_channel
from worker.subscriptions import all_handlers

SEND_TO = "http://127.0.0.1:9"
URL = "http://127.0.0.1:8000"


@pytest.fixture
async def platform(store: Database, tmp_path: Path) -> AsyncIterator[Platform]:
    settings = Settings(memory_only=True, data=tmp_path / "data")
    await declare_queues(store)
    async with at_work(compose(settings, store, EmbeddedEngine(None))) as opened:
        yield opened


def content() -> Content:
    """One case of each state, a customer's question and an answered one, three answers of the bank."""
    everything = read_content()
    states = {row["state"]: row for row in everything.cases if row["state"] != "consulted" or "answer" in row["consult"]}
    debts = [next(row for row in everything.cases if row.get("obligation"))]
    notes = [next(row for row in everything.cases if any(message["from"] == "note" for message in row["messages"]))]
    questions = [row for row in everything.questions if row["audience"] == "PUBLIC"][:1] + everything.questions[:1]
    cut = read_content(cases=0, questions=0)
    kept = {row["key"]: row for row in (*states.values(), *debts, *notes)}
    speaking = {row["customer"] for row in kept.values()} | {row["author"] for row in questions}
    return Content(
        departments=cut.departments,
        skills=cut.skills,
        channels=cut.channels,
        members=cut.members,
        customers=[row for row in cut.customers if row["key"] in speaking or row.get("portal")],
        cases=list(kept.values()),
        questions=questions,
        answer_bank=everything.answer_bank[:3],
        tags=cut.tags,
    )


async def everything_looks_as_if_it_had_happened(seeded: Seeded) -> None:
    rows = {row["subject"]: row for row in content().cases}
    cases = {case.subject: case for case in await Case.find_all().to_list()}

    assert cases.keys() == rows.keys()
    assert await Member.count() == len(seeded.member_accounts) == 12
    assert await Customer.count() == len(content().customers)
    for subject, case in cases.items():
        row = rows[subject]
        age = now() - case.opened_at
        assert timedelta(0) <= age - timedelta(minutes=row["opened_minutes_ago"]) < timedelta(minutes=2), subject
        said = await Message.find({"case_id": case.id}).sort("created_at").to_list()
        assert [message.body for message in said] == [message["text"] for message in row["messages"]]
        assert [tag.slug for tag in case.tags] == row["tags"]
        assert (case.incoming, [entry.state for entry in case.outgoing]) == ([], _held(row))
        assert case.next_act_at is None or case.next_act_at > now() - timedelta(minutes=1)


async def people_learn_and_customers_are_offered_something() -> None:
    courses = await Course.find_all().to_list()
    assert sorted(course.status for course in courses) == [CourseStatus.PUBLISHED] * 3
    done = Counter(len(one.done) for one in await Enrolment.find_all().to_list())
    assert (done, await Certification.count()) == ({1: 2, 2: 3, 3: 1}, 1)
    offered = await Experience.find_one({"status": ExperienceStatus.PUBLISHED.value})
    assert offered is not None
    assert [text.locale for text in offered.texts] == ["tr", "fa", "en"]
    assert (await Badge.count(), await Benchmark.count(), await GuidelineTemplate.count()) == (4, 3, 6)


def _held(row: dict[str, object]) -> list[DeliveryStatus]:
    return [DeliveryStatus.HELD_FOR_REVIEW] if row["state"] == "held" else []


async def cases_stand_where_the_content_leaves_them() -> None:
    by_state = {row["state"]: await Case.find_one({"subject": row["subject"]}) for row in content().cases}
    new, solved, second = by_state["new"], by_state["solved_satisfied"], by_state["unsatisfied_second_cycle"]
    assert new
    assert solved
    assert second

    assert (new.status, new.assignee_id, len(new.cycles)) == (CaseStatus.NEW, None, 1)
    assert clocks.status(new.first_response, now()) in {clocks.ClockStatus.RUNNING, clocks.ClockStatus.BREACHED}
    assert new.request_subject != new.subject
    assert (solved.status, solved.cycle.outcome) == (CaseStatus.CLOSED, CycleOutcome.SATISFIED)
    assert all(step.completed_at for step in solved.cycle.steps)
    assert solved.first_response.met_at is not None
    assert [cycle.outcome for cycle in second.cycles] == [CycleOutcome.UNSATISFIED, None]
    assert second.next_response.breached_at == second.next_response.due_at
    asked = await Consultation.find_one({"status": ConsultationStatus.ANSWERED.value})
    assert asked is not None
    question = await Question.get(asked.question_id)
    assert question is not None
    assert len(question.accepted_answer_ids) == 1
    assert await Evidence.find_one({"source_id": question.accepted_answer_ids[0], "kind": "ACCEPTED_ANSWER"}) is not None


async def nothing_is_left_to_do_and_nothing_was_sent(platform: Platform) -> None:
    out = await Message.find({"direction": Direction.OUTBOUND.value, "visibility": {"$ne": "INTERNAL"}}).to_list()

    states = Counter(message.delivery_status for message in out)
    assert states.keys() == {DeliveryStatus.DELIVERED, DeliveryStatus.HELD_FOR_REVIEW}
    assert await platform.database["jobs"].count_documents({"state": {"$ne": "DONE"}}) == 0
    assert await platform.relay.sweep() == 0
    assert await platform.database["parked"].count_documents({}) == 0
    runner = HandlerRunner(platform.database, platform.tail, all_handlers(platform).all())
    assert await platform.database["events"].count_documents({}) - await runner.passed() < 64
    kinds = {note.kind for note in await Notification.find_all().to_list()}
    assert not kinds & {NotificationKind.CLOCK_WARNING, NotificationKind.CLOCK_BREACHED}
    assert await platform.search.count(SearchIndex.STAFF) >= 12 + len(content().cases)
    assert await platform.search.count(SearchIndex.PORTAL) == 1


async def sheet_has_the_promised_form_and_modes(platform: Platform, seeded: Seeded) -> None:
    sheet = await make_sheet(platform, seeded, url=URL)
    file = write_sheet(platform.settings.data, sheet)

    assert orjson.loads(file.read_bytes()) == sheet
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    assert [path.name for path in file.parent.iterdir()] == ["demo.json"]
    assert list(sheet) == ["url", "graphql", "portal", "accounts", "customers", "channels"]
    assert (sheet["graphql"], sheet["portal"]) == (f"{URL}/graphql", f"{URL}/portal/graphql")
    assert all(account.keys() == {"email", "password", "token", "roles"} for account in sheet["accounts"])
    assert {role for account in sheet["accounts"] for role in account["roles"]} == {
        "AGENT", "EXPERT", "MENTOR", "TRAINEE", "AGENCY", "MANAGER", "HR", "ADMIN",
    }  # fmt: skip
    assert len(sheet["customers"]) == 3
    assert all(customer.keys() == {"name", "token"} for customer in sheet["customers"])
    channel = sheet["channels"][0]
    assert channel.keys() == {"id", "name", "hookUrl", "secret", "sendUrl"}
    assert channel["hookUrl"] == f"{URL}/hooks/{channel['id']}"
    assert channel["sendUrl"] == f"{SEND_TO}/x_narin"
    assert channel["secret"].startswith("whsec_")


@pytest.mark.slow
async def test_seeded_demo(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    seeded = await seed(platform, content(), send_to=SEND_TO)

    assert abs(now().timestamp() - time.time()) < 5
    await everything_looks_as_if_it_had_happened(seeded)
    await cases_stand_where_the_content_leaves_them()
    await people_learn_and_customers_are_offered_something()
    await nothing_is_left_to_do_and_nothing_was_sent(platform)
    await sheet_has_the_promised_form_and_modes(platform, seeded)
    await second_start_takes_what_is_there_with_new_tokens(platform, seeded)
    second = capsys.readouterr().out
    assert f"Explorer:  {URL}/explorer" in second
    assert second.count("  curl -s ") == 2
    assert all(row["email"] in second for row in content().members)


async def second_start_takes_what_is_there_with_new_tokens(platform: Platform, seeded: Seeded) -> None:
    before = await platform.database["events"].count_documents({})
    first = await make_sheet(platform, seeded, url=URL)

    second = await show_demo(platform, url=URL, send_to=SEND_TO)

    assert await platform.database["events"].count_documents({}) == before
    assert [account["password"] for account in second["accounts"]] == [account["password"] for account in first["accounts"]]
    assert second["accounts"][0]["token"] != first["accounts"][0]["token"]
    assert second["channels"] == first["channels"]
    assert await read_seeded(platform.database) == seeded


def test_clients_are_told_the_port_at_which_the_demo_is_served() -> None:
    told = "https://narin.example"

    assert reached_at(Settings(memory_only=True), "http://127.0.0.1:9001").public_url == "http://127.0.0.1:9001"
    assert reached_at(Settings(memory_only=True, public_url=told), "http://127.0.0.1:9001").public_url == told


async def test_database_with_something_else_is_refused(platform: Platform) -> None:
    await make_channel()

    with pytest.raises(DemoRefused, match=r"^This database holds something that the demo did not seed"):
        await show_demo(platform, url=URL, send_to=SEND_TO)

    assert await Account.count() == 0
    assert not (platform.settings.data / "demo.json").exists()


async def test_database_that_another_process_seeds_is_refused(platform: Platform) -> None:
    await mark_begun(platform.database)

    with pytest.raises(DemoRefused, match=r"^Another process is seeding this database"):
        await show_demo(platform, url=URL, send_to=SEND_TO)

    assert await Account.count() == 0


async def test_interrupted_seeding_is_known_and_can_be_cleared(platform: Platform) -> None:
    assert await read_state(platform.database) is DemoState.EMPTY
    await mark_begun(platform.database)
    await make_channel()
    await platform.database["demo"].update_one({"_id": "seed"}, {"$inc": {"touched_at": -31}})
    assert await read_state(platform.database) is DemoState.INTERRUPTED

    await clear(platform.database)

    assert await read_state(platform.database) is DemoState.EMPTY
    assert await Channel.count() == 0
