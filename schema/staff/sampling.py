"""Sampling after graduation: which replies are looked at, and what is said of them."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from care.documents import standing as levels
from care.documents.channels import ChannelKind
from care.documents.standing import SocialLevel
from care.reading.conversations import messages_by_ids
from coaching import documents as coaching
from coaching.documents import SampleVerdict
from coaching.levels.policies import may_look_at
from coaching.levels.sampling import (
    MOST_RULES,
    SampleReviewDraft,
    SamplingDraft,
    count_waiting_samples,
    review_sample,
    set_sampling_policy,
    show_sampling_policy,
    waiting_samples,
)
from coaching.quality.forms import MOST_CRITERIA
from coaching.quality.policies import is_blind, may_calibrate
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.members import Member, member_of
from schema.staff.messages import Message
from schema.staff.quality_marks import QualityMark, QualityMarkInput, SecondReview

_BLIND = "Kept from who may still be the second reviewer."

told(
    SampleVerdict,
    "What somebody says of a reply that has left.",
    GOOD="It was good as it was.",
    NEEDS_WORK="Something is to be done better the next time.",
)


@strawberry.type(description="Of how many of a hundred replies somebody looks at one, and of whose.")
class SamplingRule:
    """Of how many of a hundred replies somebody looks at one."""

    levels: list[SocialLevel] = strawberry.field(
        description="At which levels their authors are; empty: any.", directives=list_size(len(SocialLevel))
    )
    channel_kinds: list[ChannelKind] = strawberry.field(
        description="On which kinds of channels; empty: any.", directives=list_size(len(ChannelKind))
    )
    within_days: int | None = strawberry.field(
        description="Only within so many days after the author came to the level; null: always."
    )
    percent: int = strawberry.field(description="How many of a hundred.")
    before: bool = strawberry.field(description="Whether the reply waits for it, instead of being looked at once it has left.")


@strawberry.type(description="Which replies are looked at of who was placed or graduated; the first rule that fits counts.")
class SamplingPolicy:
    """Which replies are looked at."""

    version: int = strawberry.field(description="Rises with each change, from 0; pass it as `expectedVersion`.")
    rules: list[SamplingRule] = strawberry.field(description="The rules in their order.", directives=list_size(MOST_RULES))

    @classmethod
    def from_document(cls, document: levels.SamplingPolicy) -> Self:
        """Show the policy."""
        return cls(version=document.version, rules=[SamplingRule(**one.model_dump()) for one in document.rules])


@strawberry.type(description="A reply that has left and that somebody is to look at, or has.")
class SampledReply(Node):
    """A reply that has left and that somebody is to look at."""

    document: strawberry.Private[coaching.SampledReply]
    drawn_at: datetime = strawberry.field(description="When it was drawn.")
    form_version: int | None = strawberry.field(description="By which version of the quality form; null where nobody marked it.")
    second_review: SecondReview | None = strawberry.field(description="What a second reviewer found; null until then.")
    reviewed_at: datetime | None = strawberry.field(description="When somebody looked at it; null until then.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: coaching.SampledReply) -> Self:
        """Show a drawn reply."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            drawn_at=document.created_at,
            form_version=document.form_number,
            second_review=SecondReview.of(document.second) if document.second else None,
            reviewed_at=document.reviewed_at,
            version=document.version,
        )

    @strawberry.field(description=f"What was said of it; null until then. {_BLIND}")
    def verdict(self, info: Info) -> SampleVerdict | None:
        """Give the verdict."""
        return None if is_blind(info.context.actor, self.document) else self.document.verdict

    @strawberry.field(description=f"What to do better; null where nothing was said. {_BLIND}")
    def feedback(self, info: Info) -> str | None:
        """Give the feedback."""
        return None if is_blind(info.context.actor, self.document) else self.document.feedback

    @strawberry.field(
        description=f"How far it meets each criterion, by the first reviewer; empty where nobody marked it. {_BLIND}",
        directives=list_size(MOST_CRITERIA),
    )
    def marks(self, info: Info) -> list[QualityMark]:
        """Give the marks."""
        return [] if is_blind(info.context.actor, self.document) else QualityMark.all_of(self.document.marks)

    @strawberry.field(description="The reply; null where it is not there any more.")
    async def message(self, info: Info) -> Message | None:
        """Give the message."""
        found = await info.context.load(messages_by_ids, self.document.message_id)
        return Message.from_document(found) if found is not None else None

    @strawberry.field(description="Who wrote it; null once they have left.")
    async def author(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.author_id)

    @strawberry.field(description="Whether the viewer can say what they think of it.")
    def viewer_can_review(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_look_at(info.context.actor, self.document))

    @strawberry.field(description="Whether the viewer can mark it as the second reviewer.")
    def viewer_can_calibrate(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_calibrate(info.context.actor, self.document))


