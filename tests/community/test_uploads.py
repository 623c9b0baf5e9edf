"""Files that were sent: kept while something is made of them, and left to what was made with nothing else behind."""

import pytest

from community.staged_files import StagedFile
from community.uploads import hand_over, keep_upload, stage_content
from core.clock import now
from core.files import FileContents
from core.ids import new_id
from core.records import fresh, save
from tests.factories.community import make_actor

pytestmark = pytest.mark.usefixtures("store")


async def stored(content_id: str | None) -> bytes | None:
    return await FileContents(StagedFile.get_pymongo_collection().database).read(content_id or "")


async def test_what_was_begun_before_goes_when_a_file_is_handed_over() -> None:
    first = await stage_content(await make_actor(), "a.md", b"bir", identifier=new_id("upl"))
    second = await stage_content(await make_actor(), "a.md", b"iki", identifier=new_id("upl"))
    second.attempts = [str(first.content_id), *second.attempts]  # as if it had been sent twice
    await save(second)

    for _ in range(2):
        await hand_over(second.id)

    left = await fresh(second)
    assert (left.swept_at, left.attempts) == (None, [second.content_id])
    assert [await stored(one.content_id) for one in (first, second)] == [None, b"iki"]


async def test_only_what_was_sent_whole_is_kept_longer() -> None:
    at = now()
    begun = StagedFile(id=new_id("upl"), created_at=at, name="a.md", owner_id="mem_1", expires_at=at, swept_at=at)
    await save(begun)
    whole = await stage_content(await make_actor(), "a.md", b"bir", identifier=new_id("upl"))
    for one in (begun.id, whole.id, "upl_none"):
        await keep_upload(one)
        await hand_over("upl_none")
    kept = await fresh(whole)
    assert whole.swept_at is not None
    assert kept.swept_at is not None
    assert kept.swept_at > whole.swept_at
    assert await fresh(begun) == begun
