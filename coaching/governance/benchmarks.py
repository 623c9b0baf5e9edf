"""Benchmarks: what others measured, with its source, beside the company's own figure where the product counts it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor, Permission
from care.reports.ranges import ReportRange
from care.reports.responses import ResponseGroup, response_report
from coaching.governance.benchmark_documents import Benchmark, BenchmarkMeasure, BenchmarkUnit
from coaching.governance.events import BenchmarkChanged
from coaching.governance.policies import may_govern
from community.creation import insert_once, made_before
from community.drafts import Remark, Title, may_be_id, text
from core.clock import now
from core.errors import InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Order, Slice, Window, count, read_slice
from core.records import by_ids, change
from core.text.addresses import WebAddress

M, U = BenchmarkMeasure, BenchmarkUnit
BY_TITLE: Final = Order((("title", 1),))
LOOKED_BACK: Final = timedelta(days=30)
_IN_USE: Final[dict[str, bool]] = {"archived": False}
_LESS_IS_BETTER: Final = frozenset({M.FIRST_RESPONSE_MEDIAN, M.FIRST_RESPONSE_P90, M.REOPENED_SHARE})
_SPANS: Final = {U.MINUTES: 60, U.HOURS: 3_600}
_TIMES: Final[dict[BenchmarkMeasure, Callable[[ResponseGroup], int | None]]] = {
    M.FIRST_RESPONSE_MEDIAN: lambda group: group.first_response.median_seconds,
    M.FIRST_RESPONSE_P90: lambda group: group.first_response.p90_seconds,
}
_SHARES: Final[dict[BenchmarkMeasure, Callable[[ResponseGroup], float | None]]] = {
    M.WITHIN_TARGET_SHARE: lambda group: group.within_target_share,
    M.SATISFIED_SHARE: lambda group: group.satisfied_share,
    M.REOPENED_SHARE: lambda group: group.reopened_share,
}

Value = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Line = Annotated[str, text(2, 500, lines="one")]


class BenchmarkDraft(BaseModel):
    """What others measured, and where that stands written."""

    title: Title
    measure: BenchmarkMeasure = BenchmarkMeasure.OTHER
    unit: BenchmarkUnit
    low: Value
    high: Value | None = None
    industry: Annotated[str, text(2, 100, lines="one")] | None = None
    source: Line
    source_url: WebAddress | None = None
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    note: Remark | None = None


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """What the company comes to in the unit of a benchmark, and whether that is as good; None of no cases."""

    value: float
    case_count: int
    is_as_good: bool


async def create_benchmark(actor: Actor, draft: BenchmarkDraft, *, once: Once) -> Benchmark:
    """Put a benchmark down.

    Raises Forbidden without `governance:manage`, InvalidInput for a range that ends below its beginning and for a unit in which
    the measure is not counted, IdempotencyMismatch.
    """
    may_govern(actor).enforce()
    identifier = once.identifier("bmk")
    if (before := await made_before(Benchmark, identifier, once)) is not None:
        return before
    benchmark = new_benchmark(identifier, draft, by=actor.id)
    benchmark.fingerprint = once.fingerprint
    return await insert_once(benchmark, once)


def new_benchmark(identifier: str, draft: BenchmarkDraft, *, by: str) -> Benchmark:
    """Make a benchmark that is not stored yet; InvalidInput for what does not fit together."""
    high = draft.low if draft.high is None else draft.high
    if high < draft.low:
        raise InvalidInput("A range ends above its beginning.", path=("high",))
    allowed = set(_SPANS) if draft.measure in _TIMES else {U.PERCENT} if draft.measure in _SHARES else set(U)
    if draft.unit not in allowed:
        names = " or ".join(sorted(one.value for one in allowed))
        raise InvalidInput(f"{draft.measure.value} is counted in {names}.", path=("unit",))
    benchmark = Benchmark(id=identifier, created_at=now(), **{**draft.model_dump(), "high": high})
    benchmark.record(BenchmarkChanged(benchmark_id=identifier), actor=by)
    return benchmark


async def archive_benchmark(actor: Actor, benchmark_id: str, *, expected_version: int) -> Benchmark:
    """Compare with a benchmark no longer; newer figures are put down anew. Raises NotFound, Forbidden, Conflict."""
    may_govern(actor).enforce()
    benchmark = await require_benchmark(actor, benchmark_id)

    def rule(current: Benchmark) -> None:
        current.archived = True
        current.record(BenchmarkChanged(benchmark_id=current.id), actor=actor.id)

    return await change(benchmark, rule, expected_version=expected_version)


async def own_figures(actor: Actor, benchmark_ids: Sequence[str]) -> dict[str, OwnFigure]:
    """Give what the company came to in the last thirty days, for who may read reports; none where nothing is counted."""
    if not actor.may(Permission.REPORT_READ):
        return {}
    found = await benchmarks_by_ids(actor, benchmark_ids)
    if all(one.measure is M.OTHER for one in found.values()):
        return {}
    at = now()
    report = await response_report(actor, ReportRange.checked(at - LOOKED_BACK, at))
    group = report.groups[0] if report.groups else None
    figures = {key: _figure(one, group) for key, one in found.items()} if group is not None else {}
    return {key: figure for key, figure in figures.items() if figure is not None}


def _figure(benchmark: Benchmark, group: ResponseGroup) -> OwnFigure | None:
    value: float | None = None
    if benchmark.measure in _TIMES:
        seconds = _TIMES[benchmark.measure](group)
        value = None if seconds is None else seconds / _SPANS[benchmark.unit]
    elif benchmark.measure in _SHARES:
        part = _SHARES[benchmark.measure](group)
        value = None if part is None else part * 100
    if value is None:
        return None
    good = value <= benchmark.high if benchmark.measure in _LESS_IS_BETTER else value >= benchmark.low
    return OwnFigure(round(value, 2), group.case_count, good)


async def benchmarks_by_ids(actor: Actor, benchmark_ids: Sequence[str]) -> dict[str, Benchmark]:
    """Give the benchmarks, for who may read members."""
    if not actor.may(Permission.MEMBER_READ):
        return {}
    return await by_ids(Benchmark, [one for one in benchmark_ids if may_be_id(one, "bmk")])


async def require_benchmark(actor: Actor, benchmark_id: str) -> Benchmark:
    """Give a benchmark; NotFound when there is none for this actor."""
    found = (await benchmarks_by_ids(actor, [benchmark_id])).get(benchmark_id)
    if found is None:
        raise NotFound("There is no such benchmark.", path=("benchmark_id",))
    return found


async def list_benchmarks(actor: Actor, window: Window) -> Slice[Benchmark]:
    """List the benchmarks in use by title; nothing for who may not read members."""
    return await read_slice(Benchmark, _IN_USE, BY_TITLE, window) if actor.may(Permission.MEMBER_READ) else Slice([], [])


async def count_benchmarks(actor: Actor) -> int:
    """Count the same benchmarks."""
    return await count(Benchmark, _IN_USE) if actor.may(Permission.MEMBER_READ) else 0