@strawberry.type
class SamplingQueries:
    """Which replies are looked at, and which wait for it."""

    @strawberry.field(description="Which replies are looked at of who was placed or graduated; needs `case:reply`.")
    async def sampling_policy(self, info: Info) -> SamplingPolicy:
        """Give the policy."""
        return SamplingPolicy.from_document(await show_sampling_policy(info.context.actor))

    @paged(
        "Drawn replies that nobody has looked at yet, the longest waiting first; none for who decides on no replies.",
        graphql_type=Connection[SampledReply],
    )
    async def sampled_replies(
        self,
        info: Info,
        window: Window,
        calibrating: Annotated[
            bool | None, strawberry.argument(description="Whether to list those that wait for a second reviewer instead.")
        ] = None,
    ) -> object:
        """Give a page of them."""
        actor, second = info.context.actor, calibrating is True
        found = await waiting_samples(actor, window, calibrating=second)
        return pages(info, found, count=lambda: count_waiting_samples(actor, calibrating=second))


@strawberry.input(description="Of how many of a hundred replies somebody is to look at one, and of whose.")
class SamplingRuleInput:
    """Of how many of a hundred replies somebody is to look at one."""

    levels: list[SocialLevel] | None = given("At which levels their authors are; absent: any.")
    channel_kinds: list[ChannelKind] | None = given("On which kinds of channels; absent: any.")
    within_days: int | None = given("Only within so many days after the author came to the level; absent: always.")
    percent: int = required("How many of a hundred, 0 to 100.")
    before: bool | None = given("Whether the reply waits for it; absent: it is looked at once it has left.")


@strawberry.input(description="By which rules replies are to be drawn.")
class SetSamplingPolicyInput:
    """By which rules replies are to be drawn."""

    rules: list[SamplingRuleInput] = required("The rules in their order, up to 20; the first that fits counts.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setSamplingPolicy`.")
class SetSamplingPolicyPayload(Payload):
    """The answer of `setSamplingPolicy`."""

    written: ClassVar[str | None] = "sampling_policy"

    sampling_policy: SamplingPolicy | None = changed()


@strawberry.input(description="What to say of a drawn reply.")
class ReviewSampledReplyInput:
    """What to say of a drawn reply."""

    sampled_reply_id: strawberry.ID = required("The id of the drawn reply.")
    verdict: SampleVerdict = required("Whether it was good.")
    feedback: str | None = given("What to do better; required for one that needs work.")
    marks: list[QualityMarkInput] | None = given("One mark for each criterion of the quality form; absent: the verdict alone.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `reviewSampledReply`.")
class ReviewSampledReplyPayload(Payload):
    """The answer of `reviewSampledReply`."""

    written: ClassVar[str | None] = "sampled_reply"

    sampled_reply: SampledReply | None = changed()


@strawberry.type
class SamplingMutations:
    """What can be done to look at replies of graduates."""

    @mutation(SetSamplingPolicyPayload, description="Says which replies are looked at after graduation; needs `sla:manage`.")
    async def set_sampling_policy(self, info: Info, input: Annotated[SetSamplingPolicyInput, INPUT]) -> object:
        """Set the policy."""
        draft = parse(SamplingDraft, **values_of(input))
        found = await set_sampling_policy(info.context.actor, draft, expected_version=input.expected_version)
        return SetSamplingPolicyPayload(sampling_policy=SamplingPolicy.from_document(found))

    @mutation(ReviewSampledReplyPayload, description="Says of a drawn reply whether it was good; needs `reply:release`.")
    async def review_sampled_reply(self, info: Info, input: Annotated[ReviewSampledReplyInput, INPUT]) -> object:
        """Look at a reply."""
        draft, version = parse(SampleReviewDraft, **values_of(input, "sampled_reply_id")), input.expected_version
        found = await review_sample(info.context.actor, input.sampled_reply_id, draft, expected_version=version)
        return ReviewSampledReplyPayload(sampled_reply=SampledReply.from_document(found))
