from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from auth.actor import Actor, Role
from community.staged_files import StagedFile
from community.uploads import UploadDraft, receive_upload, stage_upload, sweep_uploads, upload_token
from community.wiki import attachments
from community.wiki.attachments import attach_file, content_of, file_counts, files_by_ids, files_of, remove_file
from community.wiki.documents import WikiFile
from community.wiki.pages import delete_page
from core.clock import clock
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, LimitReached
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from core.secrets import Keyring
from tests.community.test_handlers import handle_everything
from tests.community.watching import snapshot
from tests.factories.community import customer_actor, make_actor, make_page

KEYRING = Keyring(b"k" * 32)


async def _parts(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _sent(actor: Actor, content: bytes = b"PNG", name: str = "şema.png") -> StagedFile:
    staged = await stage_upload(actor, UploadDraft(name=name), once=Once())
    return await receive_upload(KEYRING, staged.id, upload_token(KEYRING, staged), _parts(content))


async def test_an_attached_file_stays_and_goes_with_its_page(store: Database) -> None:
    page, author, reader = await make_page(), await make_actor(), await make_actor(Role.AGENCY)
    staged = await _sent(author)

    file = await attach_file(author, page.id, staged.id)
    again = await attach_file(author, page.id, staged.id)

    assert (again.id, await WikiFile.find({}).count()) == (file.id, 1)
    assert (file.name, file.content_type, file.size) == ("şema.png", "image/png", 3)
    clock.shift(timedelta(days=40))
    assert await sweep_uploads() == 0
    assert list(await files_by_ids(reader, [file.id])) == [file.id]
    assert await content_of(file) == b"PNG"
    assert [one.id for one in (await files_of(reader, [page.id], Window()))[page.id].items] == [file.id]
    assert (await file_counts(reader, [page.id]), await files_by_ids(customer_actor(), [file.id])) == ({page.id: 1}, {})
    await delete_page(await make_actor(Role.MANAGER), page.id, expected_version=1)
    assert await files_by_ids(reader, [file.id]) == {}


async def test_a_removed_file_is_gone_with_its_content(store: Database) -> None:
    page, author = await make_page(), await make_actor()
    file = await attach_file(author, page.id, (await _sent(author)).id)

    with pytest.raises(Conflict):
        await remove_file(author, file.id, expected_version=2)
    with pytest.raises(Forbidden):
        await remove_file(await make_actor(Role.AGENCY), file.id, expected_version=1)
    await remove_file(author, file.id, expected_version=1)

    assert await files_by_ids(author, [file.id]) == {}
    assert await content_of(file) is None
    with pytest.raises(AlreadyDone):
        await attach_file(author, page.id, file.staged_id)
    await handle_everything(store)
    await handle_everything(store)


async def test_a_request_that_died_leaves_the_content_to_the_page_by_the_handler(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, author = await make_page(), await make_actor()
    staged = await _sent(author)

    async def died(_: str) -> None:
        raise RuntimeError

    monkeypatch.setattr(attachments, "hand_over", died)
    with pytest.raises(RuntimeError):
        await attach_file(author, page.id, staged.id)
    assert (await fresh(staged)).swept_at is not None
    await handle_everything(store)
    await handle_everything(store)

    assert (await fresh(staged)).swept_at is None


async def test_only_ones_own_whole_file_is_attached_once(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    page, other, author, agency = await make_page(), await make_page("depo"), await make_actor(), await make_actor(Role.AGENCY)
    staged, another = await _sent(author), await _sent(author)
    empty = await stage_upload(author, UploadDraft(name="bos.png"), once=Once())
    await attach_file(author, page.id, staged.id)
    stranger = await make_actor()
    before = await snapshot(store)

    for who, place in ((stranger, another.id), (author, empty.id), (author, "upl_none")):
        with pytest.raises(InvalidInput):
            await attach_file(who, page.id, place)
    with pytest.raises(Forbidden):
        await attach_file(agency, page.id, another.id)
    with pytest.raises(Forbidden):
        await stage_upload(agency, UploadDraft(name="a.png"), once=Once())
    with pytest.raises(AlreadyDone):
        await attach_file(author, other.id, staged.id)
    monkeypatch.setattr(attachments, "MOST_FILES", 1)
    with pytest.raises(LimitReached):
        await attach_file(author, page.id, another.id)
    assert await snapshot(store) == before
