import io
import zipfile
from datetime import timedelta

import pytest

from auth.accounts import create_account, disable_account
from auth.actor import SYSTEM, Actor, Role
from auth.drafts import AccountDraft
from auth.identify import actor_of
from community.accounts import ensure_member
from community.exports import exports as operations
from community.exports import writing
from community.exports.documents import ExportState, WikiExport
from community.exports.exports import ExportDraft, export_file, exports_by_ids, start_export, sweep_exports
from community.exports.writing import write_export
from community.spaces.membership import remove_member
from community.uploads import stage_content
from community.wiki.approvals import ApprovalRule, set_approval_rule
from community.wiki.attachments import attach_file
from community.wiki.documents import WikiPage
from community.wiki.pages import delete_page
from core.clock import clock
from core.errors import Forbidden, InvalidInput, LimitReached, NotFound
from core.files import FileContents
from core.idempotency import Once
from core.ids import new_id, with_prefix
from core.records import fresh, save
from notifications import exports
from notifications.documents import Notification, NotificationKind
from tests.care.stored import handle_twice
from tests.factories.community import customer_actor, make_actor, make_page
from tests.factories.spaces import inside, make_space
from tests.rivals import overtaken

pytestmark = pytest.mark.usefixtures("store")


async def person(name: str) -> Actor:
    """Let somebody have an account and be a member."""
    draft = AccountDraft(email=f"{name}@narin.example", name=name, password="uzun-bir-parola-1", roles=[Role.EXPERT])
    account = await create_account(SYSTEM, draft)
    await ensure_member(account)
    return await actor_of(account.id)


async def asked(actor: Actor, page: WikiPage) -> WikiExport:
    return await start_export(actor, ExportDraft(page_id=page.id), once=Once())


async def names(actor: Actor, export: WikiExport) -> list[str]:
    """List what is in the file of an export."""
    found = await export_file(actor, export.id)
    assert found is not None
    with zipfile.ZipFile(io.BytesIO(found[1])) as archive:
        assert archive.testzip() is None
        return sorted(archive.namelist())


async def test_export_holds_what_the_asker_may_read_when_it_is_written() -> None:
    asker, owner = await person("ada"), await person("baran")
    space = await make_space(owner)
    root = await make_page("iade", owner)
    below = [await make_page(f"iade/adim-{number}", owner) for number in range(3)]
    other = await make_page("iade", inside(owner, space), space_id=space.id)
    await make_page("iade/gizli", inside(owner, space), space_id=space.id)
    place = await stage_content(owner, "şema.png", b"\x89PNG", identifier=new_id("upl"))
    file = await attach_file(owner, below[0].id, place.id)
    export = await asked(asker, root)
    await delete_page(SYSTEM, below[2].id, expected_version=below[2].version)

    for _ in range(2):
        await write_export(export.id)
    await handle_twice(exports.subscribe, (WikiExport,))

    done = await fresh(export)
    assert (done.state, done.total, done.written) == (ExportState.DONE, 3, 3)
    assert await names(asker, export) == sorted(["iade.md", "iade/adim-0.md", "iade/adim-1.md", f"files/{file.id}/şema.png"])
    assert await exports_by_ids(owner, [export.id]) == {}
    assert await export_file(owner, export.id) is None
    told = await Notification.find({}).to_list()
    assert [(one.recipient_id, one.kind) for one in told] == [(asker.member, NotificationKind.WIKI_EXPORTED)]
    with pytest.raises(NotFound):
        await asked(asker, other)


async def test_who_left_the_space_meanwhile_gets_nothing() -> None:
    owner, asker = await person("ada"), await person("baran")
    space = await make_space(owner, asker)
    page = await make_page("gizli", inside(owner, space), space_id=space.id)
    written, waiting = [await asked(inside(asker, space), page) for _ in range(2)]
    await write_export(written.id)
    assert await names(await actor_of(with_prefix("acc", asker.member)), written) == ["gizli.md"]

    await remove_member(inside(owner, space), space.id, asker.member)
    await write_export(waiting.id)
    await handle_twice(exports.subscribe, (WikiExport,))

    assert (await fresh(waiting)).state is ExportState.FAILED
    assert await export_file(await actor_of(with_prefix("acc", asker.member)), written.id) is None
    assert await Notification.count() == 0


