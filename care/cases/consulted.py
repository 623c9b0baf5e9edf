"""Which experts may see a case because they are asked about it."""

import asyncio

from care.documents.cases import Case
from care.documents.consultations import Consultation
from care.events import SightChanged
from core.records import change


async def project_consulted(case_id: str) -> Case | None:
    """Let exactly the experts who are asked in one of the case's consultations see it. Can run twice.

    It is an event of its own: who listens while the consultation changes hears of the case when it comes or goes.
    """
    case, consultations = await asyncio.gather(Case.get(case_id), Consultation.find({"case_id": case_id}).to_list())
    if case is None:
        return None
    asked = sorted({expert for consultation in consultations for expert in consultation.invited_expert_ids})

    def rule(current: Case) -> None:
        if current.consulted != asked:
            current.consulted = asked
            current.record(SightChanged(case_id=current.id))

    return await change(case, rule)
