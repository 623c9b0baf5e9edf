"""Whom to suggest while somebody types a mention."""

from typing import Annotated

import strawberry

from community.mentions import MOST_SUGGESTED, suggest_mentions
from schema.context import Info
from schema.directives import list_size
from schema.staff.members import Member
from schema.staff.reach import require_staff

_PREFIX = strawberry.argument(description="What was typed so far of a handle or of a name, with or without `@`.")
_NEAR = strawberry.argument(
    description="The id of what is written on, or of the space that is written in: nobody is suggested who may not read there."
)


@strawberry.type
class MentionQueries:
    """Mentions."""

    @strawberry.field(
        description="Members whose handle, or a word of whose name, begins so, whatever the case and the accents; "
        "those whose handle does come first. Nobody for what is not typed yet.",
        directives=list_size(MOST_SUGGESTED),
    )
    async def mention_suggestions(
        self, info: Info, prefix: Annotated[str, _PREFIX], near_id: Annotated[strawberry.ID | None, _NEAR] = None
    ) -> list[Member]:
        """Suggest members."""
        require_staff(info)
        found = await suggest_mentions(info.context.actor, prefix, near_id)
        return [Member.from_document(member) for member in found]
