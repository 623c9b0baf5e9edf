"""Keeps the indexes in line with what is stored, event by event."""

from core.handlers import Handlers
from search.engine import SearchEngine


def subscribe(handlers: Handlers, engine: SearchEngine) -> None:
    """Add the reactions that keep the indexes to the table."""
    handlers.group("search.index", start="first")
