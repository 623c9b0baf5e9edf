import pytest
from pydantic import ValidationError

from auth.actor import ANONYMOUS, SYSTEM, Actor, Role
from community.directory import members_by_ids
from community.spaces.content import put_in
from community.spaces.documents import PageWriters, Space, SpaceRole, SpaceVisibility
from community.spaces.errors import OpenForAll, SlugTaken, SpaceArchived
from community.spaces.policies import may_moderate, may_own, may_write_pages
from community.spaces.reading import (
    count_spaces,
    list_spaces,
    moderates,
    page_space,
    require_space,
    space_with_slug,
    spaces_by_ids,
    window_of_members,
    writable_space,
)
from community.spaces.spaces import SpaceChanges, SpaceDraft, create_space, update_space
from community.visibility import readable_in_spaces, reads_in
from community.wiki.documents import WikiPage
from core.database import Database
from core.errors import Conflict, Forbidden, NotFound
from core.gates import admits, to_mongo
from core.idempotency import Once, once
from core.paging import Window
from tests.factories.community import customer_actor, make_actor, make_page
from tests.factories.spaces import inside, let_in, make_space

OPEN, CLOSED, SECRET = SpaceVisibility.OPEN, SpaceVisibility.CLOSED, SpaceVisibility.SECRET


async def names(actor: Actor, *, archived: bool = False, only_mine: bool = False) -> list[str]:
    found = await list_spaces(actor, Window(), archived=archived, only_mine=only_mine)
    assert await count_spaces(actor, archived=archived, only_mine=only_mine) == len(found.items)
    return [space.name for space in found.items]


async def test_secret_space_is_known_to_its_members_alone(store: Database) -> None:
    ada, admin = await make_actor(Role.AGENT), await make_actor(Role.ADMIN)
    opened = await make_space(ada, name="Kargo", visibility=OPEN)
    closed = await make_space(ada, name="İade", visibility=CLOSED)
    secret = await make_space(ada, name="Birleşme")
    ada = inside(ada, opened, closed, secret)
    ids = [opened.id, closed.id, secret.id, "spc_none", "cus_1"]

    assert await names(ada) == ["Birleşme", "İade", "Kargo"]
    for outsider in (admin, await make_actor(Role.MANAGER), await make_actor(Role.AGENCY)):
        assert await names(outsider) == ["İade", "Kargo"]
        assert set(await spaces_by_ids(outsider, ids)) == {opened.id, closed.id}
        assert await space_with_slug(outsider, "birlesme") is None
        with pytest.raises(NotFound):
            await require_space(outsider, secret.id)
    for stranger in (ANONYMOUS, customer_actor()):
        assert (await names(stranger), await spaces_by_ids(stranger, ids)) == ([], {})
    assert set(await spaces_by_ids(SYSTEM, ids)) == {opened.id, closed.id, secret.id}
    assert await names(inside(admin, closed), only_mine=True) == ["İade"]
    assert await names(admin, only_mine=True) == []


async def test_content_is_read_where_the_reach_is(store: Database) -> None:
    ada, admin = await make_actor(Role.AGENT), await make_actor(Role.ADMIN)
    free, opened, closed = [await make_page(path) for path in ("acik", "herkes", "kapali")]
    spaces = {opened.id: await make_space(ada, visibility=OPEN), closed.id: await make_space(ada, visibility=CLOSED, name="İç")}
    for page in (opened, closed):
        put_in(page, spaces[page.id])
        await store["wiki_pages"].update_one(
            {"_id": page.id},
            {"$set": {name: value for name in ("space_id", "closed_space_id") if (value := getattr(page, name))}},
        )

    for actor, seen in ((admin, {free.id, opened.id}), (inside(ada, spaces[closed.id]), {free.id, opened.id, closed.id})):
        gate = readable_in_spaces(actor)
        rows = await store["wiki_pages"].find(to_mongo(gate)).to_list()
        assert {row["_id"] for row in rows} == seen
        assert {row["_id"] for row in await store["wiki_pages"].find({}).to_list() if admits(gate, row)} == seen
        stored = [WikiPage.model_validate(row) for row in await store["wiki_pages"].find({}).to_list()]
        assert {page.id for page in stored if reads_in(actor, page.closed_space_id)} == seen
    assert readable_in_spaces(SYSTEM) != readable_in_spaces(admin)


async def test_who_writes_where(store: Database) -> None:
    ada, baran, admin = await make_actor(Role.AGENT), await make_actor(Role.AGENT), await make_actor(Role.ADMIN)
    opened = await make_space(ada, visibility=OPEN, page_writers=PageWriters.MEMBERS)
    closed = await make_space(ada, baran, name="İade", visibility=CLOSED, page_writers=PageWriters.MODERATORS)
    secret = await make_space(ada, name="Birleşme", page_writers=PageWriters.READERS)
    ada, baran = inside(ada, opened, closed, secret), inside(baran, closed)

    assert await writable_space(admin, None) is None
    assert (await writable_space(admin, opened.id)) is not None
    for space in (opened, closed):
        with pytest.raises(Forbidden):
            await page_space(admin, space.id)
    with pytest.raises(Forbidden):
        await writable_space(admin, closed.id)
    with pytest.raises(NotFound):
        await writable_space(admin, secret.id)
    assert (await writable_space(baran, closed.id)) is not None
    with pytest.raises(Forbidden):
        await page_space(baran, closed.id)
    assert may_write_pages(ada, closed)
    assert may_write_pages(ada, secret)

    closed = await update_space(ada, closed.id, SpaceChanges(archived=True), expected_version=closed.version)
    with pytest.raises(SpaceArchived):
        await writable_space(baran, closed.id)
    assert (await names(baran), await names(baran, archived=True)) == (["Kalite"], ["İade"])


