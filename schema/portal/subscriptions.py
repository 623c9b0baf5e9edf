"""What customers hear of live: their own requests."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from care.events import REQUEST
from care.reading.requests import case_id_of
from schema.context import Info
from schema.live import follow, write_event_cursor
from schema.nodes import Node
from schema.portal.enums import EventTopic
from schema.portal.requests import Request


@strawberry.type(description="That something changed; a hint to look at it again.")
class Event:
    """That something changed."""

    topic: EventTopic = strawberry.field(description="What it is about.")
    cursor: str = strawberry.field(description="Its place among all events; order by it.")
    version: int = strawberry.field(description="The version of the object after it; may repeat.")
    node_id: strawberry.ID = strawberry.field(description="The id of the object.")
    node: Node | None = strawberry.field(description="The object as it is now; null when it left your sight.")


@strawberry.type(description="What customers hear of live.")
class Subscription:
    """What customers hear of live."""

    @strawberry.subscription(description="Hear when one of your requests changes.")
    async def request_changed(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id of the request.")]
    ) -> AsyncGenerator[Event, None]:
        """Follow a request, from now on; nothing is told of one that is not the viewer's."""
        context = info.context
        head = context.tail.head
        if not await _seen(info, id):
            return
        async for event in follow(context, head, lambda event: REQUEST in event.topics and event.node == case_id_of(id)):
            node = await _seen(info, id)
            yield Event(
                topic=EventTopic.REQUEST,
                cursor=write_event_cursor(context.keyring, event.number),
                version=node.version if node is not None else 0,
                node_id=id,
                node=node,
            )


async def _seen(info: Info, identifier: str) -> Request | None:
    found = (await info.context.reach_node(info.context, [identifier]))[0]
    return found if isinstance(found, Request) else None
