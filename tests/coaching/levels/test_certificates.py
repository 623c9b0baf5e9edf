"""Certificates: what they ask for, who issues them, how they end; and that replies wait where one is missing."""

from datetime import timedelta
from typing import Any

import pytest

from auth.actor import Actor, Role
from care.certification import enforced_certifications, lacks_certificate
from care.documents.channels import ChannelKind, Environment
from care.documents.conversations import DeliveryStatus
from care.documents.standing import Certificate, CertificateStatus, Certification
from care.outreach import OutreachDraft, reach_out
from care.replies import ReplyDraft, reply_to_case
from coaching.documents import DraftReviewStatus
from coaching.draft_reviews import DecisionDraft, DraftDecision, review_draft
from coaching.levels.certificates import (
    IssueDraft,
    RevocationDraft,
    SignOffDraft,
    act_on_certificates,
    issue_certificate,
    revoke_certificate,
    sign_off_certificate,
)
from coaching.levels.certifications import CertificationChange, CertificationDraft, create_certification, update_certification
from coaching.levels.evidence import RequirementKind
from coaching.levels.reading import count_certificates_of, count_holders_of, holders_of, readiness_for
from coaching.opening import open_review
from coaching.practice.runs import end_practice
from coaching.practice.scoring import ScoreDraft, score_practice
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from notifications.certificates import subscribe
from notifications.documents import Notification
from tests.care.stored import everything, handle_twice
from tests.factories import community
from tests.factories.care import later, make_actor, make_case, make_channel, make_conversation, make_customer, make_reply
from tests.factories.courses import completed, make_course
from tests.factories.levels import MANAGER, certified, enforced, make_certification
from tests.factories.practice import make_run, make_scenario

HELD, QUEUED = DeliveryStatus.HELD_FOR_REVIEW, DeliveryStatus.QUEUED
READ = [{"key": "read", "title": "Oku"}]
CRITERIA = [{"key": "tone", "label": "Ton"}]


async def said_by(actor: Actor, **channel: Any) -> DeliveryStatus | None:
    conversation = await make_conversation(await make_channel(**channel))
    reply = await make_reply(await make_case(conversation), actor)
    return reply.message.delivery_status


async def test_replies_wait_only_where_a_certificate_is_enforced_and_missing(store: Database) -> None:
    ece = await community.make_actor(Role.AGENT)
    certification = await make_certification()
    assert await said_by(ece, kind=ChannelKind.X) is QUEUED
    await enforced(certification)

    assert await said_by(ece, kind=ChannelKind.X) is HELD
    assert await said_by(ece, kind=ChannelKind.TELEGRAM) is QUEUED
    practised = await make_channel(kind=ChannelKind.X, environment=Environment.PRACTICE)
    assert await lacks_certificate(ece, practised.id, await enforced_certifications()) is False
    assert await said_by(await community.make_actor(Role.MENTOR), kind=ChannelKind.X) is QUEUED
    certificate = await certified(ece, certification)
    assert await said_by(ece, kind=ChannelKind.X) is QUEUED
    later(days=365)
    assert await said_by(ece, kind=ChannelKind.X) is HELD
    assert await act_on_certificates(10) == 1
    assert (await fresh(certificate)).status is CertificateStatus.LAPSED
    assert await act_on_certificates(10) == 0


async def test_certificate_of_one_channel_opens_that_channel_and_a_held_reply_is_reviewed(store: Database) -> None:
    ece, mentor = await community.make_actor(Role.AGENT), await community.make_actor(Role.MENTOR)
    channel = await make_channel(kind=ChannelKind.X)
    case = await make_case(await make_conversation(channel))
    await enforced(await make_certification(channel_kinds=[], channel_ids=[channel.id]))
    assert await said_by(ece, kind=ChannelKind.X) is QUEUED
    send_at = now() + timedelta(hours=2)
    told = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Yarın", send_at=send_at)
    assert (await reply_to_case(ece, told, once=Once())).message.delivery_status is HELD
    held = await make_reply(case, ece)
    review = await open_review(held.message.id)
    assert review is not None
    decision = DecisionDraft(draft_review_id=review.id, decision=DraftDecision.APPROVE)
    assert (await review_draft(mentor, decision, expected_version=review.version)).review.status is DraftReviewStatus.APPROVED
    assert (await fresh(held.message)).delivery_status is QUEUED
    outreach = OutreachDraft(
        customer_id=(await make_customer(channel)).id, channel_id=channel.id, subject="Haber", body="Merhaba"
    )
    assert (await reach_out(ece, outreach, once=Once())).message.delivery_status is HELD


