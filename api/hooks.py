"""POST /hooks/{channel}: deliveries of channels, told in HTTP what became of them; GET: challenges of providers."""

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from care.ingest.hook import LARGEST_BODY, InboundHooks
from care.signatures import BadSignature
from core.errors import LimitReached, NotFound, Unavailable

_READ_WITHIN = 5.0
_CLOSE = {"connection": "close"}
_AS_IT_IS = {"x-content-type-options": "nosniff", "cache-control": "no-store"}
_REFUSALS: dict[type[Exception], tuple[int, dict[str, str]]] = {
    NotFound: (404, {}),
    BadSignature: (401, {}),
    LimitReached: (413, _CLOSE),
    Unavailable: (503, {"retry-after": "5"}),
    TimeoutError: (408, _CLOSE),
    ClientDisconnect: (408, _CLOSE),
}


def hook_routes(hooks: InboundHooks) -> list[Route]:
    """Make the routes; 200 means stored for good, 503 and 408 mean: send it again."""

    async def receive(request: Request) -> Response:
        channel_id = request.path_params["channel"]
        try:
            await hooks.require_channel(channel_id)
            async with asyncio.timeout(_READ_WITHIN):
                body = await _read(request)
            await hooks.accept(channel_id, request.headers, body)
        except tuple(_REFUSALS) as error:
            return _refusal(error)
        return Response(status_code=200)

    async def answer(request: Request) -> Response:
        try:
            challenge = await hooks.challenge(request.path_params["channel"], request.query_params)
        except tuple(_REFUSALS) as error:
            return _refusal(error)
        if challenge is None:
            return PlainTextResponse("Post deliveries here.", 405, {"allow": "POST"})
        return Response(challenge.content, 200, _AS_IT_IS, challenge.media_type)

    return [
        Route("/hooks/{channel}", receive, methods=["POST"]),
        Route("/hooks/{channel}", answer, methods=["GET"]),
    ]


async def _read(request: Request) -> bytes:
    """Read the body, and no more of it than may come."""
    declared = request.headers.get("content-length", "")
    body = bytearray()
    too_large = declared.isdecimal() and int(declared[:20]) > LARGEST_BODY
    if not too_large:
        async for part in request.stream():
            body += part
            if too_large := len(body) > LARGEST_BODY:
                break
    if too_large:
        raise LimitReached(f"A delivery has at most {LARGEST_BODY} bytes; send its events in several.")
    return bytes(body)


def _refusal(error: Exception) -> Response:
    status, headers = next(refusal for kind, refusal in _REFUSALS.items() if isinstance(error, kind))
    text = str(error) if status < 500 and str(error) else "This was not stored; send it again."  # noqa: PLR2004 - our own trouble is ours
    return PlainTextResponse(text, status, headers)
