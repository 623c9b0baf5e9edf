"""GET /files/{id}: files behind the gate of what they belong to."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.contexts import Contexts
from api.refusals import Refusal
from care.files import open_file
from core.errors import Unavailable
from core.outbound import Outbound

HEADERS = {"content-security-policy": "sandbox", "x-content-type-options": "nosniff", "cache-control": "private, no-store"}


def file_route(contexts: Contexts, outbound: Outbound) -> Route:
    """Make the route; what is not there and what is not for the caller read alike."""

    async def download(request: Request) -> Response:
        try:
            context = await contexts.of_request(request)
        except Refusal as refusal:
            return refusal.response()
        try:
            file = await open_file(context.actor, request.path_params["id"], keyring=context.keyring, outbound=outbound)
        except Unavailable:
            later = {"message": "Who keeps this file does not give it now.", "extensions": {"code": "UNAVAILABLE"}}
            return JSONResponse({"errors": [later]}, 503, {"retry-after": "30"})
        if file is None:
            missing = {"message": "There is no such file.", "extensions": {"code": "NOT_FOUND"}}
            return JSONResponse({"errors": [missing]}, 404)
        disposition = {"content-disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"}
        return Response(file.content, 200, {**HEADERS, **disposition}, file.content_type)

    return Route("/files/{id}", download, methods=["GET"])
