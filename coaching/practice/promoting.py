"""From practice to what holds: a tested scenario becomes a live procedure in one act."""

from pydantic import BaseModel, Field

from auth.actor import Actor, Role
from coaching.practice.documents import PracticeRun, PracticeRunStatus
from coaching.practice.reading import require_scenario
from community.drafts import Title
from community.procedures.documents import Guideline, GuidelineKind
from community.procedures.drafts import Sections
from community.procedures.guidelines import Days, GuidelineDraft, keep_edition, keep_new, new_guideline, put_edition
from community.procedures.policies import may_manage_guidelines, may_publish
from core.errors import InvalidInput
from core.idempotency import Once

_RUNS_LOOKED_AT = 200


class PromotionDraft(BaseModel):
    """Which scenario was tried, and the procedure that comes of it."""

    scenario_id: str
    title: Title
    sections: Sections
    attested_by_roles: list[Role] = Field(default_factory=list)
    attest_within_days: Days = 14


async def promote_practice(actor: Actor, draft: PromotionDraft, *, once: Once) -> Guideline:
    """Let what was practised hold: the procedure is made and published at once, and names the scenario.

    Raises NotFound, Forbidden without `guideline:manage`, InvalidInput for a scenario that nobody has gone through and
    talked through yet, and while required sections are missing, IdempotencyMismatch.
    """
    scenario = await require_scenario(actor, draft.scenario_id)
    may_manage_guidelines(actor).enforce()
    if not await is_tested(scenario.id):
        raise InvalidInput("Finish a run of this scenario and debrief it first.", path=("scenario_id",))
    given = GuidelineDraft(kind=GuidelineKind.PROCEDURE, **draft.model_dump(exclude={"scenario_id"}))
    guideline = new_guideline(actor, given, once)
    guideline.source_id = scenario.id
    if (refusal := may_publish(actor, guideline).refusal) is not None:
        raise InvalidInput(refusal.message, path=("sections",))
    put_edition(guideline, actor)
    return await keep_edition(await keep_new(guideline, once))


async def is_tested(scenario_id: str) -> bool:
    """Tell whether a scenario was gone through to the end and talked through."""
    finished = {"scenario_id": scenario_id, "status": PracticeRunStatus.FINISHED.value}
    runs = await PracticeRun.find(finished).limit(_RUNS_LOOKED_AT).to_list()
    return any(run.debrief is not None for run in runs)
