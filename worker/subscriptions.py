"""The whole map of what happens upon events, readable at a glance."""

from bootstrap.platform import Platform
from care import handlers as care
from community import accounts
from community import handlers as community
from core.handlers import Handlers
from notifications import announcements, casework, information, listening, misses, prospects, shifts
from search import indexing, routing


def all_handlers(platform: Platform) -> Handlers:
    """Fill the table: lower layers first, so that what they write is there when the others look."""
    handlers = Handlers()
    accounts.subscribe(handlers)
    community.subscribe(handlers)
    care.subscribe(handlers)
    announcements.subscribe(handlers)
    information.subscribe(handlers)
    casework.subscribe(handlers)
    shifts.subscribe(handlers)
    misses.subscribe(handlers)
    prospects.subscribe(handlers)
    listening.subscribe(handlers)
    routing.subscribe(handlers, platform.search)
    indexing.subscribe(handlers, platform.search)
    return handlers
