"""Every document that clients rely on validates and runs as written; those that are not served yet are listed."""

import pytest
from graphql import build_schema, parse, validate

from schema.execution.guarded import GuardedSchema
from tests.contract.documents import documents, smallest_schema
from tests.schema.staff.runs import (  # noqa: F401 - each puts its runs on the list
    blog,
    cases,
    coaching,
    community,
    customers,
    practice,
    reports,
    search,
    shifts,
    viewer,
    wiki,
)
from tests.schema.staff.runs.registry import RUNS
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import make_world

NOT_YET = {
    "Limits",
}
"""What later issues serve."""

CONTRACT = documents("staff")


@pytest.mark.parametrize("name", sorted(CONTRACT))
def test_document_validates_exactly_when_it_is_served(name: str, schema: GuardedSchema) -> None:
    errors = validate(schema._schema, parse(CONTRACT[name]))
    assert bool(errors) is (name in NOT_YET), errors


def test_every_served_document_is_run() -> None:
    assert sorted(RUNS) == sorted(set(CONTRACT) - NOT_YET)


@pytest.mark.parametrize("name", sorted(RUNS))
async def test_document_runs(name: str, staff: Staff) -> None:
    await RUNS[name](staff, await make_world())


def test_what_the_smallest_schema_binds_is_kept(schema: GuardedSchema) -> None:
    smallest, ours = build_schema(smallest_schema("staff")), build_schema(schema.as_str())
    differences = []
    for name, kind in smallest.type_map.items():
        mine = ours.type_map.get(name)
        if mine is None or name.startswith("__"):
            continue
        for field, bound in getattr(kind, "fields", {}).items():
            kept = mine.fields.get(field)  # type: ignore[attr-defined]
            if kept is not None and str(kept.type) != str(bound.type):
                differences.append(f"{name}.{field}: {kept.type} instead of {bound.type}")
            if kept is None and name.endswith(("Input", "Filter", "Comparator", "Order")):
                differences.append(f"{name}.{field} is missing")
        differences += [f"{name}.{value} is missing" for value in getattr(kind, "values", {}) if value not in mine.values]  # type: ignore[attr-defined]
    assert differences == []
