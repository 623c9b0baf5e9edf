"""Reviews of replies by mentors, as far as cases and viewers name them."""

from datetime import datetime

import strawberry

from schema.connections import later
from schema.nodes import Node
from schema.staff.enums import DraftReviewStatus
from schema.staff.members import Member
from schema.staff.messages import Message


@strawberry.type(description="A reply that a mentor looks at before it leaves. Nothing gives one before coaching is there.")
class DraftReview(Node):
    """A reply that a mentor looks at before it leaves."""

    status: DraftReviewStatus = strawberry.field(description="Where it stands.")
    submitted_at: datetime = strawberry.field(description="When it was handed in.")
    supersede_at: datetime | None = strawberry.field(description="When somebody else may answer instead.")
    body: str = strawberry.field(description="The text of the reply, in Markdown.")
    body_html: str = strawberry.field(description="The text as HTML that is safe to show.")
    feedback: str | None = strawberry.field(description="What the mentor says of it.")
    author: Member = strawberry.field(description="Who wrote the reply.")
    case: object = strawberry.field(description="What it answers.", graphql_type=later("schema.staff.cases", "Case"))
    message: Message | None = strawberry.field(description="The reply as it is held or was sent.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")
    viewer_can_review: bool = strawberry.field(description="Whether the viewer can decide on it.")
