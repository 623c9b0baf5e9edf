"""Which experts may see a case because they are asked about it."""

from care.cases.changing import follow
from care.documents.cases import Case
from care.documents.consultations import Consultation
from care.events import SightChanged


async def project_consulted(case_id: str, case: Case | None = None) -> Case | None:
    """Let exactly the experts who are asked in one of the case's consultations see it. Can run twice.

    It is an event of its own: who listens while the consultation changes hears of the case when it comes or goes. Whoever
    has read the case before the consultations changed gives it.
    """

    async def look() -> list[str]:
        consultations = await Consultation.find({"case_id": case_id}).to_list()
        return sorted({expert for consultation in consultations for expert in consultation.invited_expert_ids})

    def put(current: Case, asked: list[str]) -> None:
        current.consulted = asked
        current.record(SightChanged(case_id=current.id))

    return await follow(Case, case_id, (lambda current: current.consulted, put), look, given=case)
