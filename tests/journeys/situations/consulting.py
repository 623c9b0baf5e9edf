"""Situations in which somebody else is asked."""

from care.information import InformationDraft, request_information
from core.idempotency import Once
from tests.journeys.story import MARK, Input, Situation, Story, member_like


async def _consult(story: Story, who: str) -> Input:
    expert = story.world.members["specialist"]
    return {
        "caseId": (await story.case()).id,
        "title": f"{MARK} Nerede?",
        "body": f"{MARK} Kargo bekliyor.",
        "expertIds": [expert],
    }


async def _decline(story: Story, who: str) -> Input:
    consultation = await story.consultation(member_like(story, who))
    return {"consultationId": consultation.id, "reason": f"{MARK} Bilmiyorum.", "expectedVersion": consultation.version}


async def _delegate(story: Story, who: str) -> Input:
    consultation = await story.consultation(member_like(story, who))
    to = story.world.members["colleague"]
    return {
        "consultationId": consultation.id,
        "toMemberId": to,
        "note": f"{MARK} O bilir.",
        "expectedVersion": consultation.version,
    }


async def _request_information(story: Story, who: str) -> Input:
    return {"caseId": (await story.case()).id, "question": f"{MARK} Depoda mı?"}


async def _take_request(story: Story, who: str) -> Input:
    draft = InformationDraft(case_id=(await story.case()).id, question=f"{MARK} Depoda mı?")
    request = await request_information(await story.actor("agency_in"), draft, once=Once())
    return {"requestId": request.id, "expectedVersion": request.version}


async def _answer_request(story: Story, who: str) -> Input:
    return {**await _take_request(story, who), "answer": f"{MARK} İzmir deposunda."}


SITUATIONS: dict[str, Situation] = {
    "consultExperts": _consult,
    "declineConsultation": _decline,
    "delegateConsultation": _delegate,
    "requestInformation": _request_information,
    "takeInformationRequest": _take_request,
    "answerInformationRequest": _answer_request,
}
