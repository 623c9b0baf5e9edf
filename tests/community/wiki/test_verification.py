from datetime import timedelta

from auth.actor import Role
from community.wiki.documents import WikiPage
from community.wiki.pages import delete_page
from community.wiki.verification import (
    Verification,
    Vouching,
    count_wiki_reviews_due,
    remind_of_pages,
    verification_of,
    vouch_for_page,
    wiki_reviews_due,
)
from core.clock import clock, now
from core.database import Database
from core.paging import Window
from core.records import fresh
from tests.community.watching import facts
from tests.factories.community import customer_actor, make_actor, make_page


async def _vouched(path: str, days: int) -> WikiPage:
    page, owner = await make_page(path), await make_actor()
    vouching = Vouching(owner_id=owner.member, until=now() + timedelta(days=days))
    return await vouch_for_page(owner, page.id, vouching, expected_version=1)


async def _told(store: Database, page: WikiPage) -> list[str]:
    return [name for name, _ in await facts(store, "wiki_pages", page.id)][2:]


async def test_the_owner_is_reminded_before_and_called_after_once_each(store: Database) -> None:
    page = await _vouched("iade", 90)
    assert verification_of(page) is Verification.VERIFIED
    assert await remind_of_pages(10) == 0

    clock.shift(timedelta(days=77))
    assert (await remind_of_pages(10), await remind_of_pages(10)) == (1, 0)
    assert verification_of(await fresh(page)) is Verification.DUE
    assert await _told(store, page) == ["WikiReviewDue"]
    clock.shift(timedelta(days=14))
    assert (await remind_of_pages(10), await remind_of_pages(10)) == (1, 0)
    assert await _told(store, page) == ["WikiReviewDue", "WikiPageOutdated"]

    current = await fresh(page)
    assert verification_of(current) is Verification.OUTDATED
    assert (current.outdated_at is not None, current.next_act_at) == (True, None)
    again = Vouching(until=now() + timedelta(days=30))
    manager = await make_actor(Role.MANAGER)
    current = await vouch_for_page(manager, page.id, again, expected_version=current.version)
    assert (verification_of(current), current.outdated_at, current.reminded_at) == (Verification.VERIFIED, None, None)
    assert current.verified_by == manager.member


async def test_a_short_time_has_an_alarm_only_and_a_late_scan_tells_only_that(store: Database) -> None:
    short, long = await _vouched("kisa", 3), await _vouched("uzun", 30)

    clock.shift(timedelta(days=31))
    assert await remind_of_pages(10) == 2

    assert await _told(store, short) == await _told(store, long) == ["WikiPageOutdated"]


async def test_nobody_is_reminded_of_a_page_that_is_gone_or_not_vouched_for(store: Database) -> None:
    gone, freed = await _vouched("giden", 3), await _vouched("kalan", 3)
    manager = await make_actor(Role.MANAGER)
    await delete_page(manager, gone.id, expected_version=2)
    freed = await vouch_for_page(manager, freed.id, Vouching(until=None), expected_version=2)
    assert (freed.verified_by, verification_of(freed)) == (None, Verification.UNVERIFIED)

    clock.shift(timedelta(days=4))

    assert await remind_of_pages(10) == 0


async def test_what_is_due_is_listed_the_most_urgent_first(store: Database) -> None:
    soon, late, _, _ = [await _vouched(f"sayfa-{days}", days) for days in (10, 2, 60, 70)][:4]
    await make_page("hic")
    reader = await make_actor()

    found = await wiki_reviews_due(reader, Window())
    mine = await wiki_reviews_due(reader, Window(), owner_id=soon.owner_id)

    assert [page.id for page in found.items] == [late.id, soon.id]
    assert [page.id for page in mine.items] == [soon.id]
    assert (await count_wiki_reviews_due(reader), await count_wiki_reviews_due(customer_actor())) == (2, 0)
