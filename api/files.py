"""/files/{id}: GET gives files behind the gate of what they belong to, PUT takes in those that a place was made for."""

from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.contexts import Contexts
from api.refusals import Refusal
from care.files import open_file
from community.uploads import receive_upload
from core.errors import AlreadyDone, DomainError, Forbidden, LimitReached, NotFound, Unavailable
from core.outbound import Outbound
from core.secrets import Keyring

_STATUS: dict[type[DomainError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.GONE,
    AlreadyDone: HTTPStatus.CONFLICT,
    LimitReached: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
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
        except LimitReached as limit:
            problem = {"message": limit.message, "extensions": {"code": limit.code}}
            return JSONResponse({"errors": [problem]}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if file is None:
            missing = {"message": "There is no such file.", "extensions": {"code": "NOT_FOUND"}}
            return JSONResponse({"errors": [missing]}, 404)
        disposition = {"content-disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"}
        return Response(file.content, 200, {**HEADERS, **disposition}, file.content_type)

    return Route("/files/{id}", download, methods=["GET"])


def upload_route(keyring: Keyring) -> Route:
    """Make the route; 200 means stored for good, whole."""

    async def upload(request: Request) -> Response:
        token = request.query_params.get("token", "")
        try:
            await receive_upload(keyring, request.path_params["id"], token, request.stream())
        except tuple(_STATUS) as error:
            status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
            problem = {"message": error.message, "extensions": {"code": error.code}}
            return JSONResponse({"errors": [problem]}, status, {"connection": "close"})
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.REQUEST_TIMEOUT, headers={"connection": "close"})
        return Response(status_code=HTTPStatus.OK)

    return Route("/files/{id}", upload, methods=["PUT"])
