"""Making, changing and archiving segments."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from auth.actor import Actor, Permission
from care.documents.channels import ChannelKind
from care.documents.customers import Lifecycle
from care.documents.segments import Segment, SegmentRule, SegmentRun
from care.reading.customer_lists import require_all_customers
from care.reading.segments import MOST_SEGMENTS, count_segments, reads_segments, require_segment
from care.segments.events import SegmentChanged
from care.segments.running import EVERY, begin_run, queue_run
from community.creation import insert_once, made_before
from community.drafts import text
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, LimitReached
from core.idempotency import Once
from core.records import change

MOST_VALUES: Final = 20
LONGEST_DAYS: Final = 3_650


def _distinct(given: list[str]) -> list[str]:
    if len(given) > MOST_VALUES:
        raise PydanticCustomError("too_many", "Name at most {most} values", {"most": MOST_VALUES})
    return list(dict.fromkeys(given))


Line = Annotated[str, text(1, 100, lines="one")]
Lines = Annotated[list[Line], AfterValidator(_distinct)]
Days = Annotated[int, Field(ge=1, le=LONGEST_DAYS)]


class RuleDraft(BaseModel):
    """Whom a segment is of; what is absent or empty says nothing."""

    lifecycles: Annotated[list[Lifecycle], AfterValidator(_distinct)] = Field(default_factory=list)
    locales: Lines = Field(default_factory=list)
    platforms: Annotated[list[ChannelKind], AfterValidator(_distinct)] = Field(default_factory=list)
    cities: Lines = Field(default_factory=list)
    interests: Lines = Field(default_factory=list)
    crm_segments: Lines = Field(default_factory=list)
    least_followers: Annotated[int, Field(ge=0)] | None = None
    in_crm: bool | None = None
    has_email: bool | None = None
    has_phone: bool | None = None
    unreachable: bool | None = None
    heard_within_days: Days | None = None
    silent_for_days: Days | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "RuleDraft":
        if not any(value not in (None, []) for value in self.model_dump().values()):
            raise PydanticCustomError("empty", "Say at least one thing that members have in common")
        return self


class SegmentDraft(BaseModel):
    """What a segment is called, and whom it is of."""

    name: Line
    description: Annotated[str, text(1, 500)] | None = None
    rule: RuleDraft


class SegmentChange(BaseModel):
    """What to change of a segment; None stays as it is, and a rule is taken whole."""

    segment_id: str
    name: Line | None = None
    description: Annotated[str, text(1, 500)] | None = None
    rule: RuleDraft | None = None


async def create_segment(actor: Actor, draft: SegmentDraft, *, once: Once) -> Segment:
    """Save a rule over customers; who fits it becomes a member within moments.

    Raises Forbidden without `segment:manage` and for who may not read all customers, LimitReached,
    IdempotencyMismatch.
    """
    _require_manager(actor)
    if before := await made_before(Segment, once.identifier("seg"), once):
        return before
    if await count_segments(actor) >= MOST_SEGMENTS:
        raise LimitReached(f"There are {MOST_SEGMENTS} segments already; archive one first.")
    at = now()
    segment = Segment(
        id=once.identifier("seg"), created_at=at, name=draft.name, description=draft.description, rule=_rule(draft.rule),
        owner_id=actor.id, run=SegmentRun(number=1, started_at=at), next_act_at=at + EVERY, fingerprint=once.fingerprint,
    )  # fmt: skip
    segment.record(SegmentChanged(segment_id=segment.id), actor=actor.id)
    segment = await insert_once(segment, once)
    await queue_run(segment.id)
    return segment


async def update_segment(actor: Actor, draft: SegmentChange, *, expected_version: int) -> Segment:
    """Change a segment; by another rule all customers are looked at anew.

    Raises NotFound, Forbidden without `segment:manage`, InvalidInput where nothing is to be changed, AlreadyDone for an
    archived one, Conflict.
    """
    _require_manager(actor)
    segment = await require_segment(actor, draft.segment_id)
    values = draft.model_dump(exclude_none=True, exclude={"segment_id", "rule"})
    if not values and draft.rule is None:
        raise InvalidInput("Say what to change: name, description or rule.", path=("name",))

    def rule(current: Segment) -> None:
        _require_in_use(current)
        for name, value in values.items():
            setattr(current, name, value)
        if draft.rule is not None and _rule(draft.rule) != current.rule:
            current.rule = _rule(draft.rule)
            begin_run(current, now())
        current.record(SegmentChanged(segment_id=current.id), actor=actor.id)

    changed = await change(segment, rule, expected_version=expected_version)
    await queue_run(changed.id)
    return changed


async def archive_segment(actor: Actor, segment_id: str, *, expected_version: int) -> Segment:
    """Take a segment out of use; who was in it, and what it was day by day, stays.

    Raises NotFound, Forbidden without `segment:manage`, AlreadyDone, Conflict.
    """
    _require_manager(actor)
    segment = await require_segment(actor, segment_id)

    def rule(current: Segment) -> None:
        _require_in_use(current)
        current.archived, current.next_act_at = True, None
        current.record(SegmentChanged(segment_id=current.id), actor=actor.id)

    return await change(segment, rule, expected_version=expected_version)


def _rule(draft: RuleDraft) -> SegmentRule:
    return SegmentRule.model_validate(draft.model_dump())


def may_manage_segments(actor: Actor) -> bool:
    """Tell whether somebody may make, change and archive segments."""
    return actor.may(Permission.SEGMENT_MANAGE) and reads_segments(actor)


def _require_manager(actor: Actor) -> None:
    actor.require(Permission.SEGMENT_MANAGE)
    require_all_customers(actor)


def _require_in_use(segment: Segment) -> None:
    if segment.archived:
        raise AlreadyDone("This segment is archived; make a new one.", path=("segment_id",))
