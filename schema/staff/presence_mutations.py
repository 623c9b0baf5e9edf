"""Being seen at a case."""

from typing import Annotated

import strawberry

from care.presence import PresenceDraft, set_presence
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, given, required, values_of
from schema.staff.cases import Case
from schema.staff.presence import PresenceActivity


@strawberry.input(description="What the viewer does at a case.")
class SetPresenceInput:
    """What the viewer does at a case."""

    case_id: strawberry.ID = required("The id of the case.")
    activity: PresenceActivity | None = given("What they do; null or absent: they left it.")


@strawberry.type(description="The answer of `setPresence`.")
class SetPresencePayload(Payload):
    """The answer of `setPresence`."""

    case: Case | None = changed("The case, with who is at it now.")


@strawberry.type
class PresenceMutations:
    """What is done to be seen."""

    @mutation(
        SetPresencePayload,
        description="Says what the viewer does at a case; it counts for 45 seconds, so say it every 20 while it is so. It sets "
        "and takes no version: the last word of a viewer's windows holds.",
    )
    async def set_presence(self, info: Info, input: Annotated[SetPresenceInput, INPUT]) -> object:
        """Be seen."""
        case = await set_presence(info.context.actor, parse(PresenceDraft, **values_of(input)))
        return SetPresencePayload(case=Case.from_document(case))
