"""The connection to MongoDB: settings that make an acknowledged write a stored one, and what an outage looks like."""

from collections.abc import Sequence
from typing import Any

from beanie import Document, init_beanie
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import AutoReconnect, ExecutionTimeout, NetworkTimeout, PyMongoError, WTimeoutError

from core.errors import Unavailable

Database = AsyncDatabase[dict[str, Any]]


def connect(url: str, **overrides: object) -> AsyncMongoClient[dict[str, Any]]:
    """Make a client whose writes are journalled by a majority before they count and whose waits are bounded."""
    options: dict[str, Any] = {
        "w": "majority",
        "journal": True,
        "readConcernLevel": "majority",
        "retryWrites": True,
        "retryReads": True,
        "timeoutMS": 5000,
        "serverSelectionTimeoutMS": 1500,
        "connectTimeoutMS": 1500,
        "maxPoolSize": 50,
        "heartbeatFrequencyMS": 2000,
        "appname": "kopru",
        "tz_aware": True,
        **overrides,
    }
    return AsyncMongoClient(url, **options)


async def declare(database: Database, documents: Sequence[type[Document]]) -> None:
    """Bind the document classes to the database and make their indexes."""
    await init_beanie(database=database, document_models=list(documents))


async def ping(database: Database) -> None:
    """Ask the store for a sign of life; Unavailable when none comes."""
    try:
        await database.command("ping")
    except PyMongoError as error:
        raise Unavailable("store", str(error)) from error


def outage(error: BaseException) -> Unavailable | None:
    """Tell whether an error means that the store did not answer in time, as Unavailable."""
    if isinstance(error, AutoReconnect | NetworkTimeout | ExecutionTimeout | WTimeoutError):
        return Unavailable("store")
    return Unavailable("store") if isinstance(error, PyMongoError) and error.timeout else None
