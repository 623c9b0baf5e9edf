"""Who is told of reactions: who wrote it, if they want to be."""

from community.events import ReactionAdded
from community.moderation.contents import authors_of, is_shown, root_of, stored
from community.reactions import Reaction
from community.watching import Followed
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    handlers.group("notifications.reactions", start="head").on(ReactionAdded, tell_of_reaction)


async def tell_of_reaction(event: Recorded[ReactionAdded]) -> None:
    """Tell the authors of what was reacted to, but not who reacted, and not of what is taken back or gone."""
    reaction, content = await Reaction.get(event.fact.reaction_id), await stored(event.fact.target_id)
    if reaction is None or reaction.withdrawn or content is None or not is_shown(content):
        return
    root = await stored(root_of(content))
    if isinstance(root, Followed) and is_shown(root):
        told = [one for one in authors_of(content) if one != reaction.writer_id]
        await notify(told, NotificationKind.REACTED, subject=root.title, target_id=root.id, cause=event)
