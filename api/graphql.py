"""One GraphQL schema over HTTP: who may ask and in what form, before the schema sees a request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from graphql import GraphQLError
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from api.answers import Profile, answer
from api.middleware import read_body
from api.negotiation import JSON, answer_type, require_event_stream, require_json
from api.origins import OriginPolicy
from api.refusals import MethodNotAllowed, Overloaded, Refusal
from api.requests import GraphQLRequest, parse_body, parse_query_string
from api.sockets import SocketSession, SocketSettings
from api.streams import EventStream
from core.errors import Unavailable
from schema.execution.guarded import GuardedSchema
from schema.execution.masking import masked_error, unavailable_message

BuildContext = Callable[[HTTPConnection], Awaitable[object]]
BuildSocketContext = Callable[[WebSocket, dict[str, object]], Awaitable[object]]

_BY_POST = frozenset({OperationType.QUERY, OperationType.MUTATION})
_BY_GET = frozenset({OperationType.QUERY})


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSettings:
    """How an endpoint behaves; sizes in bytes, times in seconds.

    `profile` chooses the statuses: "draft" is the present text of GraphQL over HTTP (422 for a request that is not valid, 294 for
    a partial success), "audit" the statuses that its published audit suite still expects (400, 200). `allow_get` takes queries
    by GET; it is for that suite and off otherwise.
    """

    profile: Profile = "draft"
    allow_get: bool = False
    body_limit: int = 131_072
    keep_alive: float = 12.0
    most_connections: int = 1_000
    origins: OriginPolicy = field(default_factory=OriginPolicy)
    sockets: SocketSettings = field(default_factory=SocketSettings)


class GraphQLEndpoint:
    """Serves one schema: POST at a path, `graphql-transport-ws` at the same path, streams of events at `…/stream`.

    `build_context` is called once a request, `build_stream_context` once a stream (the same unless given), and
    `build_socket_context` once a connection, with the payload of `connection_init`. They may raise NotAuthenticated (401, or
    close 4403) and Unavailable (503). When a context has an attribute `ended`, an `asyncio.Event`, its socket or stream ends as
    the event is set. `operation_context` derives from the context of a socket that of each operation on it, so that nothing read
    for one operation is remembered in the next.
    """

    def __init__(  # noqa: PLR0913 - one function for each way in which a caller comes
        self,
        schema: GuardedSchema,
        *,
        build_context: BuildContext,
        build_socket_context: BuildSocketContext,
        build_stream_context: BuildContext | None = None,
        operation_context: Callable[[object], object] = lambda context: context,
        settings: EndpointSettings | None = None,
    ) -> None:
        self._schema = schema
        self._build_context = build_context
        self._build_socket_context = build_socket_context
        self._build_stream_context = build_stream_context or build_context
        self._operation_context = operation_context
        self._settings = settings or EndpointSettings()
        self.open_connections = 0

    def routes(self, path: str) -> list[BaseRoute]:
        """Give the routes to mount at a path, without methods: the endpoint itself refuses those it does not take."""
        return [
            Route(path, _Application(self.answer)),
            Route(f"{path}/stream", _Application(self.stream)),
            WebSocketRoute(path, _Application(self.socket)),
        ]

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with one result."""
        request = Request(scope, receive)
        media_type = JSON
        try:
            media_type = answer_type(request.headers.get("accept"))
            asked, context = await self._admit(request, self._build_context)
            result = await self._execute(request, asked, context)
            response = answer(result, media_type, self._settings.profile)
        except ClientDisconnect:
            return
        except Refusal as refusal:
            response = refusal.response(media_type)
        except Exception as error:  # noqa: BLE001 - the last resort of the edge: an answer in shape, and a log line
            response = self._failure(error, media_type)
        await response(scope, receive, send)

    async def stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with a stream of events (graphql-sse, distinct connections mode)."""
        request = Request(scope, receive)
        try:
            require_event_stream(request.headers.get("accept"))
            asked, context = await self._admit(request, self._build_stream_context)
            self._require_room()
        except ClientDisconnect:
            return
        except Refusal as refusal:
            await refusal.response()(scope, receive, send)
            return
        except Exception as error:  # noqa: BLE001 - as above
            await self._failure(error, JSON)(scope, receive, send)
            return
        self.open_connections += 1
        try:
            await EventStream(self._schema, asked, context, keep_alive=self._settings.keep_alive).serve(receive, send)
        finally:
            self.open_connections -= 1

    async def socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of `graphql-transport-ws`."""
        websocket = WebSocket(scope, receive, send)
        session = SocketSession(
            websocket,
            self._schema,
            build_context=self._build_socket_context,
            operation_context=self._operation_context,
            settings=self._settings.sockets,
        )
        try:
            self._settings.origins.check_socket(websocket)
            self._require_room()
        except Overloaded as refusal:
            await session.refuse(1013, refusal.message)
            return
        except Refusal as refusal:
            await session.refuse(4403, refusal.message)
            return
        self.open_connections += 1
        try:
            await session.run()
        finally:
            self.open_connections -= 1

    async def _admit(self, request: Request, build_context: BuildContext) -> tuple[GraphQLRequest, object]:
        """Check method, origin, media type and form, in this order, and find out who asks. Raises a Refusal."""
        takes_get = self._settings.allow_get and request.method == "GET" and not request.url.path.endswith("/stream")
        if request.method != "POST" and not takes_get:
            allowed = "GET, POST" if self._settings.allow_get else "POST"
            raise MethodNotAllowed(f"{request.method} is not taken here; send POST.", headers={"allow": allowed})
        self._settings.origins.check_request(request)
        if takes_get:
            asked = parse_query_string(request.query_params)
        else:
            require_json(request.headers.get("content-type"))
            asked = parse_body(await read_body(request, self._settings.body_limit))
        try:
            return asked, await build_context(request)
        except Unavailable as error:
            raise Overloaded(unavailable_message(error), code="UNAVAILABLE") from error

    async def _execute(self, request: Request, asked: GraphQLRequest, context: object) -> ExecutionResult:
        allowed = _BY_GET if request.method == "GET" else _BY_POST
        result = await self._schema.execute(
            asked.query,
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operation_name,
            allowed_operation_types=allowed,
        )
        return _explain_transport(result)

    def _require_room(self) -> None:
        if self.open_connections >= self._settings.most_connections:
            raise Overloaded("The server keeps as many connections open as it can. Try again in a second.")

    @staticmethod
    def _failure(error: Exception, media_type: str) -> Response:
        return answer(PreExecutionError(data=None, errors=[masked_error(error)]), media_type, "draft")


class _Application:
    """Starlette takes an object for an ASGI application where it would take a method for a view."""

    def __init__(self, serve: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._serve = serve

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._serve(scope, receive, send)


def _explain_transport(result: ExecutionResult) -> ExecutionResult:
    """Tell the client which transport takes what this request could not."""
    kinds = {(error.extensions or {}).get("operationType") for error in result.errors or ()}
    if "subscription" in kinds:
        message = "Subscriptions are served over graphql-transport-ws at this address, and as events at the same with /stream."
        result.errors = [GraphQLError(message, extensions={"code": "SUBSCRIPTION_NEEDS_STREAM"})]
    elif "mutation" in kinds:
        result.errors = [GraphQLError("Send mutations by POST.", extensions={"code": "MUTATION_NEEDS_POST"})]
    return result
