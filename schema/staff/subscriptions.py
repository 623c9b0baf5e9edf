"""What can be listened to."""

from collections.abc import AsyncGenerator, Callable
from typing import Annotated, Final

import strawberry

from care.documents.channels import Environment
from core.errors import InvalidInput
from core.events import StoredEvent
from core.ids import prefix_of
from schema.context import Info
from schema.staff.enums import EventTopic
from schema.staff.events import Event, changes
from schema.staff.reach import require_staff

_FOLLOWED: Final = {
    "case": EventTopic.CASE,
    "ide": EventTopic.IDEAS,
    "pst": EventTopic.POSTS,
    "qst": EventTopic.QUESTION,
    "wik": EventTopic.WIKI,
}


def _listen(info: Info, topic: EventTopic, wanted: Callable[[StoredEvent], bool]) -> AsyncGenerator[Event, None]:
    """Start where the events stand now, so that what happens before the first read is not lost."""
    require_staff(info)
    return changes(info.context, info.context.tail.head, topic, wanted)


@strawberry.type(description="What can be listened to.")
class Subscription:
    """What can be listened to."""

    @strawberry.subscription(description="Cases that came, changed or left the viewer's sight; LIVE ones.")
    def inbox_changed(self, info: Info) -> AsyncGenerator[Event, None]:
        """Listen to the list of cases."""
        return _listen(info, EventTopic.INBOX, lambda event: event.facts.get("environment") != Environment.PRACTICE.value)

    @strawberry.subscription(description="What the viewer is told.")
    def notification_received(self, info: Info) -> AsyncGenerator[Event, None]:
        """Listen to the viewer's notifications."""
        member_id = info.context.actor.member_id
        return _listen(
            info,
            EventTopic.NOTIFICATIONS,
            lambda event: event.facts.get("recipient_id") == member_id and prefix_of(event.node) == "ntf",
        )

    @strawberry.subscription(
        description="What changes of what the viewer is told: notifications, their groups, and how far the viewer has read."
    )
    def notifications_changed(self, info: Info) -> AsyncGenerator[Event, None]:
        """Listen to all of it."""
        member_id = info.context.actor.member_id

        def own(event: StoredEvent) -> bool:
            return member_id is not None and member_id in {event.facts.get("recipient_id"), event.facts.get("member_id")}

        return _listen(info, EventTopic.NOTIFICATIONS, own)

    @strawberry.subscription(description="Replies that wait for a mentor: the viewer's own, and theirs to decide.")
    def draft_reviews_changed(self, info: Info) -> AsyncGenerator[Event, None]:
        """Listen to draft reviews."""
        return _listen(info, EventTopic.DRAFT_REVIEWS, lambda event: event.facts.get("environment") != Environment.PRACTICE.value)

    @strawberry.subscription(description="Insights that were written down, changed, shown by more, or moved on.")
    def insights_changed(self, info: Info) -> AsyncGenerator[Event, None]:
        """Listen to insights."""
        return _listen(info, EventTopic.INSIGHTS, lambda _: True)

    @strawberry.subscription(description="Posts of the blog that appeared, changed or left the viewer's sight, and own drafts.")
    def posts_changed(self, info: Info) -> AsyncGenerator[Event, None]:
        """Listen to the blog."""
        return _listen(info, EventTopic.POSTS, lambda _: True)

    @strawberry.subscription(description="Ideas that came, were voted for, answered or moved.")
    def ideas_changed(self, info: Info) -> AsyncGenerator[Event, None]:
        """Listen to ideas."""
        return _listen(info, EventTopic.IDEAS, lambda _: True)

    @strawberry.subscription(description="Pages of the wiki that were written, changed, moved or verified.")
    def wiki_changed(self, info: Info) -> AsyncGenerator[Event, None]:
        """Listen to the wiki."""
        return _listen(info, EventTopic.WIKI, lambda _: True)

    @strawberry.subscription(
        description="What happens to one case, question, page, post or idea, with everything that belongs to it."
    )
    def node_changed(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id of the object.")]
    ) -> AsyncGenerator[Event, None]:
        """Listen to one object."""
        topic = _FOLLOWED.get(prefix_of(id))
        if topic is None:
            raise InvalidInput("Only a case, question, page, post or idea can be listened to; give the id of one.", path=("id",))
        return _listen(info, topic, lambda event: event.node == id)
