"""Looking at a reply before it is sent."""

from typing import Annotated

import strawberry

from care.personalisation import preview_reply
from core.text.markdown import render
from schema.context import Info
from schema.staff.reply_sources import SourceIds, sources_of


@strawberry.type(description="A reply as its customer would read it.")
class ReplyPreview:
    """A reply as its customer would read it."""

    body: str = strawberry.field(description="The text with its variables filled, in Markdown.")

    @strawberry.field(description="The same as HTML that is safe to show.")
    def body_html(self) -> str:
        """Render the text."""
        return render(self.body)


@strawberry.type(description="What can be looked at before it is sent.")
class PreviewQueries:
    """What can be looked at before it is sent."""

    @strawberry.field(
        description="A reply with its variables filled: `{{customer.name}}`, `{{customer.firstName}}`, `{{case.number}}`, "
        "`{{member.name}}`, `{{reply.experts}}` (who stands behind the sources) and tracked links such as "
        "`{{link.3f9c0ab1d2e4}}`. Replies are filled in the same way when they are written; nothing is stored here."
    )
    async def preview_reply(
        self,
        info: Info,
        case_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the case.")],
        body: Annotated[str, strawberry.argument(description="The text, in Markdown.")],
        source_ids: SourceIds = None,
    ) -> ReplyPreview:
        """Fill the variables."""
        return ReplyPreview(body=await preview_reply(info.context.actor, case_id, body, sources_of(source_ids)))
