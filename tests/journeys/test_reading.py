"""Who reads what, as a table: every query and every kind of object by caller; what has no row there fails."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import get_named_type, is_leaf_type

from tests.client import JSON, Client
from tests.journeys.conftest import World
from tests.journeys.crafting import Operation, operations, schema_of
from tests.journeys.story import Story, begin
from tests.journeys.test_hostile import cursors_of, start_of
from tests.journeys.test_permissions import CALLERS, everything, fill

pytestmark = pytest.mark.slow

TABLE = Path(__file__).parent / "reading.txt"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"

UNSEEN = {"BlogRevision", "CustomerMerge", "Mention", "StagedUpload"}
"""Kinds of which the story has none that `node` finds: they are read as parts of others, or by who made them alone."""


def table() -> dict[str, dict[str, str]]:
    """Read the checked-in table: by query or kind of object, what each caller is shown."""
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[0] == ["what", *CALLERS]
    return {line[0]: dict(zip(CALLERS, line[1:], strict=True)) for line in lines[1:]}


def kinds() -> set[str]:
    """Give the kinds of objects that have an id."""
    schema = schema_of("staff")
    return {kind.name for kind in schema.get_possible_types(schema.get_type("Node"))}  # type: ignore[arg-type]  # it is an interface


async def ask(client: Client, document: str, variables: dict[str, Any]) -> Any:
    """Give the data, or what refused it as a word."""
    async with client.http() as http:
        response = await http.post(client.path, content=orjson.dumps({"query": document, "variables": variables}), headers=JSON)
    if response.status_code == 401:
        return "401"
    answer = response.json()
    if "errors" in answer:
        return "+".join(sorted({error["extensions"]["code"] for error in answer["errors"]}))
    return answer["data"]


def shortly(operation: Operation) -> str:
    """Ask for no more than what tells whether anything is shown."""
    head, _ = operation.document.split(f" {{ {operation.name}", 1)
    passed = ", ".join(f"{one}: ${one}" for one in operation.arguments)
    kind = get_named_type(schema_of("staff").query_type.fields[operation.name].type)  # type: ignore[union-attr]  # there is one
    fields = getattr(kind, "fields", {})
    shown = "{ nodes { __typename } }" if "nodes" in fields else "" if is_leaf_type(kind) else "{ __typename }"
    return f"{head} {{ {operation.name}{f'({passed})' if passed else ''} {shown} }}"


def word(data: Any, name: str) -> str:
    """Say in a word what a query showed."""
    if isinstance(data, str):
        return data
    shown = data[name]
    rows = shown.get("nodes", shown) if isinstance(shown, dict) else shown
    return "null" if shown is None else "empty" if isinstance(rows, list) and not any(rows) else "yes"


async def queries(story: Story) -> dict[str, dict[str, str]]:
    """Ask every query as every caller."""
    cursors, found = await cursors_of(story), {}
    for name, operation in operations("staff", "query", 1).items():
        given = await start_of(story, operation, cursors)
        document = shortly(operation)
        found[name] = {caller: word(await ask(story.client(caller), document, given), name) for caller in CALLERS}
    return found


async def objects(story: Story) -> dict[str, dict[str, str]]:
    """Ask for every object as every caller, and say by kind whether all of them, some or none were shown."""
    ids, shown = await everything(story), dict[str, dict[str, str]]()
    for caller in CALLERS:
        shown[caller] = {}
        for start in range(0, len(ids), 100):
            data = await ask(story.client(caller), NODES, {"ids": ids[start : start + 100]})
            rows = [] if isinstance(data, str) else [row for row in data["nodes"] if row is not None]
            shown[caller] |= {row["id"]: row["__typename"] for row in rows}
    every = {identifier: kind for rows in shown.values() for identifier, kind in rows.items()}
    found = {}
    for kind in sorted(set(every.values())):
        of_kind = {identifier for identifier, one in every.items() if one == kind}
        found[kind] = {caller: _share(of_kind & rows.keys(), of_kind) for caller, rows in shown.items()}
    return found


def _share(seen: set[str], there: set[str]) -> str:
    return "none" if not seen else "all" if seen == there else "some"


async def test_every_query_and_every_kind_of_object_is_shown_to_whom_the_table_says(world: World) -> None:
    story = await begin(world)
    world.tokens["customer"] = world.tokens["ayse"]
    await fill(story)

    found = {**await queries(story), **await objects(story)}

    expected = table()
    assert set(expected) == set(found) == set(operations("staff", "query")) | kinds() - UNSEEN
    wrong = {(what, who): seen for what, row in found.items() for who, seen in row.items() if expected[what][who] != seen}
    assert wrong == {}