async def test_who_manages_spaces_acts_as_owner_of_all_but_secret_ones(store: Database) -> None:
    ada, manager = await make_actor(Role.AGENT), await make_actor(Role.MANAGER)
    closed = await make_space(ada, visibility=CLOSED)
    secret = await make_space(ada, name="Birleşme")

    assert (bool(may_own(manager, closed)), bool(may_own(manager, secret))) == (True, False)
    assert not may_moderate(inside(manager, secret), secret)
    assert (await moderates(manager, closed.id), await moderates(manager, secret.id)) == (True, False)
    assert (await moderates(manager, None), await moderates(ada, None)) == (True, False)
    assert await moderates(inside(ada, secret), secret.id)
    let = await let_in(closed, manager, manager)
    assert let.role_of(manager.member) is SpaceRole.MEMBER


async def test_short_names_are_unique_but_tell_of_no_secret_space(store: Database) -> None:
    ada = await make_actor(Role.AGENT)
    secret = await make_space(ada, name="Yeni Ürün")
    first = await make_space(None, name="Yeni Ürün", visibility=CLOSED)
    with pytest.raises(SlugTaken) as refused:
        await make_space(None, name="Başka", slug="yeni-urun", visibility=OPEN)

    ada = inside(ada, secret)
    found = await space_with_slug(ada, "yeni-urun")
    with pytest.raises(SlugTaken):
        await update_space(ada, secret.id, SpaceChanges(visibility=CLOSED), expected_version=secret.version)
    shown = await update_space(ada, secret.id, SpaceChanges(visibility=CLOSED, slug="urun-2"), expected_version=secret.version)

    assert refused.value.path == ("slug",)
    assert found is not None
    assert found.id == first.id
    assert (shown.public_slug, shown.secret_id, shown.version) == ("urun-2", None, 2)


async def test_space_is_changed_by_its_owners_and_stays_open_or_closed(store: Database) -> None:
    ada, baran = await make_actor(Role.AGENT), await make_actor(Role.AGENT)
    space = await make_space(ada, baran, visibility=CLOSED)
    ada, baran = inside(ada, space), inside(baran, space)
    changes = SpaceChanges(name="Çağrı", description="Ses kayıtları", minimum_approvals=2, visibility=SECRET)
    with pytest.raises(Forbidden):
        await update_space(baran, space.id, changes, expected_version=space.version)
    changed = await update_space(ada, space.id, changes, expected_version=space.version)

    assert (changed.name, changed.slug, changed.minimum_approvals, changed.secret_id) == ("Çağrı", "kalite", 2, space.id)
    with pytest.raises(OpenForAll):
        await update_space(ada, space.id, SpaceChanges(visibility=OPEN), expected_version=changed.version)
    with pytest.raises(Conflict):
        await update_space(ada, space.id, SpaceChanges(name="X"), expected_version=space.version)


async def test_space_is_made_once_a_key_and_only_by_who_may(store: Database) -> None:
    ada, draft = await make_actor(Role.AGENT), SpaceDraft(name="Kargo", visibility=SECRET)
    key = once(b"s", actor=ada.id, operation="createSpace", key="k", given={"name": "Kargo"})

    first, again = [await create_space(ada, draft, once=key) for _ in range(2)]

    assert (again.id, again.revision, await Space.find({}).count()) == (first.id, first.revision, 1)
    assert [one.role for one in first.members] == [SpaceRole.OWNER]
    for outsider in (await make_actor(Role.AGENCY), customer_actor(), ANONYMOUS):
        with pytest.raises(Forbidden):
            await create_space(outsider, draft, once=Once())


@pytest.mark.parametrize(
    "given",
    [{"name": ""}, {"name": "!!"}, {"name": "x" * 61}, {"slug": "İki Kelime"}, {"slug": "-"}, {"minimum_approvals": 6}],
)
def test_what_no_space_can_be_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SpaceDraft.model_validate({"name": "Kargo", "visibility": "OPEN"} | given)


async def test_members_are_listed_by_name(store: Database) -> None:
    ada, zehra = await make_actor(Role.AGENT, display_name="Ada"), await make_actor(Role.AGENT, display_name="Zehra")
    space = await make_space(zehra, ada)

    known = await members_by_ids(ada, [one.member_id for one in space.members])
    found = window_of_members(list(known.values()), Window(limit=1))
    rest = window_of_members(list(known.values()), Window(after=found.positions[0]))

    assert [member.display_name for member in (*found.items, *rest.items)] == ["Ada", "Zehra"]
    assert (found.has_next, rest.has_next) == (True, False)
