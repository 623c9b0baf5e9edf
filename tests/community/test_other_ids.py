"""Ids of another kind find nothing, and nobody asks the store for them."""

from collections.abc import Awaitable, Callable, Sequence

import pytest

from auth.actor import Actor, Role
from community.blog.reading import post_at, posts_by_ids
from community.help.reading import articles_by_ids
from community.insights.reading import insights_by_ids, insights_of_customers
from community.kudos.reading import kudos_by_ids
from community.moderation.reading import actions_by_ids, items_by_ids
from community.polls.reading import polls_by_ids
from community.wiki.attachments import files_by_ids
from community.wiki.comments import comments_by_ids
from community.wiki.reading import page_at
from community.wiki.templates import templates_by_ids
from core.database import Database
from core.paging import Window
from tests.community.watching import reads
from tests.factories.community import customer_actor, make_actor


@pytest.mark.parametrize(
    "read",
    [
        posts_by_ids,
        articles_by_ids,
        kudos_by_ids,
        items_by_ids,
        actions_by_ids,
        polls_by_ids,
        files_by_ids,
        comments_by_ids,
        templates_by_ids,
        insights_by_ids,
    ],
    ids=lambda read: f"{read.__module__}.{read.__name__}",
)
async def test_ids_of_another_kind_find_nothing(
    store: Database, read: Callable[[Actor, Sequence[str]], Awaitable[dict[str, object]]]
) -> None:
    actor = await make_actor(Role.ADMIN)
    with reads() as kept:
        assert await read(actor, ["", "mem_1", "\ud800", actor.member]) == {}
    assert kept == []


@pytest.mark.parametrize("slug", ["", "\0", "depo\ud800"])
async def test_what_can_be_no_slug_finds_no_post(store: Database, slug: str) -> None:
    assert await post_at(await make_actor(), slug) is None


async def test_what_can_be_no_path_finds_no_page(store: Database) -> None:
    with reads() as kept:
        assert await page_at(await make_actor(), "???") is None
    assert [one for one in kept if "wiki_pages" in one] == []


async def test_who_reads_no_insights_is_given_none_of_a_customer(store: Database) -> None:
    with reads() as kept:
        found = await insights_of_customers(customer_actor(), ["cus_1", "cus_2"], Window())
    assert ({one: page.items for one, page in found.items()}, kept) == ({"cus_1": [], "cus_2": []}, [])
