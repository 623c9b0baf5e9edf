"""The quality of replies: what speaks of one, what a group comes to, and where two reviewers part."""

from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Actor, Role
from care.cases.closing import ClosingDraft, close_case
from care.cases.verdicts import VerdictDraft, record_customer_verdict
from care.documents.cases import Case
from care.documents.channels import ChannelKind
from care.documents.conversations import Message
from care.documents.cycles import CycleOutcome
from care.reports.ranges import ReportRange
from coaching.documents import DraftReview, DraftReviewStatus, SampledReply, SampleVerdict
from coaching.levels import calibration
from coaching.levels.calibration import CalibrationDraft, calibrate_sample, calibration_report
from coaching.levels.sampling import SampleReviewDraft, count_waiting_samples, review_sample
from coaching.quality import reports
from coaching.quality.documents import QualityEvidence, QualityForm
from coaching.quality.forms import MarkDraft, QualityFormDraft, current_form, publish_quality_form, show_quality_form
from coaching.quality.policies import is_blind
from coaching.quality.reports import QualityDimension, QualityReport, quality_report, reply_quality
from coaching.reading import review_id_of
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, LimitReached, NotFound
from core.ids import with_prefix
from core.records import save
from tests.care.stored import everything
from tests.factories import community
from tests.factories.care import (
    conversation_of,
    deliver,
    later,
    make_actor,
    make_case,
    make_channel,
    make_conversation,
    make_reply,
    reread,
    say,
)

MANAGER = make_actor(Role.MANAGER)
E = QualityEvidence
CRITERIA = [{"name": "Doğru", "weight": 3}, {"name": "Nazik", "weight": 1}]


async def publish(**given: Any) -> QualityForm:
    draft = QualityFormDraft.model_validate({"criteria": CRITERIA, "minimum_cases": 1, **given})
    return await publish_quality_form(MANAGER, draft, expected_version=(await current_form()).number)


async def sent(author: Actor, case: Case | None = None, body: str = "Merhaba, hemen bakıyorum.") -> Message:
    later(seconds=1)
    message = (await make_reply(case or await make_case(), author, body=body)).message
    await deliver(message)
    later(seconds=1)
    return message


async def drawn(message: Message) -> SampledReply:
    sample = SampledReply(
        id=with_prefix("smr", message.id),
        created_at=now(),
        message_id=message.id,
        case_id=message.case_id,
        channel_id=message.channel_id,
        author_id=message.author_id or "",
    )
    await save(sample)
    return sample


def marks(right: int, kind: int) -> list[MarkDraft]:
    return [MarkDraft(key="dogru", score=right), MarkDraft(key="nazik", score=kind)]


async def looked(mentor: Actor, sample: SampledReply, right: int, kind: int) -> SampledReply:
    draft = SampleReviewDraft(verdict=SampleVerdict.GOOD, marks=marks(right, kind))
    return await review_sample(mentor, sample.id, draft, expected_version=sample.version)


async def judged(case: Case, outcome: CycleOutcome) -> Case:
    draft = VerdictDraft(case_id=case.id, outcome=outcome, note="Telefonda söyledi.")
    return await record_customer_verdict(MANAGER, draft, expected_version=(await reread(case)).version)


def today() -> ReportRange:
    return ReportRange(now() - timedelta(days=1), now() + timedelta(minutes=1))


async def spoken(message: Message, viewer: Actor = MANAGER) -> dict[QualityEvidence, float]:
    _, found = await reply_quality(viewer, message.id)
    return {one.kind: one.value for one in found.evidence}


async def test_reply_is_judged_by_what_speaks_of_it_and_by_nothing_else(store: Database) -> None:
    await publish(weights=[{"kind": "REVIEW", "weight": 60}, {"kind": "CONDUCT", "weight": 0}])
    ece, mentor = make_actor(), make_actor(Role.MENTOR)
    case = await make_case()
    first = await sent(ece, case)
    assert await spoken(first) == {E.CONDUCT: 1.0}
    assert (await reply_quality(ece, first.id))[1].score is None

    await judged(case, CycleOutcome.UNSATISFIED)
    second = await sent(ece, case, "NEDEN BU KADAR kızgınsınız?")
    await judged(case, CycleOutcome.SATISFIED)
    await looked(mentor, await drawn(second), 4, 0)

    assert await spoken(first) == {E.CUSTOMER: 0.0, E.CONDUCT: 1.0}
    assert await spoken(second) == {E.REVIEW: 0.75, E.CUSTOMER: 1.0, E.CONDUCT: 0.5}
    form, found = await reply_quality(MANAGER, second.id)
    assert found.score == pytest.approx((60 * 0.75 + 20 * 1.0) / 80)
    assert (form.number, found.evidence[0].reason) == (
        1,
        "A reviewer marked it by version 1 of the quality form.",
    )
    for other in (make_actor(), mentor, make_actor(Role.HR)):
        with pytest.raises(NotFound):
            await reply_quality(other, second.id)


