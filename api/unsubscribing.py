"""/notifications/unsubscribe/{token}: the link in e-mails of ours; GET shows it, POST does it, nobody signs in (RFC 8058)."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from core.secrets import Keyring
from notifications.letters.names import read_token
from notifications.letters.recipients import language_and_farewell, stop_writing
from notifications.letters.texts import WORDS, Words

_HEADERS = {
    "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_FORM = '<form method="post"><button name="List-Unsubscribe" value="One-Click">{}</button></form>'


def unsubscribing_route(keyring: Keyring) -> Route:
    """Make the route; scanners of links, which only GET, switch nothing off."""

    async def answer(request: Request) -> HTMLResponse:
        meant = read_token(keyring, request.path_params["token"])
        if meant is None:
            return _page("en", WORDS["en"].unknown, status=404)
        language, farewell = await language_and_farewell(meant)
        words: Words = WORDS[language]
        if request.method != "POST":
            return _page(language, words.sure, _FORM.format(escape(words.stop)))
        await stop_writing(meant)
        return _page(language, farewell)

    return Route("/notifications/unsubscribe/{token}", answer, methods=["GET", "POST"])


def _page(language: str, text: str, form: str = "", *, status: int = 200) -> HTMLResponse:
    direction = WORDS[language].direction
    page = (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>Köprü</title></head>\n<body><p>{escape(text)}</p>{form}</body></html>\n"
    )
    return HTMLResponse(page, status, _HEADERS)