async def test_evidence_is_shown_and_a_certificate_needs_all_of_it(store: Database) -> None:
    can, mentor = await community.make_actor(Role.TRAINEE), await community.make_actor(Role.MENTOR)
    course = await make_course(mentor, units=READ)
    asked = {
        "course_ids": [course.id], "reviews": 2, "pass_percent": 50, "practice_runs": 1, "practice_points": 60,
        "practice_kinds": ["X"], "sign_off": True,
    }  # fmt: skip
    certification = await make_certification(requirements=asked)
    with pytest.raises(InvalidInput) as refused:
        await certified(can, certification, by=mentor)
    assert refused.value.path == ("member_id",)
    assert all(f"{kind.value} 0 of" in str(refused.value) for kind in RequirementKind)
    assert await Certificate.count() == 0

    await completed(can, course)
    for body in (None, "Başka sözlerle."):
        held = await make_reply(await make_case(), can)
        review = await open_review(held.message.id)
        assert review is not None
        decision = DecisionDraft(draft_review_id=review.id, decision=DraftDecision.APPROVE, body=body)
        await review_draft(mentor, decision, expected_version=review.version)
    run = await make_run(can, await make_scenario(mentor, criteria=CRITERIA))
    run = await end_practice(can, run.id, abandon=False, expected_version=run.version)
    marks = [{"criterion": "tone", "mark": 3}]
    score = ScoreDraft.model_validate({"run_id": run.id, "member_id": can.member, "marks": marks})
    await score_practice(mentor, score, expected_version=0)
    stands = SignOffDraft(certification_id=certification.id, member_id=can.member, remark="Hazır.")
    signed = await sign_off_certificate(mentor, stands, expected_version=0)
    with pytest.raises(AlreadyDone):
        await sign_off_certificate(mentor, stands, expected_version=signed.version)

    shown = await readiness_for(can, certification.id, None)
    assert [(one.kind.value, one.needed, one.reached, one.met) for one in shown] == [
        ("COURSE", 1, 1, True),
        ("REVIEWS", 2, 2, True),
        ("FIRST_TIME_RIGHT", 50, 50.0, True),
        ("PRACTICE", 1, 1, True),
        ("SIGN_OFF", 1, 1, True),
    ]
    issued = await certified(can, certification, by=mentor, version=signed.version)
    assert (issued.status, issued.expires_at, issued.sign_offs) == (
        CertificateStatus.ACTIVE,
        issued.issued_at + timedelta(days=365) if issued.issued_at else None,
        [],
    )
    with pytest.raises(InvalidInput):
        await certified(can, certification, by=mentor, version=issued.version)