async def test_case_that_comes_back_speaks_of_the_last_reply_before_it(store: Database) -> None:
    ece = make_actor()
    case = await make_case()
    await sent(ece, case)
    last = await sent(ece, case)
    await judged(case, CycleOutcome.SATISFIED)
    assert await spoken(last) == {E.CUSTOMER: 1.0, E.CONDUCT: 1.0}
    later(minutes=1)
    await say(await conversation_of(case), "Yine gelmedi!")
    case = await reread(case)
    if len(case.cycles) == 1:
        await judged(case, CycleOutcome.UNSATISFIED)

    assert await spoken(last) == {E.CUSTOMER: 1.0, E.REOPENING: 0.0, E.CONDUCT: 1.0}


async def test_drafts_speak_by_how_they_were_let_go(store: Database) -> None:
    ece = make_actor()
    for given, value in (({}, 1.0), ({"edited": True}, 0.5), ({"returns": 1}, 0.5), ({"returns": 3}, 0.25)):
        message = await sent(ece)
        review = DraftReview(
            id=review_id_of(message.id),
            created_at=now(),
            message_id=message.id,
            case_id=message.case_id,
            channel_id=message.channel_id,
            author_id=ece.member,
            body=message.body,
            status=DraftReviewStatus.APPROVED,
            submitted_at=now(),
            turn_ends_at=now(),
            **given,
        )
        await save(review)
        assert await spoken(message) == {E.DRAFT: value, E.CONDUCT: 1.0}


def shown(report: QualityReport) -> list[tuple[str, int, int, int, float | None]]:
    return [(one.label, one.reply_count, one.scored_count, one.case_count, one.score) for one in report.groups]


async def test_report_shows_what_figures_stand_on_and_hides_those_on_too_little(store: Database) -> None:
    await publish(minimum_cases=2)
    team = await community.make_department("Kargo")
    ece = await community.make_actor(Role.AGENT, department_id=team.id)
    can, mentor = await community.make_actor(Role.AGENT), make_actor(Role.MENTOR)
    channels = {name: await make_channel(name=name, kind=ChannelKind.X) for name in ("Ankara", "Bursa")}
    for name, author, right in (("Ankara", ece, 4), ("Ankara", ece, 2), ("Bursa", can, 0)):
        message = await sent(author, await make_case(await make_conversation(channels[name])))
        await looked(mentor, await drawn(message), right, 4)
    await sent(can)

    whole = await quality_report(MANAGER, today())
    assert shown(whole) == [("All replies", 4, 3, 3, 70.0)]
    figures = {one.kind: (one.reply_count, one.case_count, one.value) for one in whole.groups[0].figures}
    assert figures == {
        E.REVIEW: (3, 3, 62.5),
        E.DRAFT: (0, 0, None),
        E.CUSTOMER: (0, 0, None),
        E.REOPENING: (0, 0, None),
        E.CONDUCT: (4, 4, 100.0),
    }
    by_channel = await quality_report(MANAGER, today(), QualityDimension.CHANNEL)
    assert [row[:4] for row in shown(by_channel)] == [("Ankara", 2, 2, 2), ("Bursa", 1, 1, 1), ("Köprü on X", 1, 0, 0)]
    assert [row[4] is None for row in shown(by_channel)] == [False, True, True]
    assert [row[0] for row in shown(await quality_report(MANAGER, today(), QualityDimension.TEAM))] == ["Kargo", "No team"]
    assert [row[0] for row in shown(await quality_report(MANAGER, today(), QualityDimension.MONTH))] == [f"{now():%Y-%m}"]
    assert [row[1] for row in shown(await quality_report(ece, today(), member_id=ece.member))] == [2]
    for viewer, whose in ((ece, None), (ece, can.member), (mentor, can.member)):
        with pytest.raises(Forbidden):
            await quality_report(viewer, today(), member_id=whose)


async def test_second_reviewer_marks_without_knowing_the_first_marks(store: Database) -> None:
    await publish(calibration_percent=100)
    ece, first, second = make_actor(), make_actor(Role.MENTOR), make_actor(Role.MENTOR)
    message = await sent(ece)
    sample = await looked(first, await drawn(message), 4, 4)
    await publish(criteria=[{"name": "Kısa", "weight": 1}])
    assert [is_blind(one, sample) for one in (second, MANAGER, first, ece)] == [True, True, False, False]
    assert E.REVIEW not in await spoken(message)
    assert [await count_waiting_samples(second, calibrating=one) for one in (True, False)] == [1, 0]
    before = await everything(SampledReply)
    draft = CalibrationDraft(marks=marks(2, 4))
    for actor, refusal in ((first, Forbidden), (ece, Forbidden), (make_actor(), NotFound)):
        with pytest.raises(refusal):
            await calibrate_sample(actor, sample.id, draft, expected_version=sample.version)
    with pytest.raises(InvalidInput):
        await calibrate_sample(second, sample.id, CalibrationDraft(marks=marks(2, 4)[:1]), expected_version=sample.version)
    assert await everything(SampledReply) == before

    done = await calibrate_sample(second, sample.id, draft, expected_version=sample.version)
    with pytest.raises(AlreadyDone):
        await calibrate_sample(MANAGER, sample.id, draft, expected_version=done.version)

    assert (await spoken(message))[E.REVIEW] == (1.0 + 0.625) / 2
    report = await calibration_report(MANAGER, today(), 1)
    assert (report.pair_count, report.mean_difference) == (1, 37.5)
    assert [(one.criterion.key, one.same_share, one.mean_difference) for one in report.criteria] == [
        ("dogru", 0.0, 2.0),
        ("nazik", 1.0, 0.0),
    ]
    newest = await calibration_report(MANAGER, today())
    assert (newest.form.number, newest.pair_count, newest.mean_difference) == (2, 0, None)
    with pytest.raises(Forbidden):
        await calibration_report(second, today())