async def test_who_can_sign_in_no_longer_gets_nothing_and_files_go_after_their_time() -> None:
    asker, gone = await person("ada"), await person("baran")
    page = await make_page("iade", asker)
    kept, lost = await asked(asker, page), await asked(gone, page)
    await disable_account(SYSTEM, with_prefix("acc", gone.member))
    for one in (kept, lost):
        await write_export(one.id)
    assert (await fresh(lost)).state is ExportState.FAILED

    assert await sweep_exports(10) == 0
    clock.shift(timedelta(days=7, seconds=1))
    assert [await sweep_exports(10) for _ in range(2)] == [1, 0]

    expired = await fresh(kept)
    assert (expired.state, await export_file(asker, kept.id)) == (ExportState.EXPIRED, None)
    assert await FileContents(WikiExport.get_pymongo_collection().database).read(kept.content_id) is None


async def test_few_exports_wait_for_one_member_and_customers_ask_for_none() -> None:
    asker = await make_actor()
    page = await make_page("iade", asker)
    for _ in range(3):
        await asked(asker, page)

    with pytest.raises(LimitReached) as refused:
        await asked(asker, page)
    with pytest.raises((NotFound, Forbidden)):
        await asked(customer_actor(), page)

    assert refused.value.path == ("page_id",)
    assert await WikiExport.count() == 3


async def test_what_nobody_approved_yet_is_not_exported() -> None:
    author = await make_actor()
    parent = await make_page("kurallar")
    await set_approval_rule(SYSTEM, parent.id, ApprovalRule(minimum=1), expected_version=parent.version)
    proposed = await make_page("kurallar/yeni", author)
    with pytest.raises(InvalidInput, match="approved") as refused:
        await asked(author, proposed)
    assert (refused.value.path, await WikiExport.count()) == (("page_id",), 0)


async def test_a_file_whose_content_is_gone_is_left_out() -> None:
    owner = await person("ada")
    page = await make_page("iade", owner)
    files = []
    for name in ("şema.png", "plan.png"):
        place = await stage_content(owner, name, b"\x89PNG", identifier=new_id("upl"))
        files.append(await attach_file(owner, page.id, place.id))
    await FileContents(WikiExport.get_pymongo_collection().database).remove(files[0].content_id)
    export = await asked(owner, page)
    await write_export(export.id)
    assert (await fresh(export)).state is ExportState.DONE
    assert await names(owner, export) == sorted(["iade.md", f"files/{files[1].id}/plan.png"])


async def test_two_who_take_away_what_is_old_do_it_once() -> None:
    owner = await person("ada")
    export = await asked(owner, await make_page("iade", owner))
    await write_export(export.id)
    clock.shift(timedelta(days=7, seconds=1))
    async with overtaken(operations, lambda: sweep_exports(10)):
        await sweep_exports(10)
    old = await fresh(export)
    assert (old.state, old.expires_at, await export_file(owner, export.id)) == (ExportState.EXPIRED, None, None)


async def test_an_export_that_another_process_ended_meanwhile_stays_as_that_left_it() -> None:
    owner = await person("ada")
    page = await make_page("iade", owner)
    export = await asked(owner, page)

    async def given_up() -> None:
        current = await fresh(export)
        current.state, current.reason = ExportState.FAILED, "Başka bir süreç bitirdi."
        await save(current)

    async with overtaken(writing, given_up):
        await write_export(export.id)

    ended = await fresh(export)
    assert (ended.state, ended.reason, ended.finished_at) == (ExportState.FAILED, "Başka bir süreç bitirdi.", None)
    assert await export_file(owner, export.id) is None
    gone = await asked(owner, page)
    await delete_page(SYSTEM, page.id, expected_version=page.version)

    async def done() -> None:
        current = await fresh(gone)
        current.state = ExportState.EXPIRED
        await save(current)

    async with overtaken(writing, done):
        await write_export(gone.id)

    assert ((await fresh(gone)).state, (await fresh(gone)).reason) == (ExportState.EXPIRED, None)
