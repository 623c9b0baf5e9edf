import pytest

from auth.actor import Role
from care.cases.checklists import TickDraft, tick_item
from care.cases.closing import ClosingDraft, close_case
from care.cases.rules import ChecklistDraft, StuckAlarmDraft, read_rules, set_checklist, set_stuck_alarm
from care.cases.snoozing import SnoozeDraft, snooze_case, unsnooze_case
from care.cases.steps import StepDraft, complete_step
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.clock_scan import scan
from care.documents.case_rules import CaseRules
from care.documents.case_states import CaseStatus
from care.documents.cases import Case
from care.documents.cycles import CycleOutcome, ResolutionStep
from care.errors import CaseClosed, ChecklistOpen
from care.reading.cases import list_cases
from care.reading.selection import CaseSelection
from community.listing import Comparison, Where
from core.clock import now
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput, NotFound
from core.paging import Window
from notifications import casework
from notifications.documents import Notification, NotificationKind
from tests.care.stored import event_types, everything, handle_twice
from tests.factories import community
from tests.factories.care import conversation_of, later, make_actor, make_case, reread, say

ORDER_SEEN, CALLED, INVOICE = "Sipariş kaydına bakıldı", "Müşteri arandı", "Fatura karşılaştırıldı"
MANAGER = make_actor(Role.MANAGER)


def checklist(step: ResolutionStep, *texts: str, **flags: bool) -> ChecklistDraft:
    items = [{"text": one, "required": flags.get("required", True)} for one in texts]
    return ChecklistDraft.model_validate({"step": step, "items": items})


async def rule(step: ResolutionStep, *texts: str, **flags: bool) -> CaseRules:
    return await set_checklist(MANAGER, checklist(step, *texts, **flags), expected_version=(await read_rules()).version)


async def alarm(step: ResolutionStep, minutes: int | None) -> CaseRules:
    draft = StuckAlarmDraft(step=step, after_minutes=minutes)
    return await set_stuck_alarm(MANAGER, draft, expected_version=(await read_rules()).version)


def ids(case: Case, step: ResolutionStep) -> list[str]:
    assert case.cycle.terms is not None
    return [item.id for item in case.cycle.terms.of(step).items]


async def tick(case: Case, item_id: str, *, done: bool = True) -> Case:
    draft = TickDraft(case_id=case.id, item_id=item_id, done=done)
    return await tick_item(make_actor(), draft, expected_version=(await reread(case)).version)


async def complete(case: Case) -> Case:
    current = await reread(case)
    draft = StepDraft(case_id=case.id, step=current.current_step)
    return await complete_step(make_actor(), draft, expected_version=current.version)


async def test_step_is_not_completed_before_its_required_points_were_looked_at(store: Database) -> None:
    await rule(ResolutionStep.CONTACT, ORDER_SEEN, CALLED)
    case, agent = await make_case(), make_actor()
    seen, called = ids(case, ResolutionStep.CONTACT)

    with pytest.raises(ChecklistOpen) as refusal:
        await complete(case)
    assert refusal.value.message == f"Look at this first, to complete the step: {ORDER_SEEN}; {CALLED}."
    assert refusal.value.path == ("step",)

    draft = TickDraft(case_id=case.id, item_id=seen, done=True)
    ticked = await tick_item(agent, draft, expected_version=case.version)
    done = ticked.cycle.steps[0].ticks
    assert [(one.item_id, one.by, one.at <= now()) for one in done] == [(seen, agent.member, True)]
    with pytest.raises(ChecklistOpen, match=f": {CALLED}\\.$"):
        await complete(case)
    await tick(case, called)
    assert (await complete(case)).current_step is ResolutionStep.ASSURE


async def test_point_that_is_not_required_stops_nobody_and_a_tick_can_be_taken_back(store: Database) -> None:
    await rule(ResolutionStep.CONTACT, ORDER_SEEN, required=False)
    case = await make_case()
    (seen,) = ids(case, ResolutionStep.CONTACT)

    assert (await tick(case, seen)).cycle.steps[0].ticks != []
    assert (await tick(case, seen, done=False)).cycle.steps[0].ticks == []
    again = await tick(case, seen, done=False)

    assert (await event_types(Case)).count("ChecklistTicked") == 2
    assert again.cycle.missing(*ResolutionStep) == []
    assert (await complete(case)).current_step is ResolutionStep.ASSURE


