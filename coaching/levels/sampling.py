"""Sampling after graduation: which replies are looked at, and what a mentor says of them; it feeds the evidence of levels."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from auth.actor import SYSTEM, Actor, Permission
from care.cases.outgoing import find_outgoing
from care.documents.channels import ChannelKind
from care.documents.conversations import Message
from care.documents.standing import SamplingPolicy, SamplingRule, SocialLevel
from care.policies import require_right
from care.reading.cases import case_of_outgoing, cases_by_ids
from care.sampling import SAMPLING_ID, is_drawn, rule_for, sampling_policy
from coaching.documents import DraftReview, SampledReply, SampleVerdict
from coaching.levels.events import ReplySampled, SampleReviewed, SamplingPolicyChanged
from coaching.levels.policies import may_look_at
from coaching.quality.forms import Marks, current_form, marks_by
from coaching.reading import has_desk, review_id_of
from community.drafts import Remark, may_be_id
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import InvalidInput, NotFound
from core.ids import with_prefix
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change, insert_or_read

MOST_RULES: Final = 20
LONGEST_WAITING_FIRST: Final = Order((("created_at", 1),))
_WAITING: Final[dict[str, Any]] = {"waiting": True}
_CALIBRATING: Final[dict[str, Any]] = {"calibrating": True}


class SamplingRuleDraft(BaseModel):
    """Of how many of a hundred replies somebody is to look at one, and of whose."""

    levels: list[SocialLevel] = Field(default_factory=list)
    channel_kinds: list[ChannelKind] = Field(default_factory=list)
    within_days: Annotated[int, Field(ge=1, le=1_825)] | None = None
    percent: Annotated[int, Field(ge=0, le=100)]
    before: bool = False


class SamplingDraft(BaseModel):
    """By which rules replies are to be drawn; the first that fits counts."""

    rules: Annotated[list[SamplingRuleDraft], Field(max_length=MOST_RULES)]


class SampleReviewDraft(BaseModel):
    """What a mentor says of a drawn reply."""

    verdict: SampleVerdict
    feedback: Remark | None = None
    marks: Marks = Field(default_factory=list)


async def show_sampling_policy(actor: Actor) -> SamplingPolicy:
    """Give the policy, one without rules while nobody has set any. Forbidden without `case:reply`."""
    actor.require(Permission.CASE_REPLY)
    return await _policy()


async def set_sampling_policy(actor: Actor, draft: SamplingDraft, *, expected_version: int) -> SamplingPolicy:
    """Say which replies are looked at of who was placed or graduated; the version is 0 before anybody has said so.

    Raises Forbidden without `sla:manage`, Conflict.
    """
    actor.require(Permission.SLA_MANAGE)

    def rule(current: SamplingPolicy) -> None:
        current.rules = [SamplingRule(**one.model_dump()) for one in draft.rules]
        for one in current.rules:
            one.levels, one.channel_kinds = list(dict.fromkeys(one.levels)), list(dict.fromkeys(one.channel_kinds))
        current.record(SamplingPolicyChanged(policy_id=current.id), actor=actor.id)

    return await change_or_insert(await _policy(), rule, expected_version=expected_version)


async def open_sample(message_id: str) -> SampledReply | None:
    """Let somebody look at a reply that has left, if it is drawn and nobody looked before. Can run twice."""
    case, message = await case_of_outgoing(SYSTEM, message_id), await Message.get(message_id)
    entry = find_outgoing(case, message_id) if case else None
    author = entry.author_id if entry else message.author_id if message else None
    case_id = case.id if case and entry else message.case_id if message else None
    channel_id = case.channel_id if case and entry else message.channel_id if message else None
    if author is None or case_id is None or channel_id is None or (entry is not None and entry.holding):
        return None
    rule = await rule_for(author, channel_id, await sampling_policy())
    if rule is None or rule.before or not is_drawn(message_id, rule.percent):
        return None
    if await DraftReview.get(review_id_of(message_id)) is not None:
        return None
    drawn = SampledReply(
        id=with_prefix("smr", message_id),
        created_at=now(),
        message_id=message_id,
        case_id=case_id,
        channel_id=channel_id,
        author_id=author,
    )
    drawn.record(ReplySampled(sampled_reply_id=drawn.id))
    return await insert_or_read(drawn)


async def review_sample(actor: Actor, identifier: str, draft: SampleReviewDraft, *, expected_version: int) -> SampledReply:
    """Say of a drawn reply whether it was good; it has left long ago, and its author learns what to do better.

    With marks by the criteria of the quality form a second reviewer may be asked for as well, of as many as the form says.
    Raises NotFound, Forbidden without `reply:release` or for one's own, AlreadyDone, InvalidInput for one that needs work
    without a word on it, and for marks that are not one for each criterion, Conflict.
    """
    sample = await require_sample(actor, identifier)
    require_right(may_look_at(actor, sample))
    form = await current_form()
    marks = marks_by(form, draft.marks) if draft.marks else []

    def rule(current: SampledReply) -> None:
        may_look_at(actor, current).enforce()
        if draft.verdict is SampleVerdict.NEEDS_WORK and draft.feedback is None:
            raise InvalidInput("Say what to do better.", path=("feedback",))
        current.waiting, current.verdict, current.feedback = False, draft.verdict, draft.feedback
        current.reviewed_by, current.reviewed_at = actor.member, now()
        if marks:
            current.marks, current.form_number = marks, form.number
            current.calibrating = is_drawn(f"calibration:{current.message_id}", form.calibration_percent)
        current.record(SampleReviewed(sampled_reply_id=current.id), actor=actor.id)

    return await change(sample, rule, expected_version=expected_version)


async def samples_by_ids(actor: Actor, sample_ids: Sequence[str]) -> dict[str, SampledReply]:
    """Give those of the drawn replies that are the actor's own or theirs to look at, of cases that they may know of."""
    found = await by_ids(SampledReply, [one for one in dict.fromkeys(sample_ids) if may_be_id(one, "smr")])
    mine = {one: row for one, row in found.items() if has_desk(actor) or _is_own(actor, row)}
    cases = await cases_by_ids(actor, [row.case_id for row in mine.values()])
    return {one: row for one, row in mine.items() if row.case_id in cases}


async def require_sample(actor: Actor, identifier: str) -> SampledReply:
    """Give a drawn reply; NotFound when there is none for this actor."""
    found = (await samples_by_ids(actor, [identifier])).get(identifier)
    if found is None:
        raise NotFound("There is no such sampled reply.", path=("sampled_reply_id",))
    return found


async def waiting_samples(actor: Actor, window: Window, *, calibrating: bool = False) -> Slice[SampledReply]:
    """List the drawn replies that wait for somebody to look at them, the longest waiting first, for who decides on replies.

    With `calibrating` those that wait for a second reviewer.
    """
    wanted = _CALIBRATING if calibrating else _WAITING
    return await read_slice(SampledReply, wanted, LONGEST_WAITING_FIRST, window) if has_desk(actor) else Slice([], [])


async def count_waiting_samples(actor: Actor, *, calibrating: bool = False) -> int:
    """Count them."""
    return await count(SampledReply, _CALIBRATING if calibrating else _WAITING) if has_desk(actor) else 0


def _is_own(actor: Actor, sample: SampledReply) -> bool:
    return actor.member_id is not None and actor.member_id == sample.author_id


async def _policy() -> SamplingPolicy:
    return await stored_or(SamplingPolicy(id=SAMPLING_ID, created_at=now()))
