"""E-mails to members leave once: what was handed over without an answer is not handed over again."""

from datetime import timedelta

from auth.documents import Account
from care.mail.sending import MailNotTaken, MailRefused, hand_over
from community.documents import Member
from core.clock import now
from core.ids import with_prefix
from core.leases import TRIES, GiveUp, Job, TryLater
from core.logs import log
from core.outbound import Outbound
from core.records import by_ids, change
from core.secrets import Keyring
from notifications.documents import MailFrequency, Notification, NotificationPreferences, ReadState
from notifications.letters.composing import compose
from notifications.letters.documents import Letter, LetterState
from notifications.letters.settings import PostSettings
from notifications.preferences import note_undeliverable, preferences_of, wish_of
from notifications.quiet_hours import earliest
from notifications.reading import read_of

logger = log(__name__)

SHORTEST_PAUSE = timedelta(seconds=1)


class Post:
    """The way out for e-mails to members: one mail server, which the operator named, so that it may be on our own network."""

    def __init__(self, settings: PostSettings, keyring: Keyring) -> None:
        self._settings = settings
        self._keyring = keyring
        self._outbound = Outbound([settings.server.host])

    async def send(self, job: Job) -> None:
        """Send the e-mail of a job, unless it has left, may have left, or has nothing left to tell.

        Raises TryLater while the member wants quiet and when the server has no time, GiveUp for what is gone.
        """
        letter = await Letter.get(job.row["letter_id"])
        if letter is None:
            raise GiveUp("there is no such e-mail")
        if letter.state is not LetterState.WAITING:
            return
        if letter.handed_at is not None:
            await _settle(letter, LetterState.UNCERTAIN, "the worker ended before the mail server answered")
            return
        member = await _reachable(letter.member_id)
        preferences = (await preferences_of([letter.member_id]))[letter.member_id]
        told = await _left_to_tell(letter, preferences)
        if member is None or not told or preferences.undeliverable_address == member.email:
            await _settle(letter, LetterState.NEEDLESS, "there is nothing left to tell, or nobody to tell it to")
            return
        _wait_for_the_end_of_quiet(letter, preferences)
        await self._hand_over(letter, member, told, job)

    async def _hand_over(self, letter: Letter, member: Member, told: list[Notification], job: Job) -> None:
        mail = compose(letter, member, told, self._settings, keyring=self._keyring)
        try:
            await hand_over(mail, self._settings.server, outbound=self._outbound, committed=lambda: _commit(letter))
        except MailRefused as refusal:
            await _settle(letter, LetterState.FAILED, str(refusal))
            if refusal.of_recipient:
                await note_undeliverable(member.id, member.email, str(refusal))
        except MailNotTaken as error:
            await _not_taken(letter, error, job)
        else:
            await _settle(letter, LetterState.SENT)


async def _commit(letter: Letter) -> None:
    """Note that the last word is about to be said; who comes after a sudden end finds it."""

    def rule(current: Letter) -> None:
        if current.handed_at is not None or current.state is not LetterState.WAITING:
            raise MailNotTaken("another worker is at it", answered=True)
        current.handed_at = now()

    await change(letter, rule)


async def _not_taken(letter: Letter, error: MailNotTaken, job: Job) -> None:
    """Try again what the server did not take; what it may have taken is left at that."""
    current = await Letter.get(letter.id)
    if current is None or current.state is not LetterState.WAITING:
        return
    if current.handed_at is not None and not error.answered:
        await _settle(current, LetterState.UNCERTAIN, str(error))
    elif job.attempt >= TRIES:
        await _settle(current, LetterState.FAILED, str(error))
    else:
        await change(current, _take_back)
        raise error


def _take_back(letter: Letter) -> None:
    letter.handed_at = None


async def _settle(letter: Letter, state: LetterState, reason: str | None = None) -> None:
    def rule(current: Letter) -> None:
        if current.state is LetterState.WAITING:
            current.state, current.reason, current.settled_at = state, reason and reason[:300], now()

    if state in {LetterState.FAILED, LetterState.UNCERTAIN}:
        logger.warning("letter.not_sent", letter=letter.id, state=state.value, reason=reason)
    await change(letter, rule)


async def _reachable(member_id: str) -> Member | None:
    """Give a member who may still sign in."""
    account = await Account.get(with_prefix("acc", member_id))
    if account is None or account.disabled_at is not None:
        return None
    return await Member.get(member_id)


async def _left_to_tell(letter: Letter, preferences: NotificationPreferences) -> list[Notification]:
    """Give what the member has neither read meanwhile nor stopped wanting by e-mail, in the order in which it was told.

    What tells of a closed space is left out once the member is in it no more.
    """
    found = await by_ids(Notification, letter.notification_ids)
    state = await ReadState.get(with_prefix("rds", letter.member_id))
    account = await Account.get(with_prefix("acc", letter.member_id))
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
