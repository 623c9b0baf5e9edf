"""Members with an account, what they are told, and the way out by a provider's server, as tests of e-mails need them."""

import asyncio
from datetime import timedelta

from auth.actor import Role
from auth.documents import Account, AccountKind
from care.workers import declare_queues, jobs_worker
from community.documents import Member
from core.clock import clock, now
from core.database import Database
from core.ids import with_prefix
from core.leases import LEASE, Claimer
from core.outbound import Outbound
from core.records import save
from core.settings import Settings
from notifications.announcements import notify
from notifications.documents import Notification, NotificationKind
from notifications.events import NotificationAdded
from notifications.letters.documents import Letter
from notifications.letters.gathering import LETTER, put_in_letter
from notifications.letters.sending import Post
from notifications.letters.settings import PostSettings, post_settings
from notifications.preferences import PreferencesDraft, update_preferences
from tests.care.ingest.sender import KEYRING
from tests.care.mail.post import PostOffice
from tests.factories import community as people
from tests.notifications.test_announcements import cause

SENDER = "bildirim@narin.example"
URL = "https://kopru.narin.example"


def settings_of(port: int) -> PostSettings:
    """Give the way out by a server on this machine."""
    found = post_settings(
        Settings(
            memory_only=True,
            public_url=URL,
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_security="none",
            smtp_from=SENDER,
            app_url="https://app.narin.example/{id}",
            portal_url="https://portal.narin.example/{id}",
        )
    )
    assert found is not None
    return found


async def make_reader(locale: str = "en", **wishes: object) -> Member:
    """Let a member join who can sign in, and choose how they are told."""
    member = await people.make_member(Role.AGENT, locales=[locale])
    account = Account(
        id=with_prefix("acc", member.id), kind=AccountKind.MEMBER, name=member.display_name, email=member.email, created_at=now()
    )
    await save(account)
    if wishes:
        await update_preferences(people.actor_of(member), PreferencesDraft.model_validate(wishes), expected_version=0)
    return member


async def tell(
    member: Member, kind: NotificationKind, subject: str = "#7 Kargo", *, number: int = 7, target: str = "case_7"
) -> Notification:
    """Tell a member, and let it go into an e-mail, twice as a handler may."""
    event = cause(NotificationAdded(notification_id="-"), number=number)
    (left,) = await notify([member.id], kind, subject=subject, target_id=target, cause=event)
    added = cause(NotificationAdded(notification_id=left.id), number=number)
    for _ in range(2):
        await put_in_letter(added)
    return left


def worker_of(store: Database, office: PostOffice) -> Claimer:
    """Make a worker that sends e-mails to members."""
    post = Post(settings_of(office.port), KEYRING)
    return jobs_worker(store, keyring=KEYRING, outbound=Outbound(), also={LETTER: post.send})


async def send_all(store: Database, office: PostOffice, *, after: timedelta = timedelta(0)) -> None:
    """Let time pass, and what is due leave."""
    await declare_queues(store)
    clock.shift(after)
    await worker_of(store, office).drain()


async def die_at(store: Database, office: PostOffice) -> None:
    """Let a worker end in the middle of the last word to the server, as when it is killed, and its lease run out."""
    await declare_queues(store)
    working = asyncio.create_task(worker_of(store, office).drain())
    await office.hanging.wait()
    working.cancel()
    await asyncio.wait([working])
    clock.shift(LEASE + timedelta(seconds=1))


async def only_letter() -> Letter:
    """Give the one e-mail there is."""
    (letter,) = await Letter.find_all().to_list()
    return letter
