"""What pages show of who knows what: as long as they are there, and to whom may read them."""

from datetime import timedelta

from auth.actor import Role
from community.documents import Evidence
from community.moving import SpaceMove, move_to_space
from community.wiki.documents import WikiPage
from community.wiki.knowledge import count_edit, reflect_page, reflect_vouching
from community.wiki.pages import delete_page, edit_page
from community.wiki.verification import Vouching, vouch_for_page
from community.wiki.writing import PageChanges
from core.clock import now
from core.database import Database
from core.records import change, fresh
from tests.factories.community import actor_of, make_actor, make_member, make_page
from tests.factories.spaces import inside, make_space


async def reasons(page: WikiPage) -> dict[str, tuple[str, str | None, bool]]:
    found = await Evidence.find({"source_id": page.id}).to_list()
    return {row.kind.value: (row.text, row.closed_space_id, row.withdrawn_at is None) for row in found}


async def test_who_vouches_for_a_page_knows_of_it_as_long_as_they_do(store: Database) -> None:
    page, owner, manager = await make_page("gumruk"), await make_actor(), await make_actor(Role.MANAGER)
    vouching = Vouching(owner_id=owner.member, until=now() + timedelta(days=90))
    page = await vouch_for_page(owner, page.id, vouching, expected_version=1)
    await reflect_vouching(page, now())
    await reflect_vouching(page, now())
    (row,) = await Evidence.find({"source_id": page.id}).to_list()
    assert (row.member_id, row.kind, row.weight, row.withdrawn_at) == (owner.member, "VERIFICATION", 1.0, None)

    page = await vouch_for_page(manager, page.id, Vouching(until=None), expected_version=2)
    await reflect_vouching(page, now())

    assert await reasons(page) == {"VERIFICATION": (page.title, None, False)}


async def test_reasons_follow_a_page_that_is_edited_moved_hidden_and_deleted(store: Database) -> None:
    author = await make_member(Role.MANAGER)
    actor = actor_of(author)
    page = await make_page("gumruk", actor)
    await count_edit(page, author.id, now())
    page = await edit_page(actor, page.id, PageChanges(title="Gümrük işleri"), expected_version=1)
    await count_edit(page, (await make_member()).id, now())
    assert await reasons(page) == {"WIKI_EDIT": ("Gümrük işleri", None, True)}

    space = await make_space(actor, visibility="SECRET")
    actor = inside(actor, space)
    await move_to_space(actor, SpaceMove(content_id=page.id, space_id=space.id), expected_version=2)
    await reflect_page(await fresh(page))
    assert await reasons(page) == {"WIKI_EDIT": ("Gümrük işleri", space.id, True)}

    def hide(current: WikiPage) -> None:
        current.kept_for = [author.id]

    def show(current: WikiPage) -> None:
        current.kept_for = None

    await reflect_page(await change(await fresh(page), hide))
    assert await reasons(page) == {"WIKI_EDIT": ("Gümrük işleri", space.id, False)}
    await reflect_page(await change(await fresh(page), show))
    assert await reasons(page) == {"WIKI_EDIT": ("Gümrük işleri", space.id, True)}
    await reflect_page(await delete_page(actor, page.id, expected_version=(await fresh(page)).version))
    assert await reasons(page) == {"WIKI_EDIT": ("Gümrük işleri", space.id, False)}
