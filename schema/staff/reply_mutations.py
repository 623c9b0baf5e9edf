"""Replies before they leave: taken back, moved to another time, kept while they are written."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from care.saved_drafts import UnsentDraft, discard_draft, save_draft
from care.waiting_replies import reschedule_reply, undo_reply
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, given, required, values_of
from schema.staff.cases import Case
from schema.staff.messages import Conversation, Message, said
from schema.staff.saved_drafts import SavedDraft


@strawberry.input(description="Which reply to take back.")
class UndoReplyInput:
    """Which reply to take back."""

    message_id: strawberry.ID = required("The id of the message.")


@strawberry.type(description="The answer of `undoReply`.")
class UndoReplyPayload(Payload):
    """The answer of `undoReply`."""

    body: str | None = changed("What it said, to go on writing.")
    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="Which reply is to leave when.")
class RescheduleReplyInput:
    """Which reply is to leave when."""

    message_id: strawberry.ID = required("The id of the message.")
    send_at: datetime | None = given("When it is to leave, at most a year away; null or absent: now.")
    expected_version: int = required("The `version` of the case that you saw; another one now means that somebody was first.")


@strawberry.type(description="The answer of `rescheduleReply`.")
class RescheduleReplyPayload(Payload):
    """The answer of `rescheduleReply`."""

    written: ClassVar[str | None] = "case"

    message: Message | None = changed("The reply as it is now.")
    case: Case | None = changed("The case as it is now.")


@strawberry.input(description="What was written so far.")
class SaveDraftInput:
    """What was written so far."""

    case_id: strawberry.ID = required("The id of the case.")
    conversation_id: strawberry.ID = required("The id of the case's conversation in which it is written.")
    body: str = required("The words so far, in Markdown.")
    seen_version: int | None = given(
        "The `version` of the draft that you saw, to notice that another window saved since; absent: the last one wins."
    )


@strawberry.type(description="The answer of `saveDraft`.")
class SaveDraftPayload(Payload):
    """The answer of `saveDraft`."""

    written: ClassVar[str | None] = "draft"

    draft: SavedDraft | None = changed("The draft as it is kept.")


@strawberry.input(description="Which draft to throw away.")
class DiscardDraftInput:
    """Which draft to throw away."""

    conversation_id: strawberry.ID = required("The id of the conversation in which it was written.")


@strawberry.type(description="The answer of `discardDraft`.")
class DiscardDraftPayload(Payload):
    """The answer of `discardDraft`."""

    conversation: Conversation | None = changed("The conversation, without a draft of the viewer's.")


@strawberry.type
class ReplyMutations:
    """What can be done to replies before they leave."""

    @mutation(
        UndoReplyPayload,
        description="Takes a reply back before it leaves: an `undoable` one within 15 s, a scheduled one until its time, a held "
        "one until its release. UNDO_EXPIRED once it left.",
    )
    async def undo_reply(self, info: Info, input: Annotated[UndoReplyInput, INPUT]) -> object:
        """Take a reply back."""
        undone = await undo_reply(info.context.actor, input.message_id)
        return UndoReplyPayload(body=undone.message.body, case=Case.from_document(undone.case))

    @mutation(
        RescheduleReplyPayload, description="Lets a scheduled reply leave at another time, or now. UNDO_EXPIRED once it left."
    )
    async def reschedule_reply(self, info: Info, input: Annotated[RescheduleReplyInput, INPUT]) -> object:
        """Move a reply to another time."""
        send_at, version = input.send_at or None, input.expected_version
        moving = reschedule_reply(info.context.actor, input.message_id, send_at, expected_version=version)
        reply = await said(info, moving)
        return RescheduleReplyPayload(message=Message.from_document(reply.message), case=Case.from_document(reply.case))

    @mutation(
        SaveDraftPayload,
        description="Keeps what the viewer has written so far, one draft a conversation. The same words again change nothing; "
        "wait for a pause in typing before you send it.",
    )
    async def save_draft(self, info: Info, input: Annotated[SaveDraftInput, INPUT]) -> object:
        """Keep a draft."""
        draft = parse(UnsentDraft, **values_of(input, "seen_version"))
        version = None if input.seen_version is strawberry.UNSET else input.seen_version
        saved = await save_draft(info.context.actor, draft, seen_version=version)
        return SaveDraftPayload(draft=SavedDraft.from_document(saved))

    @mutation(DiscardDraftPayload, description="Throws the viewer's draft in a conversation away; sending does it by itself.")
    async def discard_draft(self, info: Info, input: Annotated[DiscardDraftInput, INPUT]) -> object:
        """Throw a draft away."""
        found = await discard_draft(info.context.actor, input.conversation_id)
        return DiscardDraftPayload(conversation=Conversation.from_document(found))
