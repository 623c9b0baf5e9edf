"""What befalls a page of a secret space is told to the space's members alone, whatever others may approve or manage."""

from auth.actor import Role
from community.wiki.events import WikiPageOutdated
from core.clock import now
from core.database import Database
from core.events import Recorded
from notifications import wiki
from notifications.documents import Notification
from tests.factories.community import make_actor, make_page
from tests.factories.spaces import inside, make_space


async def test_managers_hear_of_a_page_only_where_they_may_read_it(store: Database) -> None:
    owner, manager, outsider = await make_actor(Role.EXPERT), await make_actor(Role.MANAGER), await make_actor(Role.MANAGER)
    space = await make_space(owner, manager)
    hidden = await make_page("gizli", inside(owner, space), space_id=space.id)
    shown = await make_page("acik", owner)

    for number, page in enumerate((hidden, shown), start=1):
        fact = WikiPageOutdated(page_id=page.id, owner_id=owner.member)
        event = Recorded(fact=fact, number=number, event_id=f"e{number}", at=now(), actor="system", subject=page.id)
        await wiki.tell_of_outdated(event)

    told = {(row.recipient_id, row.target_id) for row in await Notification.find({}).to_list()}
    everybody = {(one.member, shown.id) for one in (owner, manager, outsider)}
    assert told == everybody | {(one.member, hidden.id) for one in (owner, manager)}
