"""Which search engine the settings ask for."""

from core.settings import Settings
from search.engine import SearchEngine
from search.engines.embedded import EmbeddedEngine
from search.engines.meilisearch import MeilisearchEngine


def make_engine(settings: Settings) -> SearchEngine:
    """Make the engine: Meilisearch where its address is set, else the one in the process."""
    if settings.meilisearch_url is None:
        return EmbeddedEngine(None if settings.memory_only else settings.data / "search")
    key = settings.meilisearch_key.get_secret_value() if settings.meilisearch_key else ""
    return MeilisearchEngine(settings.meilisearch_url, key, prefix=f"{settings.meilisearch_prefix}-")
