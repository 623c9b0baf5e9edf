"""The benchmark library: what others measured, beside the company's own figure."""

from typing import Annotated, ClassVar, Self

import strawberry

from coaching.governance.benchmark_documents import Benchmark as Document
from coaching.governance.benchmark_documents import BenchmarkMeasure, BenchmarkUnit
from coaching.governance.benchmarks import (
    LOOKED_BACK,
    BenchmarkDraft,
    archive_benchmark,
    count_benchmarks,
    create_benchmark,
    list_benchmarks,
    own_figures,
)
from coaching.governance.references import adopt_references
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages

told(
    BenchmarkMeasure,
    "What is compared.",
    FIRST_RESPONSE_MEDIAN="The median time until the first answer, in MINUTES or HOURS; less is better.",
    FIRST_RESPONSE_P90="The time within which nine of ten were answered first, in MINUTES or HOURS; less is better.",
    WITHIN_TARGET_SHARE="The part that was answered in time, in PERCENT.",
    SATISFIED_SHARE="The part whose customer said that it helped, in PERCENT.",
    REOPENED_SHARE="The part that needed a further cycle, in PERCENT; less is better.",
    OTHER="Something that Köprü does not count.",
)
told(
    BenchmarkUnit,
    "In what a benchmark is measured.",
    MINUTES="Minutes.",
    HOURS="Hours.",
    PERCENT="Percent, 0 to 100.",
    NUMBER="A plain number.",
)
_TITLE = "What it is called."
_LOW = "The value, or where the range begins."
_SOURCE = "Where it stands written."
_URL = "Its address on the web"
_YEAR = "Of which year it is"
_INDUSTRY = "Of which industry"
_NOTE = "What to know of it"


@strawberry.type(description=f"What the company came to in the last {LOOKED_BACK.days} days, from its own cases.")
class OwnFigure:
    """What the company came to."""

    value: float = strawberry.field(description="The value, in the unit of the benchmark.")
    case_count: int = strawberry.field(description="How many cases were opened in that time.")
    is_as_good: bool = strawberry.field(description="Whether it is within the benchmark, or better.")


@strawberry.type(description="A value, or a range of values, that others measured or ask for.")
class Benchmark(Node):
    """A value, or a range of values, that others measured or ask for."""

    title: str = strawberry.field(description=_TITLE)
    measure: BenchmarkMeasure = strawberry.field(description="What of the company's it is compared with.")
    unit: BenchmarkUnit = strawberry.field(description="In what it is measured.")
    low: float = strawberry.field(description=_LOW)
    high: float = strawberry.field(description="Where the range ends; the same as `low` for one value.")
    industry: str | None = strawberry.field(description=f"{_INDUSTRY}; null for all.")
    source: str = strawberry.field(description=_SOURCE)
    source_url: str | None = strawberry.field(description=f"{_URL}; null for none.")
    year: int | None = strawberry.field(description=f"{_YEAR}; null where nobody says.")
    note: str | None = strawberry.field(description=f"{_NOTE}; null for nothing.")
    archived: bool = strawberry.field(description="Whether it is compared with no longer.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Show a benchmark."""
        return cls(
            id=strawberry.ID(document.id),
            title=document.title,
            measure=document.measure,
            unit=document.unit,
            low=document.low,
            high=document.high,
            industry=document.industry,
            source=document.source,
            source_url=document.source_url,
            year=document.year,
            note=document.note,
            archived=document.archived,
            version=document.version,
        )

    @strawberry.field(description="The company's own figure; null without `report:read`, and where nothing is counted.")
    async def own_figure(self, info: Info) -> OwnFigure | None:
        """Count, once for all benchmarks of a page."""
        found = await info.context.load(own_figures, self.id)
        if found is None:
            return None
        return OwnFigure(value=found.value, case_count=found.case_count, is_as_good=found.is_as_good)


@strawberry.type
class BenchmarkQueries:
    """What others measured."""

    @paged("Benchmarks in use, by title.", graphql_type=Connection[Benchmark])
    async def benchmarks(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_benchmarks(actor, window), count=lambda: count_benchmarks(actor))


@strawberry.input(description="What others measured, and where that stands written.")
class CreateBenchmarkInput:
    """What others measured."""

    title: str = required("What it is called, 5 to 200 characters.")
    measure: BenchmarkMeasure | None = given("What of the company's it is compared with; absent: OTHER.")
    unit: BenchmarkUnit = required("In what it is measured.")
    low: float = required(_LOW)
    high: float | None = given("Where the range ends; absent: it is one value.")
    industry: str | None = given(f"{_INDUSTRY}; absent: all.")
    source: str = required(_SOURCE)
    source_url: str | None = given(f"{_URL}, of http or https.")
    year: int | None = given(f"{_YEAR}.")
    note: str | None = given(f"{_NOTE}.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createBenchmark`.")
class CreateBenchmarkPayload(Payload):
    """The answer of `createBenchmark`."""

    benchmark: Benchmark | None = changed("The benchmark.")


@strawberry.input(description="Which benchmark is compared with no longer.")
class ArchiveBenchmarkInput:
    """Which benchmark is compared with no longer."""

    benchmark_id: strawberry.ID = required("The id of the benchmark.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveBenchmark`.")
class ArchiveBenchmarkPayload(Payload):
    """The answer of `archiveBenchmark`."""

    written: ClassVar[str | None] = "benchmark"

    benchmark: Benchmark | None = changed()


@strawberry.type(description="The answer of `adoptReferences`.")
class AdoptReferencesPayload(Payload):
    """The answer of `adoptReferences`."""

    benchmark_count: int | None = changed("How many benchmarks were put into the library now.")
    template_count: int | None = changed("How many templates were put into the library now.")


@strawberry.input(description="Which references to adopt.")
class AdoptReferencesInput:
    """Which references to adopt."""

    confirmed: bool = required("True, to put all that Köprü brings along into the libraries, each once.")


@strawberry.type
class BenchmarkMutations:
    """What can be done with benchmarks."""

    @mutation(CreateBenchmarkPayload, description="Puts a benchmark down, for good as it is; needs `governance:manage`.")
    async def create_benchmark(self, info: Info, input: Annotated[CreateBenchmarkInput, INPUT]) -> object:
        """Put a benchmark down."""
        draft = parse(BenchmarkDraft, **values_of(input))
        made = await create_benchmark(info.context.actor, draft, once=once_for(info, "createBenchmark", input))
        return CreateBenchmarkPayload(benchmark=Benchmark.from_document(made))

    @mutation(ArchiveBenchmarkPayload, description="Compares with a benchmark no longer; needs `governance:manage`.")
    async def archive_benchmark(self, info: Info, input: Annotated[ArchiveBenchmarkInput, INPUT]) -> object:
        """Put a benchmark out of use."""
        found = await archive_benchmark(info.context.actor, input.benchmark_id, expected_version=input.expected_version)
        return ArchiveBenchmarkPayload(benchmark=Benchmark.from_document(found))

    @mutation(
        AdoptReferencesPayload,
        description="Puts the benchmarks and templates that Köprü brings along into the libraries; needs `governance:manage`.",
    )
    async def adopt_references(self, info: Info, input: Annotated[AdoptReferencesInput, INPUT]) -> object:
        """Adopt the references."""
        adopted = await adopt_references(info.context.actor, confirmed=input.confirmed)
        return AdoptReferencesPayload(benchmark_count=adopted.benchmark_count, template_count=adopted.template_count)
