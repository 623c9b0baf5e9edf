"""Reacting to what somebody wrote, and taking it back."""

from typing import Annotated

import strawberry

from community.reactions import ReactionKind, react, remove_reaction
from schema.context import Info
from schema.errors import Payload, mutation
from schema.inputs import INPUT, changed, required
from schema.staff.contributions import Contribution


@strawberry.input(description="How to react to what.")
class ReactInput:
    """How to react to what."""

    target_id: strawberry.ID = required("The id of the question, answer, remark, page, post or idea.")
    kind: ReactionKind = required("The sign; it is set, never toggled.")


@strawberry.type(description="The answer of `react`.")
class ReactPayload(Payload):
    """The answer of `react`."""

    target: Contribution | None = changed("What was reacted to.")


@strawberry.input(description="Which reaction to take back.")
class RemoveReactionInput:
    """Which reaction to take back."""

    target_id: strawberry.ID = required("The id of the question, answer, remark, page, post or idea.")
    kind: ReactionKind = required("The sign.")


@strawberry.type(description="The answer of `removeReaction`.")
class RemoveReactionPayload(Payload):
    """The answer of `removeReaction`."""

    target: Contribution | None = changed("What was reacted to.")


@strawberry.type
class ReactionMutations:
    """Reacting."""

    @mutation(ReactPayload, description="Reacts to what somebody wrote; doing so again changes nothing.")
    async def react(self, info: Info, input: Annotated[ReactInput, INPUT]) -> object:
        """React."""
        target = await react(info.context.actor, input.target_id, input.kind)
        info.context.forget()
        return ReactPayload(target=info.context.present(target))

    @mutation(RemoveReactionPayload, description="Takes the viewer's reaction back; where there is none nothing changes.")
    async def remove_reaction(self, info: Info, input: Annotated[RemoveReactionInput, INPUT]) -> object:
        """Take a reaction back."""
        target = await remove_reaction(info.context.actor, input.target_id, input.kind)
        info.context.forget()
        return RemoveReactionPayload(target=info.context.present(target))
