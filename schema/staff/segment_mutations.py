"""Mutations of segments."""

from typing import Annotated, ClassVar

import strawberry

from care.segments.editing import SegmentChange, SegmentDraft, archive_segment, create_segment, update_segment
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.enums import ChannelKind
from schema.staff.segments import Segment
from schema.staff.service_level_enums import Lifecycle

_SEGMENT = "The id of the segment."
_NAME = "Its name, up to 100 characters."
_DESCRIPTION = "What it is for, up to 500 characters."


@strawberry.input(description="Whom a segment is of. All that is told must hold; of a list of up to 20 values one is enough.")
class SegmentRuleInput:
    """Whom a segment is of."""

    lifecycles: list[Lifecycle] | None = given("How far they have come.")
    locales: list[str] | None = given("Their languages, such as `tr`.")
    platforms: list[ChannelKind] | None = given("The kinds of channel they are known on.")
    cities: list[str] | None = given("Their cities; case, accents and ways of writing do not matter.")
    interests: list[str] | None = given("What they like; case, accents and ways of writing do not matter.")
    crm_segments: list[str] | None = given("The segments that the company's other systems put them into.")
    least_followers: int | None = given("How many people hear them at least.")
    in_crm: bool | None = given("Whether another system knows them.")
    has_email: bool | None = given("Whether an e-mail address is known.")
    has_phone: bool | None = given("Whether a telephone number is known.")
    unreachable: bool | None = given("Whether they can not be reached.")
    heard_within_days: int | None = given("They said something within so many days, 1 to 3,650.")
    silent_for_days: int | None = given("They said nothing for so many days, 1 to 3,650; who never spoke, since they are known.")


@strawberry.input(description="What to call a segment, and whom it is of.")
class CreateSegmentInput:
    """What to call a segment, and whom it is of."""

    name: str = required(_NAME)
    description: str | None = given(_DESCRIPTION)
    rule: SegmentRuleInput = required("Whom it is of.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createSegment`.")
class CreateSegmentPayload(Payload):
    """The answer of `createSegment`."""

    segment: Segment | None = changed("The segment; its members come within moments.")


@strawberry.input(description="What to change of a segment; absent stays as it is, a rule is taken whole.")
class UpdateSegmentInput:
    """What to change of a segment."""

    segment_id: strawberry.ID = required(_SEGMENT)
    name: str | None = given(_NAME)
    description: str | None = given(_DESCRIPTION)
    rule: SegmentRuleInput | None = given("Whom it is of from now on.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateSegment`.")
class UpdateSegmentPayload(Payload):
    """The answer of `updateSegment`."""

    written: ClassVar[str | None] = "segment"

    segment: Segment | None = changed()


@strawberry.input(description="The segment to take out of use.")
class ArchiveSegmentInput:
    """The segment to take out of use."""

    segment_id: strawberry.ID = required(_SEGMENT)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveSegment`.")
class ArchiveSegmentPayload(Payload):
    """The answer of `archiveSegment`."""

    written: ClassVar[str | None] = "segment"

    segment: Segment | None = changed("The segment; what it was day by day stays.")


@strawberry.type
class SegmentMutations:
    """What can be done with segments."""

    @mutation(CreateSegmentPayload, description="Saves a rule over customers; needs `segment:manage`.")
    async def create_segment(self, info: Info, input: Annotated[CreateSegmentInput, INPUT]) -> object:
        """Make a segment."""
        draft, once = parse(SegmentDraft, **values_of(input)), once_for(info, "createSegment", input)
        return CreateSegmentPayload(segment=Segment.from_document(await create_segment(info.context.actor, draft, once=once)))

    @mutation(
        UpdateSegmentPayload,
        description="Changes a segment; by another rule all customers are looked at anew; needs `segment:manage`.",
    )
    async def update_segment(self, info: Info, input: Annotated[UpdateSegmentInput, INPUT]) -> object:
        """Change a segment."""
        draft = parse(SegmentChange, **values_of(input))
        segment = await update_segment(info.context.actor, draft, expected_version=input.expected_version)
        return UpdateSegmentPayload(segment=Segment.from_document(segment))

    @mutation(ArchiveSegmentPayload, description="Takes a segment out of use; needs `segment:manage`.")
    async def archive_segment(self, info: Info, input: Annotated[ArchiveSegmentInput, INPUT]) -> object:
        """Archive a segment."""
        segment = await archive_segment(info.context.actor, input.segment_id, expected_version=input.expected_version)
        return ArchiveSegmentPayload(segment=Segment.from_document(segment))
