"""E-mails to members and customers leave once: what was handed over without an answer is not handed over again."""

from care.mail.sending import MailNotTaken, MailRefused, hand_over
from core.clock import now
from core.leases import TRIES, GiveUp, Job
from core.logs import log
from core.outbound import Outbound
from core.records import change
from core.secrets import Keyring
from notifications.letters.composing import Contents, compose
from notifications.letters.documents import Letter, LetterState
from notifications.letters.recipients import contents_of, note_unreached
from notifications.letters.settings import PostSettings

logger = log(__name__)


class Post:
    """The way out for e-mails of ours: one mail server, which the operator named, so that it may be on our own network."""

    def __init__(self, settings: PostSettings, keyring: Keyring) -> None:
        self._settings = settings
        self._keyring = keyring
        self._outbound = Outbound([settings.server.host])

    async def send(self, job: Job) -> None:
        """Send the e-mail of a job, unless it has left, may have left, or has nothing left to tell.

        Raises TryLater while its member wants quiet and when the server has no time, GiveUp for what is gone.
        """
        letter = await Letter.get(job.row["letter_id"])
        if letter is None:
            raise GiveUp("there is no such e-mail")
        if letter.state is not LetterState.WAITING:
            return
        if letter.handed_at is not None:
            await _settle(letter, LetterState.UNCERTAIN, "the worker ended before the mail server answered")
            return
        contents = await contents_of(letter, self._settings, keyring=self._keyring)
        if contents is None:
            await _settle(letter, LetterState.NEEDLESS, "there is nothing left to tell, or nobody to tell it to")
            return
        await self._hand_over(letter, contents, job)

    async def _hand_over(self, letter: Letter, contents: Contents, job: Job) -> None:
        mail = compose(letter, contents, self._settings, keyring=self._keyring)
        try:
            await hand_over(mail, self._settings.server, outbound=self._outbound, committed=lambda: _commit(letter))
        except MailRefused as refusal:
            await _settle(letter, LetterState.FAILED, str(refusal))
            if refusal.of_recipient:
                await note_unreached(letter, str(refusal))
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
