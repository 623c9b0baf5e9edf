"""What every error code means: the page that `documentationUrl` leads to."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from core.text.markdown import render

SOURCE = Path(__file__).parent.parent / "docs" / "api" / "errors.md"

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Köprü: error codes</title></head>
<body>{body}</body></html>
"""


def error_routes() -> list[Route]:
    """Give the page of error codes."""
    return [Route("/docs/errors", _show, methods=["GET"])]


async def _show(_: Request) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(body=_with_anchors(SOURCE.read_text(encoding="utf-8"))))


def _with_anchors(markdown: str) -> str:
    """Render the page and give each code's heading an id, so that the link leads to it."""
    html = render(markdown)
    for line in markdown.splitlines():
        if line.startswith("## "):
            code = line.removeprefix("## ").strip()
            html = html.replace(f"<h2>{code}</h2>", f'<h2 id="{code}">{code}</h2>')
    return html
