"""Looking whether an installation is as it should be: settings, stores, clock, keys, limits."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2

from auth.authenticator import open_authenticator
from bootstrap.documents import DOCUMENTS
from bootstrap.platform import Platform, open_platform
from core.clock import clock
from core.errors import Unavailable
from core.settings import Settings, WrongSetting
from kopru.dead_letters import list_dead
from search.engine import SearchIndex

EMBEDDED_LIMIT = 20_000
"""How many documents a collection of the embedded store is meant for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    is_good: bool
    seen: str


async def examine(settings: Settings, *, url: str | None = None) -> list[Finding]:
    """Look at everything and tell it; a store that does not answer is a finding, not an error."""
    findings = [Finding("settings", is_good=True, seen=f"data in {settings.data}, clients reach us at {settings.public_url}")]
    try:
        async with open_platform(settings) as platform:
            findings += [finding async for finding in _of_platform(platform)]
    except Unavailable as error:
        findings.append(Finding("store", is_good=False, seen=str(error)))
    if url is not None:
        findings.append(await _of_server(url))
    return findings


async def _of_platform(platform: Platform) -> AsyncIterator[Finding]:
    kind = "embedded, for a first look and for tests" if platform.embedded else "MongoDB"
    yield Finding("store", is_good=True, seen=f"{kind}; database {platform.database.name}")
    yield await _size(platform)
    yield Finding("clock", clock.trusted, "follows the store's" if clock.trusted else "the store's time could not be read")
    yield await _search(platform)
    yield await _keys(platform)
    letters = await list_dead(platform)
    yield Finding("dead letters", not letters, f"{len(letters)}; see `kopru dead list`" if letters else "none")


async def _size(platform: Platform) -> Finding:
    sizes = {document.get_collection_name(): await document.count() for document in DOCUMENTS}
    largest = max(sizes, key=lambda name: sizes[name])
    is_good = platform.embedded is None or sizes[largest] <= EMBEDDED_LIMIT
    limit = f" of at most {EMBEDDED_LIMIT} in the embedded store" if platform.embedded else ""
    return Finding("size", is_good, f"{sum(sizes.values())} documents; most, {sizes[largest]}{limit}, in {largest}")


async def _search(platform: Platform) -> Finding:
    kind = "Meilisearch" if platform.settings.meilisearch_url else "embedded"
    try:
        counts = [f"{await platform.search.count(index)} entries in {index.value}" for index in SearchIndex]
    except Unavailable as error:
        return Finding("search", is_good=False, seen=str(error))
    return Finding("search", is_good=True, seen=f"{kind}; {', '.join(counts)}")


async def _keys(platform: Platform) -> Finding:
    try:
        issuer = (await open_authenticator(platform.settings, platform.keyring)).issuer
    except WrongSetting as error:
        return Finding("keys", is_good=False, seen=str(error))
    return Finding("keys", is_good=True, seen=f"{len(await issuer.public_keys())} published; KOPRU_SECRET_KEY opens them")


async def _of_server(url: str) -> Finding:
    try:
        async with httpx2.AsyncClient(timeout=5, trust_env=False) as http:
            response = await http.get(f"{url.rstrip('/')}/readyz")
    except httpx2.HTTPError as error:
        return Finding("server", is_good=False, seen=f"{url} does not answer: {error}")
    return Finding("server", response.is_success, f"{url} answers {response.status_code}: {response.text}")
