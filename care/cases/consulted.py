"""Which experts may see a case because they are asked about it."""

from typing import Final

from care.cases.changing import Overtaken, change_as_read
from care.documents.cases import Case
from care.documents.consultations import Consultation
from care.events import SightChanged
from core.errors import Unavailable

_TRIES: Final = 50


async def project_consulted(case_id: str, case: Case | None = None) -> Case | None:
    """Let exactly the experts who are asked in one of the case's consultations see it. Can run twice.

    It is an event of its own: who listens while the consultation changes hears of the case when it comes or goes. The case
    is read before the consultations, and changed only as it was read, so that whoever comes last has seen them all; who
    has read it already gives it.
    """
    for _ in range(_TRIES):
        case = case or await Case.get(case_id)
        if case is None:
            return None
        consultations = await Consultation.find({"case_id": case_id}).to_list()
        asked = sorted({expert for consultation in consultations for expert in consultation.invited_expert_ids})

        def rule(current: Case, asked: list[str] = asked) -> None:
            if current.consulted != asked:
                current.consulted = asked
                current.record(SightChanged(case_id=current.id))

        try:
            return await change_as_read(case, rule)
        except Overtaken:
            case = None
    raise Unavailable("store", "too many writers of one case")
