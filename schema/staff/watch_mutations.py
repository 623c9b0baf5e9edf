"""Setting how much one is told."""

from typing import Annotated

import strawberry

from community import documents
from community.insights.documents import InsightKind
from community.watching import WatchLevel, set_watch_level
from schema.context import Info
from schema.errors import Payload, mutation
from schema.inputs import INPUT, changed, required
from schema.nodes import Node
from schema.staff.values import Tag


@strawberry.input(description="How much to be told.")
class SetWatchLevelInput:
    """How much to be told."""

    target_id: strawberry.ID = required(
        "The id of the question, page, post, idea, insight, space, tag or department, "
        "or `ink_` and a kind of insights, such as `ink_NEED`."
    )
    level: WatchLevel = required("How much; it is set, never toggled.")


@strawberry.type(description="The answer of `setWatchLevel`.")
class SetWatchLevelPayload(Payload):
    """The answer of `setWatchLevel`."""

    target: Node | None = changed("What is watched; null for a tag and for a kind of insights.")
    tag: Tag | None = changed("The tag that is watched; null for anything else.")
    level: WatchLevel | None = changed("How, from now on.")


@strawberry.type
class WatchMutations:
    """What members do to be told more or less."""

    @mutation(
        SetWatchLevelPayload,
        description="Sets how much of a question, page, post, idea, insight, space, tag or department the viewer is told.",
    )
    async def set_watch_level(self, info: Info, input: Annotated[SetWatchLevelInput, INPUT]) -> object:
        """Set the level."""
        target = await set_watch_level(info.context.actor, input.target_id, input.level)
        info.context.forget()
        if isinstance(target, documents.Tag):
            return SetWatchLevelPayload(tag=Tag.from_document(target), level=input.level)
        if isinstance(target, InsightKind):
            return SetWatchLevelPayload(level=input.level)
        return SetWatchLevelPayload(target=info.context.present(target), level=input.level)
