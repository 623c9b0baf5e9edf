"""Situations of incidents of conduct: the trainee said something, and the mentor talks about it."""

from coaching.incidents.documents import ConductIncident, IncidentSeverity
from coaching.incidents.incidents import IncidentDraft, OutcomeDraft, agree_to_outcome, propose_outcome, record_incident
from coaching.mentorships.documents import Mentorship
from core.idempotency import Once
from core.records import save
from tests.factories.mentorships import make_mentorship
from tests.journeys.situations.mentorships import programme
from tests.journeys.story import MARK, Input, Situation, Story


async def _incident(story: Story, member: str = "trainee") -> ConductIncident:
    draft = IncidentDraft(member_id=story.world.members[member], severity=IncidentSeverity.SERIOUS, said=f"{MARK} Okumayı öğren.")
    return await record_incident(await story.actor("manager"), draft, once=Once())


async def _mentorship(story: Story, member: str = "trainee") -> Mentorship:
    made = await programme(story)
    return await make_mentorship(await story.actor("manager"), await story.actor(member), await story.actor("mentor"), made)


async def _proposed(story: Story, member: str = "trainee") -> ConductIncident:
    incident, mentorship = await _incident(story, member), await _mentorship(story, member)
    draft = OutcomeDraft(mentorship_id=mentorship.id, text=f"{MARK} Önce mola.")
    return await propose_outcome(await story.actor("mentor"), incident.id, draft, expected_version=incident.version)


async def _record(story: Story, who: str) -> Input:
    return {"memberId": story.world.members["colleague"], "severity": "MINOR", "said": f"{MARK} Okumayı öğren."}


async def _propose(story: Story, who: str) -> Input:
    incident, mentorship = await _incident(story), await _mentorship(story)
    if who in {"admin", "manager"}:
        mentorship.mentor_id = story.world.members[who]
        await save(mentorship)
    named = {"incidentId": incident.id, "mentorshipId": mentorship.id, "expectedVersion": incident.version}
    return {**named, "text": f"{MARK} Önce mola."}


async def _agree(story: Story, who: str) -> Input:
    incident = await _proposed(story, "admin" if who == "admin" else "trainee")
    return {"incidentId": incident.id, "expectedVersion": incident.version}


async def _close(story: Story, who: str) -> Input:
    proposed = await _proposed(story)
    agreed = await agree_to_outcome(await story.actor("trainee"), proposed.id, expected_version=proposed.version)
    return {"incidentId": agreed.id, "note": f"{MARK} Öğrenildi.", "expectedVersion": agreed.version}


SITUATIONS: dict[str, Situation] = {
    "recordConductIncident": _record,
    "proposeConductOutcome": _propose,
    "agreeToConductOutcome": _agree,
    "closeConductIncident": _close,
}
