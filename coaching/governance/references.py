"""The references that the product brings along: benchmarks from its source texts and templates, put into the libraries once."""

from dataclasses import dataclass
from typing import Final

from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from coaching.governance.benchmark_documents import Benchmark, BenchmarkMeasure, BenchmarkUnit
from coaching.governance.benchmarks import BenchmarkDraft, new_benchmark
from coaching.governance.policies import may_govern
from coaching.governance.reference_texts import TEMPLATES
from community.procedures.template_documents import GuidelineTemplate
from community.procedures.templates import TemplateDraft, new_template
from core.errors import InvalidInput
from core.ids import derived_id
from core.records import save

_SPEED: Final = "Köprü source text S2, on speed, the answer bank and staffing around the clock"
_PROGRAMME: Final = "Köprü source text S3, on programme, governance and learning"
BENCHMARKS: Final = (
    BenchmarkDraft(
        title="First answer in social media, on average",
        measure=BenchmarkMeasure.FIRST_RESPONSE_MEDIAN,
        unit=BenchmarkUnit.MINUTES,
        low=30,
        source=_SPEED,
        note="The text calls it the average time in which a user must get an answer, at midnight too (R73, R86).",
    ),
    BenchmarkDraft(
        title="Wait after which customers revolt",
        measure=BenchmarkMeasure.FIRST_RESPONSE_P90,
        unit=BenchmarkUnit.HOURS,
        low=24,
        source=_SPEED,
        note="What a customer waited whose question was not in the answer bank, while others had answers in half an hour (R75).",
    ),
    BenchmarkDraft(
        title="Firms that name reputation risk",
        unit=BenchmarkUnit.PERCENT,
        low=66.7,
        source=_PROGRAMME,
        note="Two thirds of the firms that were surveyed; the text names neither the survey nor its year (R99).",
    ),
)
LICENCE: Final = "Apache-2.0"
TEMPLATE_SOURCE: Final = "Written for Köprü after its source texts S2 to S4"


@dataclass(frozen=True, slots=True)
class Adopted:
    """How many were put into the libraries now; those that were there before are not counted."""

    benchmark_count: int
    template_count: int


async def adopt_references(actor: Actor, *, confirmed: bool) -> Adopted:
    """Put the references that the product brings along into the libraries, each once.

    Raises Forbidden without `governance:manage`, InvalidInput unless confirmed.
    """
    may_govern(actor).enforce()
    if not confirmed:
        raise InvalidInput("Confirm that the references are to be adopted.", path=("confirmed",))
    benchmarks = [new_benchmark(derived_id("bmk", "reference", one.title), one, by=actor.id) for one in BENCHMARKS]
    templates = [new_template(derived_id("gtp", "reference", draft.title), draft, by=actor.id) for draft in _templates()]
    return Adopted(sum([await _kept(one) for one in benchmarks]), sum([await _kept(one) for one in templates]))


def _templates() -> list[TemplateDraft]:
    return [
        TemplateDraft.model_validate(
            {
                "kind": kind,
                "locale": locale,
                "title": title,
                "sections": [{"key": key, "title": heading, "body": body} for key, (heading, body) in sections.items()],
                "source": TEMPLATE_SOURCE,
                "licence": LICENCE,
            }
        )
        for (kind, locale), (title, sections) in TEMPLATES.items()
    ]


async def _kept(document: Benchmark | GuidelineTemplate) -> bool:
    if await type(document).get(document.id) is not None:
        return False
    try:
        await save(document)
    except DuplicateKeyError:
        return False
    return True
