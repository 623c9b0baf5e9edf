"""A process of its own that owns or joins a store, writes to it and prints each id whose write was acknowledged: to be killed."""

import asyncio
import itertools
import sys
from pathlib import Path

from pymongo import AsyncMongoClient

from core.embedded.store import EmbeddedStore


async def write(url: str, run: str, worker: int) -> None:
    """Insert and change documents for ever."""
    async with AsyncMongoClient[dict[str, object]](url) as client:
        for number in itertools.count():
            identity = f"{run}-{worker}-{number}"
            await client.kill.docs.insert_one({"_id": identity, "n": 0, "key": identity})
            await client.kill.docs.update_one({"_id": identity}, {"$inc": {"n": 1}, "$push": {"pending": {"text": "x" * 200}}})
            await client.kill.docs.update_one({"_id": "counter"}, {"$inc": {"n": 1}}, upsert=True)
            print(identity, flush=True)  # noqa: T201  the parent reads it


async def main(folder: Path, run: str, smallest_compaction: int, workers: int) -> None:
    """Start the store and write with several workers at once."""
    store = EmbeddedStore(folder, smallest_compaction=smallest_compaction)
    await store.start()
    print("ready", flush=True)  # noqa: T201  the parent waits for it
    await asyncio.gather(*[write(store.url, run, worker) for worker in range(workers)])
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
