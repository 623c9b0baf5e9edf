"""Which stores and services the tests run on, read from KOPRU_TEST_… variables."""

import os
import uuid


def store_urls() -> list[str]:
    """Name the stores: "embedded" and every URL of KOPRU_TEST_MONGODB_URL; KOPRU_TEST_ONLY_SERVICES=1 leaves the first out."""
    urls = [url.strip() for url in os.environ.get("KOPRU_TEST_MONGODB_URL", "").split(",") if url.strip()]
    return urls if urls and os.environ.get("KOPRU_TEST_ONLY_SERVICES") == "1" else ["embedded", *urls]


def meilisearch() -> tuple[str, str] | None:
    """Give address and key of the Meilisearch that tests may use, None when there is none."""
    url = os.environ.get("KOPRU_TEST_MEILISEARCH_URL")
    return (url, os.environ.get("KOPRU_TEST_MEILISEARCH_KEY", "")) if url else None


def database_name() -> str:
    """Make a database name that no other test run uses."""
    return f"kopru_test_{uuid.uuid4().hex[:12]}"


def no_skips() -> bool:
    """Tell whether a skipped test must fail the run, as in CI, where every service is there."""
    return os.environ.get("KOPRU_TEST_NO_SKIPS") == "1"
