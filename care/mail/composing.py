"""A reply as an e-mail: the same one however often it is made."""

import re
from contextlib import suppress
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import Conversation, Direction, Message
from care.documents.customers import Customer
from care.mail.settings import EmailSettings
from care.mail.tokens import reply_address, wire_id
from core.secrets import Keyring
from core.text.markdown import render_for_portal

# Lines are as long as SMTP allows: the standard library folds a longer name of an e-mail into words that nobody can read.
_POLICY = policy.SMTP.clone(cte_type="7bit", max_line_length=998)
_MOST_REFERENCES = 10
_LONGEST_REFERENCES = 900
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_ANSWERS = re.compile(r"^((re|ynt|fw|fwd)\s*:\s*)+", re.IGNORECASE)
_WIRE_ID = re.compile(r"[^<>\s@]+@[^<>\s@]+")
_PAGE = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body dir="auto">\n{}\n</body></html>\n'


class NoAddress(Exception):
    """The customer can't be written to: no e-mail address of theirs is known."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail ready to be handed over, and its Message-ID without brackets."""

    sender: str
    recipient: str
    content: bytes
    wire_id: str


async def compose(message: Message, channel: Channel, settings: EmailSettings, *, keyring: Keyring) -> Letter:
    """Make the e-mail of a reply; NoAddress when its customer has none.

    Message-ID, date and boundaries come from the message, so that every try sends the same e-mail.
    """
    recipient = await _recipient(message)
    case = await Case.get(message.case_id)
    named = wire_id(keyring, message.id, domain=settings.domain)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _shown(channel.name, settings.address)
    mail["To"] = recipient
    if settings.subaddressing:
        mail["Reply-To"] = reply_address(keyring, message.id, address=settings.address)
    mail["Subject"] = _subject(case, channel)
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{named}>"
    await _refer(mail, message)
    if message.author_id is None:
        mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    mail.add_alternative(_PAGE.format(render_for_portal(message.body, own_hosts=())), subtype="html")
    mail.set_boundary(f"={message.id}=")
    return Letter(settings.address, recipient, mail.as_bytes(), named)


async def _recipient(message: Message) -> str:
    """Give the address that the conversation goes on with, else the one that the customer gave."""
    customer = await Customer.get(message.customer_id)
    conversation = await Conversation.get(message.conversation_id)
    if customer is None or conversation is None:
        raise NoAddress("the customer is not known any more")
    known = [one.external_id for one in customer.identities if one.channel_id == conversation.channel_id]
    for address in (*known, customer.email or ""):
        name, _, domain = _CONTROL.sub("", address).rpartition("@")
        with suppress(UnicodeError):
            if name.isascii() and _WIRE_ID.fullmatch(f"{name}@{domain}"):
                return f"{name}@{domain.encode('idna').decode('ascii')}"
    raise NoAddress("no e-mail address of this customer is known that can be written to")


async def _refer(mail: EmailMessage, message: Message) -> None:
    """Say what this answers, and what was said before it."""
    before = {"conversation_id": message.conversation_id, "created_at": {"$lt": message.created_at}}
    recent = await Message.find(before).sort("-created_at", "-_id").limit(_MOST_REFERENCES).to_list()
    names = [one.external_id for one in reversed(recent) if one.external_id and _WIRE_ID.fullmatch(one.external_id)]
    heard = [one.external_id for one in recent if one.direction is Direction.INBOUND]
    answered = next((name for name in (message.in_reply_to, *heard) if name in names), None)
    if answered is not None:
        mail["In-Reply-To"] = f"<{answered}>"
    while names and sum(len(name) + 3 for name in names) > _LONGEST_REFERENCES:
        names = names[1:]
    if names:
        mail["References"] = " ".join(f"<{name}>" for name in names)


def _subject(case: Case | None, channel: Channel) -> str:
    """Give the customer's own subject with the case's number; what the company calls the case stays in the house."""
    if case is None:
        return _line(channel.name)
    asked = _line(case.request_subject or "")
    shown = f"Re: {_ANSWERS.sub('', asked)}" if asked else _line(channel.name)
    tag = f"[#{case.number}]"
    return shown if tag in shown else f"{shown} {tag}"


def _shown(name: str, address: str) -> str:
    return str(Address(display_name=_line(name), addr_spec=address))


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())
