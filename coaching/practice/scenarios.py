"""Making scenarios by hand: who speaks, and what they say when."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from auth.actor import Actor
from care.documents.channels import ChannelKind
from care.documents.conversations import Visibility
from coaching.practice.documents import Criterion, Inject, InjectKind, Persona, PracticeScenario
from coaching.practice.events import PracticeScenarioChanged
from coaching.practice.policies import may_manage_practice
from coaching.practice.reading import require_scenario
from coaching.practice.second_look import original_behind, require_nothing_left
from community.creation import insert_once
from community.drafts import text
from core.clock import now
from core.errors import InvalidInput
from core.idempotency import Once
from core.records import change

MOST_PERSONAS = 20
MOST_INJECTS = 100
MOST_VOICES = 30
MOST_CRITERIA = 20
HIGHEST_LEVEL = 5
LONGEST_RUN = 480
"""In minutes."""

Line = Annotated[str, text(1, 200, lines="one")]
Said = Annotated[str, text(1, 5_000)]
Key = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Level = Annotated[int, Field(ge=1, le=HIGHEST_LEVEL)]
Minutes = Annotated[int, Field(ge=1, le=LONGEST_RUN)]


class PersonaDraft(BaseModel):
    """Somebody who is to be played."""

    key: Key
    name: Line
    handle: Line
    followers: Annotated[int, Field(ge=0, le=2_000_000_000)] | None = None
    about: Said | None = None


class InjectDraft(BaseModel):
    """What a persona is to say, and when."""

    persona: Key
    phase: Line
    after_minutes: Annotated[int, Field(ge=0, le=LONGEST_RUN)] = 0
    kind: InjectKind = InjectKind.MESSAGE
    visibility: Visibility = Visibility.PUBLIC
    texts: Annotated[list[Said], Field(min_length=1, max_length=MOST_VOICES)]


class CriterionDraft(BaseModel):
    """What marks are to be given by."""

    key: Key
    label: Line
    weight: Annotated[int, Field(ge=1, le=100)] = 1


Criteria = Annotated[list[CriterionDraft], Field(max_length=MOST_CRITERIA)]
Personas = Annotated[list[PersonaDraft], Field(min_length=1, max_length=MOST_PERSONAS)]
Injects = Annotated[list[InjectDraft], Field(min_length=1, max_length=MOST_INJECTS)]


class ScenarioDraft(BaseModel):
    """What a scenario is to be."""

    title: Line
    summary: Said
    level: Level
    estimated_minutes: Minutes
    channel_kind: ChannelKind = ChannelKind.X
    personas: Personas
    injects: Injects
    criteria: Criteria = Field(default_factory=list)


class ScenarioChange(BaseModel):
    """What to change of a scenario; absent stays as it is."""

    title: Line | None = None
    summary: Said | None = None
    level: Level | None = None
    estimated_minutes: Minutes | None = None
    channel_kind: ChannelKind | None = None
    personas: Personas | None = None
    injects: Injects | None = None
    criteria: Criteria | None = None
    archived: bool | None = None


async def create_scenario(actor: Actor, draft: ScenarioDraft, *, once: Once) -> PracticeScenario:
    """Make a scenario.

    Raises Forbidden without `practice:manage`, InvalidInput for injects that name nobody, that say too little or too
    much for their kind, or of which none comes at the start, IdempotencyMismatch.
    """
    may_manage_practice(actor).enforce()
    scenario = PracticeScenario(
        id=once.identifier("psc"), created_at=now(), created_by=actor.member, fingerprint=once.fingerprint, **_kept(draft)
    )
    _require_playable(scenario)
    scenario.record(PracticeScenarioChanged(scenario_id=scenario.id), actor=actor.id)
    return await insert_once(scenario, once)


async def update_scenario(actor: Actor, scenario_id: str, told: ScenarioChange, *, expected_version: int) -> PracticeScenario:
    """Change a scenario; runs that go on keep what they began with.

    Raises NotFound, Forbidden without `practice:manage`, InvalidInput as `create_scenario` does, and while
    anything in it still tells whose case it was made of, Conflict.
    """
    may_manage_practice(actor).enforce()
    scenario, changes = await require_scenario(actor, scenario_id), _kept(told)
    original = await original_behind(scenario)

    def rule(current: PracticeScenario) -> None:
        for name, value in changes.items():
            setattr(current, name, value)
        _require_playable(current)
        if original is not None:
            require_nothing_left(current, original, fields=list(changes), otherwise="scenario_id")
        current.record(PracticeScenarioChanged(scenario_id=current.id), actor=actor.id)

    return await change(scenario, rule, expected_version=expected_version)


def _kept(told: ScenarioDraft | ScenarioChange) -> dict[str, object]:
    """Give what was told as documents keep it, the injects in their order."""
    kept: dict[str, object] = told.model_dump(exclude_none=True, exclude={"personas", "injects", "criteria"})
    if told.personas is not None:
        kept["personas"] = [Persona(**one.model_dump()) for one in told.personas]
    if told.injects is not None:
        ordered = sorted(told.injects, key=lambda one: one.after_minutes)
        kept["injects"] = [Inject(**one.model_dump()) for one in ordered]
    if told.criteria is not None:
        kept["criteria"] = [Criterion(**one.model_dump()) for one in told.criteria]
    return kept


def _require_playable(scenario: PracticeScenario) -> None:
    keys = [persona.key for persona in scenario.personas]
    if len(set(keys)) < len(keys):
        raise InvalidInput("Give each persona a key of its own.", path=("personas",))
    names = [criterion.key for criterion in scenario.criteria]
    if len(set(names)) < len(names):
        raise InvalidInput("Give each criterion a key of its own.", path=("criteria",))
    for inject in scenario.injects:
        require_voice(inject, keys, path=("injects",))
    if scenario.injects[0].after_minutes > 0:
        raise InvalidInput("Something must be said at the start: give an inject with `afterMinutes` 0.", path=("injects",))


def require_voice(inject: Inject, keys: list[str], *, path: tuple[str, ...]) -> None:
    """Refuse an inject of nobody, and a number of texts that its kind does not have; InvalidInput."""
    if inject.persona not in keys:
        raise InvalidInput(f"There is no persona “{inject.persona}”; there are: {', '.join(keys)}.", path=path)
    if inject.kind is InjectKind.TWEETSTORM and len(inject.texts) < 2:  # noqa: PLR2004 - one voice is no storm
        raise InvalidInput("A tweetstorm has at least two texts, one of each who joins in.", path=path)
    if inject.kind is not InjectKind.TWEETSTORM and len(inject.texts) > 1:
        raise InvalidInput("Only a tweetstorm has several texts; make an inject of each.", path=path)