async def test_form_is_published_in_versions_that_stay(store: Database) -> None:
    agent = make_actor()
    assert ((await show_quality_form(agent)).number, (await show_quality_form(agent)).criteria) == (0, [])
    one = await publish()
    with pytest.raises(Conflict):
        await publish_quality_form(MANAGER, QualityFormDraft.model_validate({"criteria": CRITERIA}), expected_version=0)
    two = await publish(criteria=CRITERIA[:1])
    assert (one.number, two.number, (await show_quality_form(agent)).number) == (1, 2, 2)
    assert [criterion.key for criterion in (await show_quality_form(agent, 1)).criteria] == ["dogru", "nazik"]
    before = await everything(QualityForm)
    for given in (
        {"criteria": [*CRITERIA, {"name": "doğru", "weight": 1}]},
        {"weights": [{"kind": "DRAFT", "weight": 1}] * 2},
        {"weights": [{"kind": kind.value, "weight": 0} for kind in E if kind is not E.CONDUCT]},
    ):
        with pytest.raises(InvalidInput):
            await publish(**given)
    with pytest.raises(Forbidden):
        await publish_quality_form(agent, QualityFormDraft.model_validate({"criteria": CRITERIA}), expected_version=2)
    with pytest.raises(NotFound):
        await show_quality_form(agent, 3)
    assert await everything(QualityForm) == before


@pytest.mark.parametrize(("verdict", "value"), [(SampleVerdict.GOOD, 1.0), (SampleVerdict.NEEDS_WORK, 0.0)])
async def test_without_criteria_the_verdict_itself_speaks(store: Database, verdict: SampleVerdict, value: float) -> None:
    message = await sent(make_actor())
    sample = await drawn(message)
    marked = SampleReviewDraft(verdict=verdict, feedback="Özür dileyin.", marks=marks(4, 4))
    with pytest.raises(InvalidInput, match="no criteria") as refused:
        await review_sample(make_actor(Role.MENTOR), sample.id, marked, expected_version=sample.version)
    assert refused.value.path == ("marks",)
    told = marked.model_copy(update={"marks": []})
    await review_sample(make_actor(Role.MENTOR), sample.id, told, expected_version=sample.version)
    assert await spoken(message) == {E.REVIEW: value, E.CONDUCT: 1.0}
    _, found = await reply_quality(MANAGER, message.id)
    assert found.evidence[0].reason == f"A reviewer said that it {'was good' if value else 'needs work'}."


async def test_reports_on_too_much_ask_for_a_shorter_range(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await publish(calibration_percent=100)
    for name in ("Ankara", "Bursa"):
        message = await sent(make_actor(), await make_case(await make_conversation(await make_channel(name=name))))
        sample = await looked(make_actor(Role.MENTOR), await drawn(message), 4, 4)
        again = CalibrationDraft(marks=marks(2, 4))
        await calibrate_sample(make_actor(Role.MENTOR), sample.id, again, expected_version=sample.version)
    assert len((await quality_report(MANAGER, today(), QualityDimension.CHANNEL)).groups) == 2

    monkeypatch.setattr(calibration, "MOST_PAIRS", 1)
    with pytest.raises(LimitReached, match="shorter range") as refused:
        await calibration_report(MANAGER, today())
    assert refused.value.path == ("range",)
    for name, path in (("MOST_GROUPS", "by"), ("MOST_REPLIES", "range")):
        monkeypatch.setattr(reports, name, 1)
        with pytest.raises(LimitReached, match="shorter range") as refused:
            await quality_report(MANAGER, today(), QualityDimension.CHANNEL)
        assert refused.value.path == (path,)


@pytest.mark.parametrize(("outcome", "said"), [(CycleOutcome.SATISFIED, {E.CUSTOMER: 1.0}), (CycleOutcome.OVERRIDDEN, {})])
async def test_case_that_is_closed_speaks_of_its_last_reply(
    store: Database, outcome: CycleOutcome, said: dict[QualityEvidence, float]
) -> None:
    case = await make_case()
    message = await sent(make_actor(), case)
    judged_case = await judged(case, outcome)
    assert await spoken(message) == {**said, E.CONDUCT: 1.0}
    await close_case(MANAGER, ClosingDraft(case_id=case.id), expected_version=judged_case.version)
    assert await spoken(message) == {**said, E.REOPENING: 1.0, E.CONDUCT: 1.0}
    _, found = await reply_quality(MANAGER, message.id)
    reasons = {one.kind: one.reason for one in found.evidence}
    assert reasons[E.REOPENING] == "The case was closed and did not come back."
