"""What departments do towards each other, exactly, and nothing of what the reader may not read."""

import pytest

from auth.actor import Actor, Role
from care.consultations import ConsultationDraft, consult_experts
from care.reports.acts import ExchangeKind
from care.reports.exchange import ExchangeReport, exchange_report
from coaching.recognition.kudos import KudosDraft, give_kudos
from coaching.recognition.values import ValueDraft, create_value
from community.wiki.comments import CommentDraft, add_comment
from core.database import Database
from core.errors import Forbidden
from core.idempotency import Once
from tests.care.reports.opened import last_hour
from tests.factories import community
from tests.factories.care import later, make_case
from tests.factories.community import make_actor, make_answer, make_comment, make_page, make_public_question, make_question
from tests.factories.spaces import inside, make_space

K = ExchangeKind


async def staff() -> tuple[Actor, Actor, Actor, Actor]:
    """Give one of care, two of the depot, and a manager of no department."""
    care, depot = await community.make_department("Bakım"), await community.make_department("Depo")
    agent = await make_actor(Role.AGENT, department_id=care.id)
    experts = [await make_actor(Role.EXPERT, department_id=depot.id) for _ in range(2)]
    return agent, experts[0], experts[1], await make_actor(Role.MANAGER)


def cells(report: ExchangeReport) -> dict[tuple[str, str], dict[str, int]]:
    return {(one.from_name, one.to_name): {kind.value: total for kind, total in one.counts.items()} for one in report.cells}


async def consult(agent: Actor, *experts: Actor) -> None:
    draft = ConsultationDraft(
        case_id=(await make_case()).id, title="Depoda mı?", body="Bekliyor.", expert_ids=[one.member for one in experts]
    )
    await consult_experts(agent, draft, once=Once())


async def test_matrix_counts_each_act_once_from_who_acts_to_who_is_meant(store: Database) -> None:
    agent, expert, other, manager = await staff()
    question = await make_question(agent, invited_expert_ids=[expert.member, other.member])
    answer = await make_answer(question, expert)
    await make_answer(question, agent)
    await make_comment(answer, agent)
    await make_comment(answer, other)
    await consult(agent, expert)
    page = await make_page("iade", other)
    await add_comment(agent, CommentDraft(page_id=page.id, body="Hangi depo?"), once=Once())
    value = await create_value(manager, ValueDraft(name="Birlikte", description="Kimse yalnız değildir."), once=Once())
    thanks = KudosDraft(receiver_id=expert.member, subject_id=answer.id, value_id=value.id, text="Sabrın için.")
    await give_kudos(agent, thanks, once=Once())
    await make_comment(question, manager)
    later(seconds=1)

    report = await exchange_report(manager, last_hour())
    assert cells(report) == {
        ("Bakım", "Depo"): {"QUESTION": 2, "COMMENT": 2, "CONSULTATION": 1, "KUDOS": 1},
        ("Depo", "Bakım"): {"ANSWER": 1},
        ("Depo", "Depo"): {"COMMENT": 1},
        ("No department", "Bakım"): {"COMMENT": 1},
    }
    assert (report.known, report.crossing, report.unknown, report.crossing_share) == (8, 7, 1, 7 / 8)
    assert report.by_kind[K.COMMENT] == (3, 2)
    later(hours=2)
    assert cells(await exchange_report(manager, last_hour())) == {}
    with pytest.raises(Forbidden):
        await exchange_report(agent, last_hour())


async def test_what_the_reader_may_not_read_is_counted_nowhere(store: Database) -> None:
    agent, expert, _, manager = await staff()
    space = await make_space(agent, expert)
    inner = inside(agent, space), inside(expert, space)
    secret = await make_question(inner[0], space_id=space.id, invited_expert_ids=[expert.member])
    await make_comment(await make_answer(secret, inner[1]), inner[0])
    hidden = await make_question(agent, anonymous=True, invited_expert_ids=[expert.member])
    await make_answer(hidden, expert)
    await make_answer(await make_public_question(), expert)
    later(seconds=1)

    assert cells(await exchange_report(manager, last_hour())) == {}
    told = cells(await exchange_report(inside(manager, space), last_hour()))
    assert told == {("Bakım", "Depo"): {"QUESTION": 1, "COMMENT": 1}, ("Depo", "Bakım"): {"ANSWER": 1}}