async def test_running_cycle_keeps_the_checklists_of_its_beginning(store: Database) -> None:
    old = await make_case()
    first = await rule(ResolutionStep.CONTACT, ORDER_SEEN)
    case = await make_case()
    kept = first.of(ResolutionStep.CONTACT).items[0]
    changed = {"step": "CONTACT", "items": [{"text": INVOICE}, {"id": kept.id, "text": "Siparişe bakıldı"}]}
    await set_checklist(MANAGER, ChecklistDraft.model_validate(changed), expected_version=first.version)
    assert (await reread(old)).cycle.terms is None
    assert (await complete(old)).current_step is ResolutionStep.ASSURE

    assert ids(await reread(case), ResolutionStep.CONTACT) == [kept.id]
    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.UNSATISFIED)
    judged = await record_customer_verdict(make_actor(), draft, expected_version=case.version)

    terms = judged.cycle.terms
    assert terms is not None
    assert (terms.version, [item.text for item in terms.of(ResolutionStep.CONTACT).items]) == (2, [INVOICE, "Siparişe bakıldı"])
    assert ids(judged, ResolutionStep.CONTACT)[1] == kept.id
    assert judged.cycles[0].terms is not None
    assert judged.cycles[0].terms.version == 1


async def test_case_is_not_closed_before_what_is_required_was_looked_at(store: Database) -> None:
    await rule(ResolutionStep.VERIFY, INVOICE)
    await rule(ResolutionStep.CONFIRM, CALLED)
    case = await make_case()
    supervisor = make_actor(Role.MANAGER)
    with pytest.raises(ChecklistOpen, match=f": {INVOICE}\\.$"):
        await close_case(supervisor, ClosingDraft(case_id=case.id, reason="Kapansın"), expected_version=case.version)

    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.SATISFIED)
    satisfied = await record_customer_verdict(make_actor(), draft, expected_version=case.version)
    with pytest.raises(ChecklistOpen, match=f": {INVOICE}; {CALLED}\\.$") as refusal:
        await close_case(make_actor(), ClosingDraft(case_id=case.id), expected_version=satisfied.version)
    assert refusal.value.path == ("case_id",)
    for step in (ResolutionStep.VERIFY, ResolutionStep.CONFIRM):
        await tick(case, ids(case, step)[0])
    version = (await reread(case)).version
    assert (await close_case(make_actor(), ClosingDraft(case_id=case.id), expected_version=version)).status is CaseStatus.CLOSED
    with pytest.raises(CaseClosed):
        await tick(case, ids(case, ResolutionStep.VERIFY)[0], done=False)


async def test_case_that_comes_back_begins_under_the_rules_of_now(store: Database) -> None:
    case = await make_case()
    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.SATISFIED)
    await record_customer_verdict(make_actor(), draft, expected_version=case.version)
    await rule(ResolutionStep.SOLVE, INVOICE)

    back = await say(await conversation_of(case), "Yine bozuldu.")

    assert (back.id, back.cycle.number) == (case.id, 2)
    assert [item.text for item in back.cycle.missing(ResolutionStep.SOLVE)] == [INVOICE]


async def test_standstill_alarms_once_a_step_and_cycle_who_works_on_it_and_the_managers(store: Database) -> None:
    agent, manager = await community.make_actor(Role.AGENT), await community.make_actor(Role.MANAGER)
    await alarm(ResolutionStep.CONTACT, 45)
    await alarm(ResolutionStep.ASSURE, 60)
    case = await make_case(assignee_id=agent.member)
    later(minutes=44)
    await scan()
    assert not (await reread(case)).stuck

    later(minutes=2)
    await scan()
    await scan()
    stuck = await reread(case)
    assert stuck.stuck
    assert stuck.cycle.steps[0].stuck_at is not None
    later(days=3)
    await scan()
    assert (await event_types(Case)).count("CaseStuck") == 1
    await handle_twice(casework.subscribe)
    told = [(row.recipient_id, row.kind, row.target_id) for row in await Notification.find({}).sort("recipient_id").to_list()]
    assert told == sorted((one.member, NotificationKind.CASE_STUCK, case.id) for one in (agent, manager))

    assert not (await complete(case)).stuck
    later(minutes=61)
    await scan()
    assert (await reread(case)).stuck
    assert (await event_types(Case)).count("CaseStuck") == 2
    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.UNSATISFIED)
    judged = await record_customer_verdict(make_actor(), draft, expected_version=(await reread(case)).version)
    assert (judged.stuck, judged.cycle.number) == (False, 2)
    later(minutes=46)
    await scan()
    assert (await event_types(Case)).count("CaseStuck") == 3


