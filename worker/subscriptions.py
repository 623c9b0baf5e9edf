"""The whole map of what happens upon events, readable at a glance."""

from bootstrap.platform import Platform
from care import handlers as care
from coaching import handlers as coaching
from community import accounts
from community import handlers as community
from core.handlers import Handlers
from notifications import (
    announcements,
    answer_bank,
    birthdays,
    calm,
    casework,
    certificates,
    courses,
    draft_reviews,
    exports,
    following,
    governance,
    groups,
    ideas,
    incidents,
    information,
    insights,
    levels,
    listening,
    mentions,
    mentorships,
    misses,
    moderation,
    polls,
    procedures,
    prospects,
    reactions,
    recognition,
    shifts,
    skills,
    strategies,
    templates,
)
from notifications import blog as blog_news
from notifications import questions as question_news
from notifications import spaces as space_news
from notifications import wiki as wiki_news
from notifications.webhooks import telling
from search import indexing, routing


def all_handlers(platform: Platform) -> Handlers:
    """Fill the table: lower layers first, so that what they write is there when the others look."""
    handlers = Handlers()
    accounts.subscribe(handlers)
    community.subscribe(handlers)
    care.subscribe(handlers)
    coaching.subscribe(handlers)
    announcements.subscribe(handlers)
    information.subscribe(handlers)
    casework.subscribe(handlers)
    templates.subscribe(handlers)
    draft_reviews.subscribe(handlers)
    mentorships.subscribe(handlers)
    recognition.subscribe(handlers)
    shifts.subscribe(handlers)
    misses.subscribe(handlers)
    answer_bank.subscribe(handlers)
    prospects.subscribe(handlers)
    procedures.subscribe(handlers)
    for news in (birthdays, governance, courses, certificates, incidents, levels, listening):
        news.subscribe(handlers)
    groups.subscribe(handlers)
    telling.subscribe(handlers)
    wiki_news.subscribe(handlers)
    space_news.subscribe(handlers)
    blog_news.subscribe(handlers)
    ideas.subscribe(handlers)
    insights.subscribe(handlers)
    strategies.subscribe(handlers)
    for news in (moderation, reactions, mentions, following, question_news, calm, polls, exports, skills):
        news.subscribe(handlers)
    routing.subscribe(handlers, platform.search)
    indexing.subscribe(handlers, platform.search)
    return handlers