async def test_certificate_is_issued_despite_what_is_missing_reminded_of_and_taken_away(store: Database) -> None:
    ece, mentor = await community.make_actor(Role.AGENT), await community.make_actor(Role.MENTOR)
    certification = await enforced(await make_certification(requirements={"sign_off": True}, valid_days=30, remind_days=5))
    draft = IssueDraft(certification_id=certification.id, member_id=ece.member, despite="Yıllardır yazıyor.")
    for actor, told in ((mentor, draft), (ece, draft)):
        with pytest.raises(Forbidden):
            await issue_certificate(actor, told, expected_version=0)
    with pytest.raises(Conflict):
        await issue_certificate(MANAGER, draft, expected_version=1)
    issued = await issue_certificate(MANAGER, draft, expected_version=0)
    with pytest.raises(Conflict):
        await issue_certificate(MANAGER, draft, expected_version=0)
    later(days=25)
    assert (await act_on_certificates(10), await act_on_certificates(10)) == (1, 0)
    reason = RevocationDraft(reason="Alaycı yanıtlar")
    with pytest.raises(Forbidden):
        await revoke_certificate(mentor, issued.id, reason, expected_version=issued.version)
    with pytest.raises(NotFound):
        await revoke_certificate(await community.make_actor(Role.AGENT), issued.id, reason, expected_version=issued.version)
    gone = await revoke_certificate(MANAGER, issued.id, reason, expected_version=issued.version)
    with pytest.raises(AlreadyDone):
        await revoke_certificate(MANAGER, issued.id, reason, expected_version=gone.version)

    assert [(one.status.value, one.reason) for one in gone.steps] == [
        ("ACTIVE", "Yıllardır yazıyor."),
        ("REVOKED", "Alaycı yanıtlar"),
    ]
    assert await said_by(ece, kind=ChannelKind.X) is HELD
    await handle_twice(subscribe, (Certificate,))
    told_of = [(one.recipient_id, one.kind.value) for one in await Notification.find_all().to_list()]
    kinds = ("CERTIFICATE_DUE", "CERTIFICATE_ISSUED", "CERTIFICATE_REVOKED")
    assert sorted(told_of) == [(ece.member, kind) for kind in kinds]
    assert (await count_certificates_of(ece, None), await count_certificates_of(ece, mentor.member)) == (1, 0)
    assert (await count_holders_of(mentor, certification.id), await count_holders_of(ece, certification.id)) == (1, 0)


async def test_certification_that_can_not_be_leaves_no_trace(store: Database) -> None:
    before = await everything(Certification)
    draft = {"name": "Sertifika", "summary": "Özet"}
    with pytest.raises(Forbidden):
        await create_certification(make_actor(Role.MENTOR), CertificationDraft.model_validate(draft), once=Once())
    unknown_course = {"requirements": {"course_ids": ["crs_none"]}}
    for given, path in (({"channel_ids": ["chn_none"]}, "channel_ids"), (unknown_course, "requirements")):
        with pytest.raises(NotFound) as unknown:
            await make_certification(**given)
        assert unknown.value.path == (path,)
    assert await everything(Certification) == before
    nowhere = await make_certification(channel_kinds=[])
    with pytest.raises(InvalidInput) as refused:
        await enforced(nowhere)
    assert refused.value.path == ("enforced",)
    certification = await enforced(await make_certification())
    archived = CertificationChange(archived=True)
    with pytest.raises(InvalidInput) as refused:
        await update_certification(MANAGER, certification.id, archived, expected_version=certification.version)
    assert refused.value.path == ("archived",)
    over = CertificationChange(archived=True, enforced=False)
    await update_certification(MANAGER, certification.id, over, expected_version=certification.version)
    with pytest.raises(AlreadyDone):
        await certified(await community.make_actor(Role.AGENT), certification)


async def test_holders_are_listed_to_who_trains_and_requirements_are_taken_whole(store: Database) -> None:
    ece, mentor = await community.make_actor(Role.AGENT), await community.make_actor(Role.MENTOR)
    certification, other = await make_certification(), await make_certification()
    held = await certified(ece, certification)
    await certified(ece, other)
    assert [one.id for one in (await holders_of(mentor, certification.id, Window())).items] == [held.id]
    assert (await holders_of(ece, certification.id, Window())).items == []

    told = CertificationChange.model_validate({"requirements": {"reviews": 3, "sign_off": True}})
    changed = await update_certification(MANAGER, certification.id, told, expected_version=certification.version)
    assert (changed.requirements.reviews, changed.requirements.sign_off, changed.name) == (3, True, certification.name)
    again = CertificationChange.model_validate({"requirements": {"reviews": 1}})
    changed = await update_certification(MANAGER, certification.id, again, expected_version=changed.version)
    assert (changed.requirements.reviews, changed.requirements.sign_off) == (1, False)


async def test_nobody_certifies_or_stands_for_themselves(store: Database) -> None:
    boss = await community.make_actor(Role.MANAGER)
    certification = await make_certification()
    stands = SignOffDraft(certification_id=certification.id, member_id=boss.member)
    for act in (certified(boss, certification, by=boss), sign_off_certificate(boss, stands, expected_version=0)):
        with pytest.raises(Forbidden, match="on themselves"):
            await act
    assert await Certificate.count() == 0
