"""What an e-mail to a member says: what they were told, have not read meanwhile, and still want by e-mail."""

from datetime import timedelta

from auth.documents import Account
from community.documents import Member
from core.clock import now
from core.ids import with_prefix
from core.leases import TryLater
from core.records import by_ids
from core.secrets import Keyring
from notifications.documents import MailFrequency, Notification, NotificationPreferences, ReadState
from notifications.letters.composing import Contents, Row, line, stop_url
from notifications.letters.documents import Letter
from notifications.letters.names import DIGESTS, EVERYTHING
from notifications.letters.settings import PostSettings
from notifications.letters.texts import WORDS, Words, language_of
from notifications.preferences import note_undeliverable, preferences_of, wish_of
from notifications.quiet_hours import earliest
from notifications.reading import read_of

SHORTEST_PAUSE = timedelta(seconds=1)
_MOST_SHOWN = 100


async def contents_for_member(letter: Letter, member_id: str, post: PostSettings, *, keyring: Keyring) -> Contents | None:
    """Give what an e-mail says; None where there is nothing left to tell, or nobody to tell it to.

    Raises TryLater while the member wants quiet.
    """
    member = await _reachable(member_id)
    preferences = (await preferences_of([member_id]))[member_id]
    told = await _left_to_tell(letter, member_id, preferences)
    if member is None or not told or preferences.undeliverable_address == member.email:
        return None
    _wait_for_the_end_of_quiet(letter, preferences)
    return _contents(letter, member, told, post, keyring=keyring)


async def note_member_unreached(member_id: str, reason: str) -> None:
    """Note that e-mails to a member's address come back; nothing is noted of who is gone."""
    member = await Member.get(member_id)
    if member is not None:
        await note_undeliverable(member.id, member.email, reason)


def _contents(letter: Letter, member: Member, told: list[Notification], post: PostSettings, *, keyring: Keyring) -> Contents:
    language = language_of(member.locales)
    words = WORDS[language]
    at_once = letter.frequency is MailFrequency.AT_ONCE
    stop = stop_url(post, keyring, member.id, told[0].kind.value if at_once else DIGESTS)
    return Contents(
        address=member.email,
        language=language,
        greeting=words.greeting.format(name=member.display_name),
        subject=told[0].text if at_once else words.digest.format(total=len(told)),
        rows=_rows(told, words, post),
        stop_url=stop,
        stops=[
            (words.stop_kind if at_once else words.stop_digests, stop),
            (words.stop_all, stop_url(post, keyring, member.id, EVERYTHING)),
        ],
    )


def _rows(told: list[Notification], words: Words, post: PostSettings) -> list[Row]:
    """Give one row for each object and reason, in the order in which they were last told."""
    last: dict[tuple[str, str], list[Notification]] = {}
    for one in told:
        key = (one.kind.value, one.target_id)
        last[key] = [*last.pop(key, []), one]
    rows = []
    for group in list(last.values())[:_MOST_SHOWN]:
        often = f" ({words.times.format(total=len(group))})" if len(group) > 1 else ""
        link = post.app_url.replace("{id}", group[-1].target_id) if post.app_url else None
        rows.append(Row(line(group[-1].text, longest=500) + often, link))
    return rows


async def _reachable(member_id: str) -> Member | None:
    """Give a member who may still sign in."""
    account = await Account.get(with_prefix("acc", member_id))
    if account is None or account.disabled_at is not None:
        return None
    return await Member.get(member_id)


async def _left_to_tell(letter: Letter, member_id: str, preferences: NotificationPreferences) -> list[Notification]:
    """Give what the member has neither read meanwhile nor stopped wanting by e-mail, in the order in which it was told.

    What tells of a closed space is left out once the member is in it no more.
    """
    found = await by_ids(Notification, letter.notification_ids)
    state = await ReadState.get(with_prefix("rds", member_id))
    account = await Account.get(with_prefix("acc", member_id))
    reach = {None, *(account.reach if account is not None else ())}
    left = [
        one
        for one in found.values()
        if wish_of(preferences, one.kind).email is not MailFrequency.OFF
        and one.closed_space_id in reach
        and not one.withheld
        and (one.mail_only or read_of(state, one.id, one.number) is None)
    ]
    return sorted(left, key=lambda one: (one.number, one.id))


def _wait_for_the_end_of_quiet(letter: Letter, preferences: NotificationPreferences) -> None:
    if letter.frequency is MailFrequency.DAILY:
        return
    at = now()
    begins = earliest(preferences, at)
    if begins > at:
        pause = max(begins - at, SHORTEST_PAUSE)
        raise TryLater("the member's quiet hours", pause=pause.total_seconds())
