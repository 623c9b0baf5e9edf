"""Taking a reply back where it was sent, by the worker: tried like sending, done once."""

from typing import NoReturn

import orjson

from care.channel_health import note_failed
from care.channels import open_keys, open_secrets
from care.dispatch import NotSentYet, is_final, posted
from care.documents.channels import Channel
from care.documents.conversations import Conversation, Message, RetractionState
from care.providers.adapter import NotTaken, Refused
from care.providers.registry import ADAPTERS
from care.retractions.asking import sent_of
from care.retractions.settling import end_retraction, settle_retracted
from care.signatures import sign
from core.clock import now
from core.leases import TRIES, GiveUp, Job, TryLater
from core.outbound import AddressRefused, AnswerTooLarge, Outbound, Unreachable
from core.secrets import Keyring

_LONGEST_PAUSE = 3_600.0


async def retract(job: Job, *, keyring: Keyring, outbound: Outbound) -> None:
    """Take the reply of a job back and note what became of it: gone, to stay, or to be tried again.

    Raises GiveUp where there is no such message, NotSentYet or TryLater to be called again; the twelfth try in vain ends it.
    """
    message = await Message.get(job.row["message_id"])
    if message is None or message.retraction is None:
        raise GiveUp("there is no such message to take back")
    if message.retraction.state is not RetractionState.RETRACTING:
        await settle_retracted(message)
        return
    try:
        await _take_back(message, keyring, outbound)
    except (Refused, AddressRefused) as refusal:
        await end_retraction(message, error=str(refusal))
    except NotTaken as error:
        await _not_yet(message, job, str(error), pause=error.retry_after)
    except (Unreachable, AnswerTooLarge) as error:
        await _not_yet(message, job, str(error))
    else:
        await end_retraction(message)


async def _take_back(message: Message, keyring: Keyring, outbound: Outbound) -> None:
    channel = await Channel.get(message.channel_id)
    if channel is None or channel.archived_at is not None:
        raise Refused("the channel is archived")
    adapter = ADAPTERS.get(channel.adapter)
    if adapter is not None:
        await adapter.retract(sent_of(message, channel), open_keys(channel, keyring), outbound)
    elif channel.send_url is not None:
        await _ask(message, channel, keyring, outbound)
    else:
        raise Refused("the channel has lost the way by which this was sent")


async def _ask(message: Message, channel: Channel, keyring: Keyring, outbound: Outbound) -> None:
    """Post a signed `retract` to the channel's send URL, under one id however often it is tried."""
    conversation = await Conversation.get(message.conversation_id)
    body = orjson.dumps(
        {
            "type": "retract",
            "id": message.id,
            "externalId": message.external_id,
            "threadId": conversation.external_thread_id if conversation else None,
            "visibility": message.visibility.lower(),
        }
    )
    number = message.retraction.number if message.retraction is not None else 1
    headers = sign(open_secrets(channel, keyring), f"{message.id}.retract.{number}", now(), body)
    headers |= {"content-type": "application/json", "user-agent": "Kopru"}
    status, _ = await posted(outbound, channel.send_url or "", body, headers)
    if is_final(status):
        raise Refused(f"the channel refused it with HTTP {status}")
    if not 200 <= status < 300:  # noqa: PLR2004 - the bounds of success
        raise NotTaken(f"the channel answered with HTTP {status}")


async def _not_yet(message: Message, job: Job, reason: str, *, pause: float | None = None) -> None:
    if job.attempt >= TRIES:
        await end_retraction(message, error=f"{reason}, and so {job.attempt} times")
        return
    await note_failed(message.channel_id, reason)
    _again(reason, pause)


def _again(reason: str, pause: float | None) -> NoReturn:
    if pause is not None:
        raise TryLater(reason, pause=min(max(pause, 1.0), _LONGEST_PAUSE), failure=True)
    raise NotSentYet(reason)
