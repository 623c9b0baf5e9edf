"""The HTTP application: every address the product has, over one platform."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from api.contexts import Contexts, Nodes, SocketWatch
from api.error_pages import error_routes
from api.explorer import explorer_routes
from api.files import file_route, upload_route
from api.forms import form_route
from api.graphql import EndpointSettings, GraphQLEndpoint
from api.health import health_routes
from api.hooks import hook_routes
from api.links import link_route
from api.middleware import RequestId, RequestTimeout, SecurityHeaders
from api.origins import PREFLIGHT_HEADERS, OriginPolicy
from api.unsubscribing import unsubscribing_route
from auth.authenticator import open_authenticator
from auth.routes import auth_routes
from auth.tokens import Audience
from bootstrap.platform import Platform
from care.forms import WebForms
from care.ingest.hook import InboundHooks
from core.settings import Settings
from schema.execution.guarded import GuardedSchema
from schema.execution.guards import OperationSlots
from schema.portal import nodes as portal_nodes
from schema.portal.schema import portal_schema
from schema.staff import nodes as staff_nodes
from schema.staff.schema import staff_schema


@dataclass(frozen=True, slots=True)
class Application:
    """The application, and what watches over its open sockets and must run beside it."""

    asgi: Starlette
    watch: SocketWatch


@dataclass(frozen=True, slots=True)
class Schemas:
    """What the two endpoints serve; they share the slots, for they share the process."""

    staff: GuardedSchema
    portal: GuardedSchema


def build_schemas() -> Schemas:
    """Build both schemas, which takes about half a second."""
    slots = OperationSlots()
    return Schemas(staff_schema(slots=slots), portal_schema(slots=slots))


async def make_application(
    platform: Platform, *, schemas: Schemas | None = None, draining: Callable[[], bool] = lambda: False
) -> Application:
    """Make the application on an open platform; while `draining` says so, /readyz sends new callers elsewhere.

    Whoever makes several in one process gives the `schemas`.
    """
    built = schemas or build_schemas()
    authenticator = await open_authenticator(platform.settings, platform.keyring)
    hooks = InboundHooks(platform.database, platform.keyring)
    await hooks.declare()
    watch = SocketWatch(platform.tail)
    origins = OriginPolicy(allowed_origins=tuple(platform.settings.allowed_origins))
    staff = Contexts(platform, authenticator, watch, Audience.STAFF, Nodes(staff_nodes.present, staff_nodes.reach_node))
    portal = Contexts(platform, authenticator, watch, Audience.PORTAL, Nodes(portal_nodes.present, portal_nodes.reach_node))
    served = {"/graphql": (built.staff, staff), "/portal/graphql": (built.portal, portal)}
    routes = [
        *_graphql_routes(platform.settings, origins, served),
        *hook_routes(hooks),
        form_route(WebForms(platform.database)),
        link_route(),
        file_route(staff, platform.outbound),
        upload_route(platform.keyring),
        unsubscribing_route(platform.keyring),
        *auth_routes(authenticator, is_same_site=origins.is_same_site),
        *health_routes(platform, draining=draining),
        *explorer_routes(),
        *error_routes(),
    ]
    middleware = [Middleware(RequestId), Middleware(SecurityHeaders), _cross_origin(origins), Middleware(RequestTimeout)]
    return Application(Starlette(routes=routes, middleware=middleware), watch)


def _graphql_routes(
    settings: Settings, origins: OriginPolicy, served: Mapping[str, tuple[GuardedSchema, Contexts]]
) -> list[BaseRoute]:
    endpoint_settings = EndpointSettings(profile=settings.http_status_profile, origins=origins)
    routes: list[BaseRoute] = []
    for path, (schema, contexts) in served.items():
        endpoint = GraphQLEndpoint(
            schema,
            build_context=contexts.of_request,
            build_socket_context=contexts.of_socket,
            build_stream_context=contexts.of_stream,
            operation_context=Contexts.of_operation,
            settings=endpoint_settings,
        )
        routes += endpoint.routes(path)
    return routes


class _CrossOrigin(CORSMiddleware):
    """Leaves forms alone: each says by itself which pages may use it, and none knows a session."""

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/forms/"):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _cross_origin(origins: OriginPolicy) -> Middleware:
    """Let pages of the allowed origins call: the answer to a browser's question before it sends."""
    return Middleware(
        _CrossOrigin,
        allow_origins=origins.allowed_origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PUT"],
        allow_headers=["authorization", "content-type", "x-request-id", *PREFLIGHT_HEADERS],
        expose_headers=["x-request-id", "retry-after"],
        max_age=3600,
    )