async def test_tick_is_progress_and_no_alarm_comes_while_the_case_is_put_aside_or_resolved(store: Database) -> None:
    await rule(ResolutionStep.CONTACT, ORDER_SEEN)
    await alarm(ResolutionStep.CONTACT, 30)
    case, agent = await make_case(), make_actor()
    later(minutes=20)
    ticked = await tick(case, ids(case, ResolutionStep.CONTACT)[0])
    later(minutes=20)
    await scan()
    assert not (await reread(case)).stuck

    aside = await snooze_case(agent, SnoozeDraft(case_id=case.id), expected_version=ticked.version)
    later(days=2)
    await scan()
    assert not (await reread(case)).stuck
    woken = await unsnooze_case(agent, case.id, expected_version=aside.version)
    later(minutes=29)
    await scan()
    assert not (await reread(case)).stuck
    later(minutes=2)
    await scan()
    assert (await reread(case)).stuck

    draft = VerdictDraft(case_id=case.id, outcome=CycleOutcome.SATISFIED)
    judged = await record_customer_verdict(agent, draft, expected_version=woken.version)
    assert not judged.stuck


async def test_stuck_cases_are_listed(store: Database) -> None:
    await alarm(ResolutionStep.CONTACT, 30)
    case = await make_case()
    later(minutes=31)
    await make_case()
    await scan()

    for value, wanted in ((True, [case.id]), (False, 1)):
        found = await list_cases(
            make_actor(), CaseSelection(condition=Where("stuck", Comparison.EQ, value)), window=Window(limit=5)
        )
        assert ([one.id for one in found.items] if value else len(found.items)) == wanted


async def test_rules_are_changed_by_managers_alone_and_one_at_a_time(store: Database) -> None:
    first = await rule(ResolutionStep.CONTACT, ORDER_SEEN)
    item = first.of(ResolutionStep.CONTACT).items[0]
    before = await CaseRules.get_pymongo_collection().find({}).to_list()

    with pytest.raises(Forbidden):
        await set_checklist(make_actor(Role.MENTOR), checklist(ResolutionStep.CONTACT), expected_version=1)
    with pytest.raises(Forbidden):
        await set_stuck_alarm(make_actor(), StuckAlarmDraft(step=ResolutionStep.CONTACT), expected_version=1)
    for version in (0, 2):
        with pytest.raises(Conflict) as conflict:
            await set_checklist(MANAGER, checklist(ResolutionStep.CONTACT), expected_version=version)
        assert isinstance(conflict.value.current, CaseRules)
        assert conflict.value.current.version == 1
    for given in ([{"id": "chi_unknown", "text": CALLED}], [{"id": item.id, "text": CALLED}] * 2):
        draft = ChecklistDraft.model_validate({"step": "CONTACT", "items": given})
        with pytest.raises(InvalidInput) as wrong:
            await set_checklist(MANAGER, draft, expected_version=1)
        assert wrong.value.path == ("items", str(len(given) - 1), "id")

    assert await CaseRules.get_pymongo_collection().find({}).to_list() == before


async def test_ticking_is_refused_where_there_is_nothing_to_tick(store: Database) -> None:
    await rule(ResolutionStep.CONTACT, ORDER_SEEN)
    expert = make_actor(Role.EXPERT)
    case = await make_case(consulted=[expert.member])
    plan = TickDraft(case_id=case.id, item_id=ids(case, ResolutionStep.CONTACT)[0], done=True)
    before = await everything()

    with pytest.raises(NotFound) as unknown:
        await tick(case, "chi_unknown")
    assert unknown.value.path == ("item_id",)
    with pytest.raises(NotFound):
        await tick_item(make_actor(Role.EXPERT), plan, expected_version=case.version)
    with pytest.raises(Forbidden):
        await tick_item(expert, plan, expected_version=case.version)
    with pytest.raises(Conflict):
        await tick_item(make_actor(), plan, expected_version=7)

    assert await everything() == before
