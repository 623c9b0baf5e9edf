"""An outsider who asks for everything in every way finds nothing of a secret space: not a text, not an id, not a count."""

from typing import Any

import orjson
import pytest

from schema.staff.enums import EventTopic
from tests.client import JSON, Client
from tests.journeys.conftest import World
from tests.journeys.crafting import operations, schema_of, selection
from tests.journeys.secrets import CANARY, MEMBER, Hidden, hide
from tests.journeys.story import Story, begin
from tests.journeys.test_permissions import everything

pytestmark = pytest.mark.slow

WORDS = (CANARY, "kargo", "depo", "")


def asked_of_lists(story: Story, cursor: str) -> list[tuple[str, dict[str, Any]]]:
    """Give every query that needs no argument, and every one that searches, with words of the space."""
    found: list[tuple[str, dict[str, Any]]] = [(EVENTS, {"cursor": cursor})]
    for operation in operations("staff", "query", 3).values():
        texts = [name for name in operation.arguments if name in {"query", "text", "title", "path", "slug"}]
        if texts:
            found += [(operation.document, dict.fromkeys(texts, word or "x")) for word in WORDS]
        elif operation.name not in {"node", "nodes", "eventsSince"}:
            found.append((operation.document, {"first": 100} if "first" in operation.arguments else {}))
    return found


EVENTS = "query($cursor: String!) { eventsSince(cursor: $cursor, first: 100) { nodes { nodeId topic node { id } } } }"


def asked_of_nodes(ids: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Give what selects everything of every kind of node, for all ids that are in the store."""
    schema = schema_of("staff")
    node = schema.get_type("Node")
    kinds = [kind.name for kind in schema.get_possible_types(node)]  # type: ignore[arg-type]  # it is an interface
    documents = [f"query($ids: [ID!]!) {{ nodes(ids: $ids){selection(schema, node, 3, kind)} }}" for kind in kinds]
    return [(document, {"ids": ids[start : start + 100]}) for document in documents for start in range(0, len(ids), 100)]


async def answers(client: Client, asked: list[tuple[str, dict[str, Any]]]) -> list[bytes]:
    """Give the raw answers, also those that refuse."""
    found = []
    async with client.http() as http:
        for document, variables in asked:
            body = orjson.dumps({"query": document, "variables": variables})
            response = await http.post(client.path, content=body, headers=JSON)
            found.append(response.content)
    return found


def told(answer: bytes, hidden: Hidden, asked: dict[str, Any]) -> list[str]:
    """List what an answer tells of the space beyond what was asked with."""
    text = answer.decode()
    said = [CANARY] if CANARY in text and CANARY not in orjson.dumps(asked).decode() else []
    return said + [one for one in hidden.ids if one in text and one not in orjson.dumps(asked).decode()]


async def test_outsider_finds_nothing_of_a_secret_space(world: World) -> None:
    story = await begin(world)
    cursor = (await story.client("admin").execute("{ viewer { eventCursor } }"))["viewer"]["eventCursor"]
    hidden = await hide(story)
    ids = sorted({*await everything(story), *hidden.ids})
    lists = asked_of_lists(story, cursor)

    inside = await answers(story.client(MEMBER), lists)

    assert sum(CANARY.encode() in answer for answer in inside) > 5
    assert hidden.space.id.encode() in b"".join(inside)
    assert EventTopic.QUESTION.value in b"".join(inside).decode()
    for outsider in ("admin", "agency_in"):
        found = await answers(story.client(outsider), lists)
        assert [said for answer, (_, given) in zip(found, lists, strict=True) if (said := told(answer, hidden, given))] == []
    for document in asked_of_nodes(ids):  # large ones: whoever asks next finds them read
        for outsider in ("admin", "agency_in"):
            (answer,) = await answers(story.client(outsider), [document])
            assert CANARY.encode() not in answer
            assert not any(one.encode() in answer for one in hidden.ids)


async def test_customers_and_the_public_find_nothing_of_it_either(world: World) -> None:
    story = await begin(world)
    hidden = await hide(story)
    asked = [
        (operation.document, {"query": word} if "query" in operation.arguments else {})
        for operation in operations("portal", "query", 4).values()
        for word in WORDS
        if "query" in operation.arguments or not operation.arguments
    ]
    for caller in ("ayse", "anonymous"):
        found = await answers(story.portal(caller), asked)
        assert [answer for answer, (_, given) in zip(found, asked, strict=True) if told(answer, hidden, given)] == []
