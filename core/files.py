"""Contents of files, in GridFS: written whole under an id of their own, read whole, taken away."""

from collections.abc import AsyncIterator

from gridfs.asynchronous import AsyncGridFSBucket
from gridfs.errors import NoFile

from core.database import Database
from core.errors import LimitReached

LARGEST = 64 * 2**20


class FileContents:
    """The contents in one database; whoever writes one keeps its id before, so that none is left behind unknown."""

    def __init__(self, database: Database) -> None:
        self._bucket = AsyncGridFSBucket(database, bucket_name="files")

    async def write(self, identifier: str, parts: AsyncIterator[bytes], *, largest: int = LARGEST) -> int:
        """Keep a content and give its size; LimitReached, and nothing kept, for one that is too large."""
        size = 0
        stream = self._bucket.open_upload_stream_with_id(identifier, identifier)
        try:
            async for part in parts:
                size += len(part)
                _require_room(size, largest)
                await stream.write(part)
            await stream.close()
        except BaseException:
            await stream.abort()
            raise
        return size

    async def read(self, identifier: str) -> bytes | None:
        """Give a content; None when there is none."""
        try:
            stream = await self._bucket.open_download_stream(identifier)
        except NoFile:
            return None
        return await stream.read()

    async def remove(self, identifier: str) -> None:
        """Take a content away, also one that was written in part. Can run twice."""
        try:
            await self._bucket.delete(identifier)
        except NoFile:
            return


def _require_room(size: int, largest: int) -> None:
    if size > largest:
        raise LimitReached(f"A file has at most {largest // 2**20} MB; divide it.")
