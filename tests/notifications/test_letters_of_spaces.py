"""E-mails to members tell nothing of a closed space that the member left before they are sent."""

from auth.accounts import grant
from auth.actor import SYSTEM
from core.database import Database
from core.ids import with_prefix
from core.records import change
from notifications.documents import Notification, NotificationKind
from notifications.letters.documents import LetterState
from tests.care.mail.post import post_office
from tests.notifications.post import make_reader, only_letter, send_all, tell


async def told_of_space(space_id: str) -> None:
    (told,) = await Notification.find({}).to_list()

    def rule(current: Notification) -> None:
        current.closed_space_id = space_id

    await change(told, rule)


async def test_who_left_the_space_is_written_nothing_of_it(store: Database) -> None:
    member = await make_reader("en")
    async with post_office() as office:
        await tell(member, NotificationKind.QUESTION_INVITED, "Gizli")
        await told_of_space("spc_left")
        await send_all(store, office)

    assert office.taken == []
    assert (await only_letter()).state is LetterState.NEEDLESS


async def test_who_is_in_the_space_is_written_to(store: Database) -> None:
    member = await make_reader("en")
    await grant(SYSTEM, with_prefix("acc", member.id), ["spc_mine"])
    async with post_office() as office:
        await tell(member, NotificationKind.QUESTION_INVITED, "Gizli")
        await told_of_space("spc_mine")
        await send_all(store, office)

    assert len(office.taken) == 1
    assert (await only_letter()).state is LetterState.SENT
