"""E-mail channels, e-mails, and a provider's SMTP server as tests need them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from care.documents.cases import Case
from care.documents.channels import Channel, ChannelAdapter, ChannelKind
from care.documents.conversations import Message
from care.ingest.inbox import Delivery
from care.ingest.steps import take_in
from care.mail.settings import EmailSettings, seal_settings
from care.workers import declare_queues, jobs_worker
from core.clock import clock, now
from core.database import Database
from core.ids import new_id
from core.outbound import Outbound
from core.records import save
from core.secrets import Keyring
from tests.care.ingest.sender import KEYRING

ADDRESS = "destek@narin.example"
PLAIN = {"host": "127.0.0.1", "security": "NONE"}


@dataclass
class PostOffice:
    """Stands for the provider's server: keeps what it takes; `answers` are given to DATA in turn, the last for ever."""

    port: int = 0
    taken: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    answers: list[str] = field(default_factory=lambda: ["250 OK"])
    nobody: set[str] = field(default_factory=set)
    hangs: bool = False
    """Whether DATA is taken and never answered."""
    hangs_early: bool = False
    """Whether RCPT is never answered, so that nothing is taken."""
    hangs_up: bool = False
    """Whether DATA is taken, and the line goes dead before it is answered."""
    hanging: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(  # noqa: N802 - the names are aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.hangs_early:
            self.hanging.set()
            await asyncio.Event().wait()
        if address in self.nobody:
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.original_content, bytes)
        self.taken.append((envelope.mail_from or "", envelope.rcpt_tos, envelope.original_content))
        if self.hangs:
            self.hanging.set()
            await asyncio.Event().wait()
        if self.hangs_up and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def mails(self) -> list[EmailMessage]:
        """Read what was taken as a mail program does."""
        return [message_from_bytes(content, policy=policy.default) for _, _, content in self.taken]


@asynccontextmanager
async def post_office(*answers: str) -> AsyncIterator[PostOffice]:
    """Run the provider's server for the length of the block."""
    office = PostOffice()
    if answers:
        office.answers = list(answers)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(office, hostname="post", loop=loop), "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()


def mail_settings(port: int = 9, **settings: Any) -> EmailSettings:
    """Give the settings of a channel whose mail leaves by a server on this machine."""
    return EmailSettings.model_validate({"address": ADDRESS, "smtp": {**PLAIN, "port": port}, **settings})


async def make_mail_channel(port: int = 9, **settings: Any) -> Channel:
    """Set up an e-mail channel, sealed with the keyring of tests."""
    return await save_mail_channel(mail_settings(port, **settings), KEYRING)


async def save_mail_channel(settings: EmailSettings, keyring: Keyring) -> Channel:
    """Set up an e-mail channel."""
    channel = Channel(
        id=new_id("chn"),
        created_at=now(),
        name="Narin Destek",
        kind=ChannelKind.EMAIL,
        adapter=ChannelAdapter.EMAIL,
        sealed_credentials=seal_settings(settings, keyring),
    )
    await save(channel)
    return channel


def written(text: str = "Siparişim iki haftadır gelmedi!", **headers: str | None) -> bytes:
    """Write an e-mail; a header given as None is left out."""
    mail = EmailMessage(policy=policy.SMTP)
    given = {
        "From": "Ayşe Demir <Ayse@Example.com>",
        "To": ADDRESS,
        "Subject": "Siparişim nerede?",
        "Message-ID": f"<{new_id('m')}@example.com>",
        "Date": now().strftime("%a, %d %b %Y %H:%M:%S +0000"),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in given.items():
        if value is not None:
            mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


async def arrive(channel: Channel, raw: bytes, *, webhook_id: str = "mail") -> None:
    """Take an e-mail in, as the worker does."""
    await take_in(Delivery(channel.id, webhook_id, raw, now()), keyring=KEYRING)


async def send_all(store: Database, *, rounds: int = 1) -> None:
    """Let the worker send what is due; between rounds the pauses pass."""
    await declare_queues(store)
    worker = jobs_worker(store, keyring=KEYRING, outbound=Outbound(["127.0.0.1"]))
    for number in range(rounds):
        if number:
            clock.shift(timedelta(minutes=10))
        await worker.drain()


async def only_case() -> Case:
    """Give the one case there is."""
    (case,) = await Case.find_all().to_list()
    return case


async def messages() -> list[Message]:
    """Give all messages in the order in which they were said."""
    return await Message.find_all().sort("created_at", "_id").to_list()


async def stored(message: Message) -> Message:
    """Give a message as it is stored."""
    found = await Message.get(message.id)
    assert found is not None
    return found
