"""Texts for the public as HTML."""

from urllib.parse import urlsplit

from core.text.markdown import render_for_portal
from schema.context import Info


def html(info: Info, body: str) -> str:
    """Render a text for the public: without links and mentions that are for the company alone."""
    return render_for_portal(body, own_hosts=[urlsplit(info.context.public_url).netloc])
