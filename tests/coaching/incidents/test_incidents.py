from typing import Any

import pytest

from auth.actor import Actor, Role
from care.documents.channels import Environment
from coaching.incidents.documents import ConductIncident, IncidentStatus
from coaching.incidents.incidents import (
    ClosingDraft,
    IncidentDraft,
    OutcomeDraft,
    agree_to_outcome,
    close_incident,
    propose_outcome,
    record_incident,
)
from coaching.incidents.reading import count_incidents, incidents_by_ids, list_incidents
from coaching.mentorships.documents import MentorshipStatus
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once, once
from core.paging import Window
from core.records import save
from notifications.documents import Notification
from notifications.incidents import subscribe
from tests.care.stored import everything, handle_twice
from tests.factories.care import make_case, make_reply
from tests.factories.community import make_actor
from tests.factories.mentorships import make_mentorship


async def record(by: Actor, member: Actor, **given: Any) -> ConductIncident:
    told = {"member_id": member.member, "severity": "SERIOUS", "said": "Okumayı öğren.", **given}
    return await record_incident(by, IncidentDraft.model_validate(told), once=Once())


async def test_from_the_word_to_what_was_learned(store: Database) -> None:
    manager, mentor, ece = [await make_actor(role) for role in (Role.MANAGER, Role.MENTOR, Role.AGENT)]
    reply = await make_reply(await make_case(), ece, body="Okumayı öğren.")
    mentorship = await make_mentorship(manager, ece, mentor)

    incident = await record(manager, ece, said=None, message_id=reply.message.id, note="Herkesin önünde.")
    assert (incident.said, incident.case_id, incident.status) == ("Okumayı öğren.", reply.case.id, IncidentStatus.OPEN)
    draft = OutcomeDraft(mentorship_id=mentorship.id, text="Önce beş dakika mola.")
    proposed = await propose_outcome(mentor, incident.id, draft, expected_version=incident.version)
    agreed = await agree_to_outcome(ece, incident.id, expected_version=proposed.version)
    closed = await close_incident(mentor, incident.id, ClosingDraft(note="Öğrenildi."), expected_version=agreed.version)

    assert closed.status is IncidentStatus.CLOSED
    assert closed.outcome is not None
    assert closed.closing is not None
    assert (closed.outcome.proposed_by, closed.closing.by, closed.version) == (mentor.member, mentor.member, 4)
    assert closed.outcome.agreed_at is not None
    await handle_twice(subscribe, (ConductIncident,))
    told = await Notification.find({}).to_list()
    assert sorted(one.recipient_id for one in told) == sorted([ece.member] * 3 + [mentor.member] * 2)
    assert [one.text for one in told if "Okumayı" in one.text] == []


async def test_it_is_for_the_member_their_mentors_and_who_manages_people(store: Database) -> None:
    hr, mentor, former, ece, colleague = [
        await make_actor(role) for role in (Role.HR, Role.MENTOR, Role.MENTOR, Role.AGENT, Role.AGENT)
    ]
    await make_mentorship(hr, ece, mentor)
    past = await make_mentorship(hr, ece, former)
    past.status = MentorshipStatus.ENDED
    await save(past)
    incident = await record(hr, ece)

    known = {one.member: list(await incidents_by_ids(one, [incident.id])) for one in (hr, mentor, former, ece, colleague)}
    assert [known[one.member] for one in (hr, mentor, ece)] == [[incident.id]] * 3
    assert [known[one.member] for one in (former, colleague)] == [[], []]
    for one, wanted in ((hr, 1), (mentor, 1), (ece, 1), (former, 0), (colleague, 0)):
        assert len((await list_incidents(one, Window(limit=10), member_id=None)).items) == wanted
        assert await count_incidents(one, member_id=None) == wanted
    assert await count_incidents(mentor, member_id=ece.member) == 1
    with pytest.raises(Forbidden):
        await list_incidents(colleague, Window(limit=10), member_id=ece.member)
    with pytest.raises(NotFound):
        await agree_to_outcome(colleague, incident.id, expected_version=incident.version)


async def test_who_recorded_it_still_knows_of_it(store: Database) -> None:
    mentor, ece = await make_actor(Role.MENTOR), await make_actor(Role.AGENT)
    incident = await record(mentor, ece)
    assert list(await incidents_by_ids(mentor, [incident.id])) == [incident.id]


async def test_it_is_recorded_by_who_trains_about_others_and_about_their_own_words(store: Database) -> None:
    mentor, ece, other = await make_actor(Role.MENTOR), await make_actor(Role.AGENT), await make_actor(Role.AGENT)
    reply = await make_reply(await make_case(), ece)
    practised = await make_reply(await make_case(), ece)
    practised.message.environment = Environment.PRACTICE
    await save(practised.message)
    elsewhere = await make_case()
    before = await everything(ConductIncident)

    for by in (ece, mentor):
        with pytest.raises(Forbidden):
            await record(by, mentor)
    refused: list[tuple[Actor, dict[str, Any], str]] = [
        (other, {"message_id": reply.message.id}, "message_id"),
        (ece, {"message_id": practised.message.id}, "message_id"),
        (ece, {"message_id": "msg_none"}, "message_id"),
        (ece, {"message_id": reply.message.id, "case_id": elsewhere.id}, "case_id"),
        (ece, {"case_id": "case_none"}, "case_id"),
        (ece, {"said": None}, "said"),
        (ece, {"member_id": "mem_none"}, "member_id"),
    ]
    for member, given, path in refused:
        with pytest.raises(InvalidInput) as refusal:
            await record(mentor, member, **given)
        assert refusal.value.path == (path,)

    assert await everything(ConductIncident) == before


