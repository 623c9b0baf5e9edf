"""The document by which a database is known to hold a demo of ours, and nothing else."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from auth.documents import Account
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.customers import Customer
from community.documents import Member, Question
from core.database import Database

_COLLECTION = "demo"
_ID = "seed"
_SILENT_AFTER = 30.0
_TELLING = (Account, Member, Channel, Customer, Case, Question)


class DemoState(StrEnum):
    """What a database holds, as far as the demo is concerned."""

    EMPTY = "EMPTY"
    SEEDED = "SEEDED"
    BEING_SEEDED = "BEING_SEEDED"
    INTERRUPTED = "INTERRUPTED"
    FOREIGN = "FOREIGN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What is remembered of a seeding: the ids of what demo.json shows, and the sealed password of all accounts."""

    sealed_password: str
    channel_ids: list[str]
    member_accounts: list[str]
    customer_accounts: list[str]


async def read_state(database: Database) -> DemoState:
    """Tell what the database holds; a seeding that gave no sign for 30 s was interrupted."""
    marker = await database[_COLLECTION].find_one({"_id": _ID})
    if marker is None:
        return DemoState.FOREIGN if await _holds_something() else DemoState.EMPTY
    if "seeded" in marker:
        return DemoState.SEEDED
    return DemoState.BEING_SEEDED if time.time() - marker["touched_at"] < _SILENT_AFTER else DemoState.INTERRUPTED


async def mark_begun(database: Database) -> None:
    """Say that the database is being seeded, now and then again."""
    await database[_COLLECTION].update_one({"_id": _ID}, {"$set": {"touched_at": time.time()}}, upsert=True)


async def mark_seeded(database: Database, seeded: Seeded) -> None:
    """Say that the demo is complete."""
    await database[_COLLECTION].update_one({"_id": _ID}, {"$set": {"seeded": asdict(seeded)}})


async def read_seeded(database: Database) -> Seeded:
    """Read what was remembered of a complete demo."""
    marker: Mapping[str, Any] = await database[_COLLECTION].find_one({"_id": _ID}) or {}
    return Seeded(**marker["seeded"])


async def clear(database: Database) -> None:
    """Empty a database whose seeding was interrupted; the marker goes last, so that this can be interrupted too."""
    names = [name for name in await database.list_collection_names() if not name.startswith("system.")]
    for name in sorted(names, key=lambda name: name == _COLLECTION):
        await database[name].delete_many({})


async def _holds_something() -> bool:
    for document in _TELLING:
        if await document.find_one({}) is not None:
            return True
    return False
