"""What speaks of the quality of a reply: reviews, the customer's word, reopenings and the conduct check; never its speed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from care.documents.case_states import CaseStatus
from care.documents.channels import Channel
from care.documents.conversations import DeliveryStatus, Direction, Visibility
from care.documents.cycles import JUDGED, CycleOutcome
from care.documents.tone import AdviceSeverity, ToneGuide
from care.reply_checks import advice_on
from care.tone_guide import read_tone_guide
from coaching.documents import DraftReview, DraftReviewStatus, SampledReply, SampleVerdict
from coaching.quality.documents import QualityEvidence, QualityForm
from coaching.quality.forms import worth_of
from coaching.reading import review_id_of
from core.ids import with_prefix
from core.records import by_ids

_HEARD: Final = [Visibility.PUBLIC.value, Visibility.PRIVATE.value]
_LEFT: Final = [DeliveryStatus.SENT.value, DeliveryStatus.DELIVERED.value, DeliveryStatus.READ.value]
_CONDUCT: Final = {AdviceSeverity.HIGH: 0.0, AdviceSeverity.MEDIUM: 0.5, AdviceSeverity.LOW: 0.8}
"""What the gravest advice leaves of a reply's conduct."""
_EDITED: Final = 0.5
"""What a reply is worth that left in a mentor's words."""

REPLIES: Final[Mapping[str, Any]] = {
    "direction": Direction.OUTBOUND.value,
    "visibility": {"$in": _HEARD},
    "delivery_status": {"$in": _LEFT},
    "author_id": {"$exists": True},
    "contact": {"$exists": False},
    "holding": {"$ne": True},
    "deleted_at": {"$exists": False},
}
"""Which messages are replies that count: a member wrote them, they left, and they are more than a holding reply."""

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks of a reply: its value from 0 to 1, and why in words."""

    kind: QualityEvidence
    value: float
    reason: str


@dataclass(frozen=True, slots=True)
class JudgedReply:
    """A reply with what speaks of it; `score` is from 0 to 1, None while nothing but the conduct check speaks."""

    message_id: str
    case_id: str
    channel_id: str
    author_id: str
    at: datetime
    evidence: list[Evidence]
    score: float | None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read of many replies at once."""

    form: QualityForm
    forms: Mapping[int, QualityForm]
    drafts: Mapping[str, DraftReview]
    samples: Mapping[str, SampledReply]
    guide: ToneGuide
    brands: Mapping[str, str | None]


async def judge(form: QualityForm, cases: Sequence[Raw], replies: Sequence[Raw], wanted: Iterable[str]) -> list[JudgedReply]:
    """Judge some of the replies of cases; `replies` are all that count of these cases, oldest first.

    The customer's word and a reopening speak of the last reply before them.
    """
    asked = set(wanted)
    rows = [row for row in replies if row["_id"] in asked]
    known = await _known(form, rows)
    written: dict[str, list[Raw]] = {case["_id"]: [] for case in cases}
    for row in replies:
        written[row["case_id"]].append(row)
    spoken = {one: evidence for case in cases for one, evidence in _of_cycles(case, written[case["_id"]])}
    return [_judged(known, row, spoken.get(row["_id"], [])) for row in rows]


def score_of(form: QualityForm, evidence: Sequence[Evidence]) -> float | None:
    """Give the weighted mean of what speaks of a reply; None while nothing but the conduct check counts."""
    counting = [one for one in evidence if form.weight_of(one.kind)]
    if all(one.kind is QualityEvidence.CONDUCT for one in counting):
        return None
    whole = sum(form.weight_of(one.kind) for one in counting)
    return sum(form.weight_of(one.kind) * one.value for one in counting) / whole


async def _known(form: QualityForm, rows: Sequence[Raw]) -> _Known:
    ids = [row["_id"] for row in rows]
    drafts = await by_ids(DraftReview, map(review_id_of, ids))
    samples = await by_ids(SampledReply, (with_prefix("smr", one) for one in ids))
    numbers = {one.form_number for one in samples.values() if one.form_number is not None}
    forms = await QualityForm.find({"number": {"$in": sorted(numbers)}}).to_list() if numbers else []
    channels = await by_ids(Channel, (row["channel_id"] for row in rows))
    return _Known(
        form=form,
        forms={one.number: one for one in forms},
        drafts={one.message_id: one for one in drafts.values()},
        samples={one.message_id: one for one in samples.values()},
        guide=await read_tone_guide(),
        brands={one: channel.brand_id for one, channel in channels.items()},
    )


