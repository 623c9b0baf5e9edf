"""Who is told that a poll is over: who began it, who voted by name, and who follows what it stands in."""

from community.moderation.contents import is_shown, stored
from community.polls.documents import Poll, PollVote
from community.polls.events import PollClosed
from community.watching import Followed, Happening, followers_of
from core.events import Recorded
from core.handlers import Handlers
from core.ids import prefix_of
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.recipients import MOST_TOLD


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    handlers.group("notifications.polls", start="head").on(PollClosed, tell_of_end)


async def tell_of_end(event: Recorded[PollClosed]) -> None:
    """Tell them, but not who ended it; of an anonymous poll nobody knows who voted."""
    poll = await Poll.get(event.fact.poll_id)
    if poll is None or not is_shown(poll):
        return
    told = await _concerned(poll)
    target_id = poll.id
    if prefix_of(poll.parent_id) != "spc":
        parent = await stored(poll.parent_id)
        if not isinstance(parent, Followed) or not is_shown(parent):
            return
        target_id = parent.id
        told = await followers_of(parent, told, Happening.SETTLED)
    by_writer = event.actor == poll.author_id
    told = [one for one in told if not (by_writer and one == poll.writer_id)]
    for start in range(0, len(told), MOST_TOLD):
        batch = told[start : start + MOST_TOLD]
        await notify(batch, NotificationKind.POLL_ENDED, subject=poll.title, target_id=target_id, cause=event)


async def _concerned(poll: Poll) -> list[str]:
    votes = PollVote.find({"poll_id": poll.id}).sort("created_at", "_id")
    named = [vote.member_id for vote in await votes.to_list() if vote.member_id is not None and vote.option_ids]
    return list(dict.fromkeys([poll.writer_id, *named]))