async def test_the_same_request_records_it_once(store: Database) -> None:
    mentor, ece = await make_actor(Role.MENTOR), await make_actor(Role.AGENT)
    draft = IncidentDraft.model_validate({"member_id": ece.member, "severity": "GRAVE", "said": "Defol."})

    def same(**given: object) -> Once:
        return once(b"a secret key of thirty-two bytes", actor=mentor.id, operation="record", key="once", given=given)

    first = await record_incident(mentor, draft, once=same(a=1))
    again = await record_incident(mentor, draft, once=same(a=1))

    assert (again.id, again.revision) == (first.id, first.revision)
    with pytest.raises(IdempotencyMismatch):
        await record_incident(mentor, draft, once=same(a=2))


async def test_outcome_is_agreed_on_by_the_two_and_nobody_else(store: Database) -> None:
    manager, mentor, ece, other = [await make_actor(role) for role in (Role.MANAGER, Role.MENTOR, Role.AGENT, Role.AGENT)]
    mentorship, foreign = await make_mentorship(manager, ece, mentor), await make_mentorship(manager, other, mentor)
    incident = await record(manager, ece)
    draft = OutcomeDraft(mentorship_id=mentorship.id, text="Önce mola.")

    with pytest.raises(Forbidden):
        await propose_outcome(manager, incident.id, draft, expected_version=incident.version)
    wrong = OutcomeDraft(mentorship_id=foreign.id, text="Önce mola.")
    with pytest.raises(InvalidInput):
        await propose_outcome(mentor, incident.id, wrong, expected_version=incident.version)
    with pytest.raises(AlreadyDone):
        await agree_to_outcome(ece, incident.id, expected_version=incident.version)
    proposed = await propose_outcome(mentor, incident.id, draft, expected_version=incident.version)
    with pytest.raises(Conflict):
        await agree_to_outcome(ece, incident.id, expected_version=incident.version)
    for by in (mentor, manager):
        with pytest.raises(Forbidden):
            await agree_to_outcome(by, incident.id, expected_version=proposed.version)


async def test_what_was_not_agreed_on_is_closed_by_who_manages_people_alone(store: Database) -> None:
    manager, mentor, ece = [await make_actor(role) for role in (Role.MANAGER, Role.MENTOR, Role.AGENT)]
    mentorship, incident = await make_mentorship(manager, ece, mentor), await record(manager, ece)
    draft = OutcomeDraft(mentorship_id=mentorship.id, text="Önce mola.")
    proposed = await propose_outcome(mentor, incident.id, draft, expected_version=incident.version)
    note = ClosingDraft(note="Yanlış anlaşılma.")

    for by in (mentor, ece):
        with pytest.raises(Forbidden):
            await close_incident(by, incident.id, note, expected_version=proposed.version)
    closed = await close_incident(manager, incident.id, note, expected_version=proposed.version)
    with pytest.raises(AlreadyDone):
        await close_incident(manager, incident.id, note, expected_version=closed.version)
    with pytest.raises(AlreadyDone):
        await propose_outcome(mentor, incident.id, draft, expected_version=closed.version)


async def test_the_case_that_is_named_is_that_of_the_message(store: Database) -> None:
    manager, ece = await make_actor(Role.MANAGER), await make_actor(Role.AGENT)
    reply, other = await make_reply(await make_case(), ece), await make_case()
    with pytest.raises(InvalidInput, match="another case") as refused:
        await record(manager, ece, message_id=reply.message.id, case_id=other.id)
    assert (refused.value.path, await ConductIncident.count()) == (("case_id",), 0)
    incident = await record(manager, ece, message_id=reply.message.id, case_id=reply.case.id)
    assert incident.case_id == reply.case.id


async def test_nothing_is_proposed_in_a_mentorship_that_is_over(store: Database) -> None:
    manager, mentor, ece = [await make_actor(role) for role in (Role.MANAGER, Role.MENTOR, Role.AGENT)]
    past, goes_on = await make_mentorship(manager, ece, mentor), await make_mentorship(manager, ece, mentor)
    past.status = MentorshipStatus.ENDED
    await save(past)
    incident = await record(manager, ece)
    draft = OutcomeDraft(mentorship_id=past.id, text="Önce mola.")
    with pytest.raises(AlreadyDone, match="ENDED") as refused:
        await propose_outcome(mentor, incident.id, draft, expected_version=incident.version)
    assert refused.value.path == ("mentorship_id",)
    again = OutcomeDraft(mentorship_id=goes_on.id, text="Önce mola.")
    assert (await propose_outcome(mentor, incident.id, again, expected_version=incident.version)).outcome is not None
