"""From a request or a socket to the context of its resolvers: who calls, and until when the call holds."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from api.refusals import BadRequest, NotAuthenticated
from auth.authenticator import Authenticator
from auth.errors import AmbiguousCredentials
from auth.errors import NotAuthenticated as NoSuchCaller
from auth.events import AccountChanged, ApiTokenRevoked
from auth.identify import Identity, recognise_again
from auth.sessions import COOKIE
from auth.tokens import Audience
from bootstrap.platform import Platform
from care.ingest.forgetting import forget_what_others_change
from core.clock import now
from core.database import outage
from core.logs import log
from core.tail import EventTail
from core.tasks import together
from schema.context import Context

logger = log(__name__)


class SocketWatch:
    """Ends open sockets whose caller's rights changed: the client connects again and gets what holds now.

    Beside that it lets hooks forget the channels that other processes change.
    """

    def __init__(self, tail: EventTail) -> None:
        self._tail = tail
        self._open: WeakKeyDictionary[asyncio.Event, Identity] = WeakKeyDictionary()

    def watch(self, identity: Identity, ended: asyncio.Event) -> None:
        """See that `ended` is set when the identity falls, changes, or expires."""
        self._open[ended] = identity
        if identity.until is not None:
            asyncio.get_running_loop().call_later(_seconds_until(identity.until), ended.set)

    async def run(self) -> None:
        """Follow the changes of accounts and of channels for ever."""
        await together(self._follow_accounts(), forget_what_others_change(self._tail))

    async def _follow_accounts(self) -> None:
        async for event in self._tail.listen(self._tail.head):
            if event.type in {AccountChanged.__name__, ApiTokenRevoked.__name__}:
                await self._look_again(str(event.payload["account_id"]))

    async def _look_again(self, account_id: str) -> None:
        for ended, identity in list(self._open.items()):
            if identity.actor.account_id == account_id and not await _holds(identity):
                ended.set()


async def _holds(identity: Identity) -> bool:
    try:
        return (await recognise_again(identity)).actor == identity.actor
    except NoSuchCaller:
        return False
    except Exception as error:
        if outage(error) is None:
            raise
        logger.warning("socket.unchecked", account=identity.actor.account_id)
        return False


def _seconds_until(moment: datetime) -> float:
    return max(0.0, (moment - now()).total_seconds())


@dataclass(frozen=True, slots=True)
class Nodes:
    """How one schema shows documents and reads objects by their ids."""

    present: Callable[[Any], Any]
    reach: Callable[[Context, Sequence[str]], Awaitable[list[Any]]]


class Contexts:
    """Builds the contexts of one audience's schema."""

    def __init__(
        self,
        platform: Platform,
        authenticator: Authenticator,
        watch: SocketWatch,
        audience: Audience,
        nodes: Nodes,
    ) -> None:
        self._platform = platform
        self._authenticator = authenticator
        self._watch = watch
        self._audience = audience
        self._nodes = nodes

    async def of_request(self, connection: HTTPConnection) -> Context:
        """Recognise the caller of a request; NotAuthenticated for credentials that do not hold."""
        identity = await self._recognise(connection.headers.get("authorization"), connection.cookies.get(COOKIE))
        return self._context(identity)

    async def of_stream(self, connection: HTTPConnection) -> Context:
        """Recognise the caller of a request whose answer goes on: it ends with the caller's rights."""
        identity = await self._recognise(connection.headers.get("authorization"), connection.cookies.get(COOKIE))
        return self._watched(identity)

    async def of_socket(self, websocket: WebSocket, payload: dict[str, object]) -> Context:
        """Recognise the caller of a socket by the payload's `authorization`, else the header, else the browser's cookie.

        A browser can't leave its cookie out of a socket, so a token in the payload is no ambiguity.
        """
        given = payload.get("authorization") or payload.get("Authorization") or websocket.headers.get("authorization")
        if isinstance(given, str):
            return self._watched(await self._recognise(given, None))
        return self._watched(await self._recognise(None, websocket.cookies.get(COOKIE)))

    def _watched(self, identity: Identity) -> Context:
        context = self._context(identity)
        self._watch.watch(identity, context.ended)
        return context

    @staticmethod
    def of_operation(context: object) -> object:
        """Give each operation on a socket its own memory of what was read."""
        return context.for_operation() if isinstance(context, Context) else context

    def _context(self, identity: Identity) -> Context:
        return Context(
            actor=identity.actor,
            keyring=self._platform.keyring,
            tail=self._platform.tail,
            search=self._platform.search,
            public_url=self._platform.settings.public_url,
            present=self._nodes.present,
            reach_node=self._nodes.reach,
            portal_url=self._platform.settings.portal_url,
        )

    async def _recognise(self, authorization: str | None, cookie: str | None) -> Identity:
        try:
            return await self._authenticator.recognise(authorization, cookie, audience=self._audience)
        except NoSuchCaller as error:
            raise NotAuthenticated(error.message) from error
        except AmbiguousCredentials as error:
            raise BadRequest(error.message, code=error.code) from error
        except Exception as error:
            unavailable = outage(error)
            raise unavailable or error from error
