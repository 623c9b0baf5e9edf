"""Which experts may see a case because they are asked about it."""

from care.documents.cases import Case
from care.documents.consultations import Consultation
from core.records import change


async def project_consulted(case_id: str) -> None:
    """Let exactly the experts who are asked in one of the case's consultations see it. Can run twice."""
    case = await Case.get(case_id)
    if case is None:
        return
    consultations = await Consultation.find({"case_id": case_id}).to_list()
    asked = sorted({expert for consultation in consultations for expert in consultation.invited_expert_ids})

    def rule(current: Case) -> None:
        current.consulted = asked

    await change(case, rule)