def _judged(known: _Known, row: Raw, spoken: Sequence[Evidence]) -> JudgedReply:
    evidence = [
        *_of_sample(known, known.samples.get(row["_id"])),
        *_of_draft(known.drafts.get(row["_id"])),
        *spoken,
        _of_conduct(row["body"], known.guide, known.brands.get(row["channel_id"])),
    ]
    return JudgedReply(
        message_id=row["_id"],
        case_id=row["case_id"],
        channel_id=row["channel_id"],
        author_id=row["author_id"],
        at=row["created_at"],
        evidence=evidence,
        score=score_of(known.form, evidence),
    )


def _of_sample(known: _Known, sample: SampledReply | None) -> Iterator[Evidence]:
    if sample is None or sample.verdict is None:
        return
    form = known.forms.get(sample.form_number) if sample.form_number is not None else None
    if form is None or not sample.marks:
        is_good = sample.verdict is SampleVerdict.GOOD
        yield Evidence(
            QualityEvidence.REVIEW, float(is_good), f"A reviewer said that it {'was good' if is_good else 'needs work'}."
        )
        return
    worths = [worth_of(form, marks) for marks in (sample.marks, *([sample.second.marks] if sample.second else []))]
    who = "Two reviewers" if len(worths) > 1 else "A reviewer"
    yield Evidence(
        QualityEvidence.REVIEW, sum(worths) / len(worths), f"{who} marked it by version {form.number} of the quality form."
    )


def _of_draft(review: DraftReview | None) -> Iterator[Evidence]:
    if review is None or review.status is not DraftReviewStatus.APPROVED:
        return
    if review.edited:
        yield Evidence(QualityEvidence.DRAFT, _EDITED, "A mentor changed its words before it left.")
    elif review.returns:
        value = 1 / (1 + review.returns)
        yield Evidence(QualityEvidence.DRAFT, value, f"A mentor gave it back {review.returns} times before it left.")
    else:
        yield Evidence(QualityEvidence.DRAFT, 1.0, "A mentor let it leave as it was written.")


def _of_conduct(body: str, guide: ToneGuide, brand_id: str | None) -> Evidence:
    advice = advice_on(body, guide, brand_id=brand_id)
    if not advice:
        return Evidence(QualityEvidence.CONDUCT, 1.0, "The conduct check has nothing to say of its words.")
    gravest = min(advice, key=lambda one: _CONDUCT[one.severity])
    return Evidence(QualityEvidence.CONDUCT, _CONDUCT[gravest.severity], gravest.reason)


def _of_cycles(case: Raw, replies: Sequence[Raw]) -> Iterator[tuple[str, list[Evidence]]]:
    """Say of the last reply of each cycle that was judged what the customer said, and whether the case came back."""
    cycles = case["cycles"]
    for place, cycle in enumerate(cycles):
        until = cycle.get("ended_at")
        outcome = CycleOutcome(cycle["outcome"]) if cycle.get("outcome") else None
        said = [row for row in replies if cycle["started_at"] <= row["created_at"] and until and row["created_at"] <= until]
        if outcome is None or not said:
            continue
        is_last, evidence = place + 1 == len(cycles), list(_of_outcome(outcome))
        if outcome in JUDGED and not is_last:
            evidence.append(Evidence(QualityEvidence.REOPENING, 0.0, "The case came back after it was settled."))
        elif outcome in JUDGED and case["status"] == CaseStatus.CLOSED.value and case.get("merge") is None:
            evidence.append(Evidence(QualityEvidence.REOPENING, 1.0, "The case was closed and did not come back."))
        yield said[-1]["_id"], evidence


def _of_outcome(outcome: CycleOutcome) -> Iterator[Evidence]:
    if outcome is CycleOutcome.SATISFIED:
        yield Evidence(QualityEvidence.CUSTOMER, 1.0, "The customer said that it helped.")
    elif outcome is CycleOutcome.UNSATISFIED:
        yield Evidence(QualityEvidence.CUSTOMER, 0.0, "The customer said that it did not help.")
