"""Whether a request that carries a browser's session was made by a page of ours."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from api.refusals import BadRequest, CrossSiteRequest

# A header that no form or image can send proves that the browser asked us first (CORS preflight) or that the page is ours.
PREFLIGHT_HEADERS = ("x-requested-with", "graphql-preflight", "apollo-require-preflight")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginPolicy:
    """The cookie that signs a browser in, and the origins beside our own whose pages may use it."""

    session_cookie: str = "__Host-sid"
    allowed_origins: tuple[str, ...] = ()

    def check_request(self, request: HTTPConnection) -> None:
        """Let a request pass that has a bearer token, or nothing, or a cookie with proof that a page of ours sent it.

        Raises BadRequest for token and cookie together, CrossSiteRequest for a cookie without proof.
        """
        if self.session_cookie not in request.cookies:
            return
        if "authorization" in request.headers:
            raise BadRequest(
                "The request carries both a session cookie and an Authorization header; send one of them.",
                code="AMBIGUOUS_CREDENTIALS",
            )
        if not any(name in request.headers for name in PREFLIGHT_HEADERS):
            raise CrossSiteRequest("Requests with a session cookie need the header GraphQL-Preflight: 1.")
        if not self.is_same_site(request):
            raise CrossSiteRequest("This origin may not use a browser's session; list it in KOPRU_ALLOWED_ORIGINS.")

    def check_socket(self, websocket: HTTPConnection) -> None:
        """Raise CrossSiteRequest when a page of a foreign origin opened the socket with a browser's cookie."""
        if self.session_cookie in websocket.cookies and not self.is_same_site(websocket):
            raise CrossSiteRequest("This origin may not use a browser's session.")

    def is_same_site(self, request: HTTPConnection) -> bool:
        """Say whether Origin and Sec-Fetch-Site speak for a page of ours; absent headers speak for no browser and pass."""
        origin = request.headers.get("origin")
        if origin is not None:
            return origin in self.allowed_origins or _authority(origin) == request.headers.get("host", "").lower()
        return request.headers.get("sec-fetch-site", "none") in {"same-origin", "none"}


def _authority(origin: str) -> str | None:
    """Give host and port as a Host header has them. The scheme is left out: a proxy that ends TLS changes it."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if port in {None, _DEFAULT_PORTS.get(parts.scheme)} else f"{host}:{port}"
