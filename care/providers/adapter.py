"""What the protocol of a provider must be able to do: prove who sends, answer a challenge, read a delivery, send a reply."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel

from care.documents.channels import ChannelKind
from care.documents.conversations import TemplateUse, Visibility
from core.outbound import Outbound

LARGEST_FILE = 20_000_000


@dataclass(frozen=True, slots=True)
class Keys:
    """What a channel holds in the open, for as long as a call lasts.

    `secrets` are its own, the newest first; `credentials` what the provider gave us, an instance of the adapter's
    `credentials`, None where nobody has set them.
    """

    secrets: Sequence[str] = field(default=(), repr=False)
    credentials: BaseModel | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply on its way out, with the names that the provider knows things by."""

    message_id: str
    """Our id, the same on every try: for the provider's idempotency key, where there is one."""
    kind: ChannelKind
    visibility: Visibility
    text: str
    thread_id: str
    """The `thread.id` of the events that made the conversation."""
    recipient_id: str | None
    """The `author.id` of the customer on this channel."""
    in_reply_to: str | None
    """The `messageId` of the customer's message that is answered: of the newest one, unless the reply names another."""
    template: TemplateUse | None = None
    """The template of the provider's that it is; `text` is what the customer will read."""
    continues: str | None = None
    """The public message below which a private talk begins; None once the customer has written in private."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply that was sent and is to be taken back, with the names that the provider knows things by."""

    message_id: str
    kind: ChannelKind
    visibility: Visibility
    external_id: str | None
    """The provider's id of it; None where the provider gave none."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """The answer to a challenge, as it is to be sent back."""

    content: bytes
    media_type: str = "text/plain"


class NotTaken(Exception):
    """This try came to nothing, another may not; `retry_after` is the pause in seconds that the provider asks for."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Refused(Exception):
    """The provider won't take this reply, however often it is tried; the text is shown to the agent."""


class Adapter(Protocol):
    """The protocol of one provider. Adapters keep no state: everything is in the arguments."""

    kinds: frozenset[ChannelKind]
    """The kinds of channels that it serves."""
    credentials: type[BaseModel]
    """What the provider's own interface asks for; a field whose schema extra has `secret` is never shown again."""

    def verify(self, keys: Keys, headers: Mapping[str, str], body: bytes) -> str:
        """Give the id of a delivery that is proved to be the provider's; the names of the headers are in lower case.

        Raises `care.signatures.BadSignature`, with what is wrong, otherwise. Comparisons take constant time.
        """

    def challenge(self, keys: Keys, query: Mapping[str, str]) -> Challenge | None:
        """Give the answer to a provider that asks whether the hook is ours; None where the question proves nothing."""

    def translate(self, body: bytes, keys: Keys) -> list[Any] | None:
        """Give the events of a delivery in the generic channel's form, as `care.ingest.generic.understand` reads them.

        `core.careless_json.read_json` reads a body. Every entry of the delivery gives at least one event, in its order;
        what can't be told in that form is given by `unsupported`, so that it is shown with a clock. None: the body as a
        whole can't be read. It never raises for what is in the body. Messages of our own that the provider echoes may be
        given too: they are known by their id.
        """

    def objection(self, reply: Reply) -> str | None:
        """Say why the provider won't take such a text, such as its length; None when it will. Asked before it is stored."""

    async def send(self, reply: Reply, keys: Keys, outbound: Outbound) -> str | None:
        """Send a reply and give the provider's id of it, by which later events will name it.

        Raises NotTaken, Refused, and what `Outbound.post` raises.
        """

    def lasting(self, sent: Sent) -> str | None:
        """Say why such a reply can't be taken back, such as that the provider knows no way; None when it can."""

    async def retract(self, sent: Sent, keys: Keys, outbound: Outbound) -> None:
        """Take a reply back that `lasting` says nothing against; one that is gone already is taken back.

        Raises NotTaken, Refused, and what `Outbound.post` raises.
        """

    async def fetch(self, file_id: str, keys: Keys, outbound: Outbound) -> bytes:
        """Fetch a file that an event named by an id and no URL, of at most `LARGEST_FILE` bytes.

        Raises NotTaken, Refused, and what `Outbound.get` raises.
        """


def unsupported(original: object, *, text: str | None = None, **known: Any) -> dict[str, Any]:
    """Give an event for what has no other form; `known` may be `id`, `author`, `thread`, `visibility`, `sentAt`.

    Its text, or the original where there is none, is shown as unparsed.
    """
    return {"type": "unsupported", "text": text, "original": original, **known}


NO_ID = "The provider gave this reply no id by which it could be taken back; delete it there by hand."


def digest_of(body: bytes) -> str:
    """Give a name for a delivery whose provider gives it none: the same body is the same delivery."""
    return hashlib.sha256(body).hexdigest()


def same(given: str, expected: str) -> bool:
    """Compare two texts in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode("utf-8", "surrogateescape"))
