"""Strategies: written together, forked with their origin kept, offered back and merged or declined."""

from typing import Any

import pytest

from auth.actor import Actor, Role
from community.spaces.documents import SpaceVisibility
from community.strategies.documents import OfferState, StrategyOffer
from community.strategies.handlers import subscribe
from community.strategies.offers import (
    DecliningDraft,
    OfferDraft,
    TakingDraft,
    decline_offer,
    merged_with,
    offer_back,
    take_offer,
)
from community.strategies.reading import forks_of, list_strategies, offers_by_ids, revision_at
from community.strategies.strategies import ForkDraft, Section, StrategyDraft, fork_strategy, sections_of, set_strategy
from community.wiki.approvals import ApprovalRule, set_approval_rule
from community.wiki.documents import WikiPage
from community.wiki.pages import delete_page, edit_page
from community.wiki.writing import PageChanges
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from notifications.documents import Notification
from notifications.strategies import subscribe as subscribe_news
from tests.care.stored import everything, handle_twice
from tests.factories.care import make_actor as make_caller
from tests.factories.community import make_actor, make_department, make_page
from tests.factories.spaces import inside, make_space

MANAGER = make_caller(Role.MANAGER)
BODY = "# Dinle\n\nHer gün okuruz.\n\n# Yanıtla\n\nYarım saatte.\n\n```\n# kod\n```\n"
OURS = BODY.replace("Yarım saatte.", "On dakikada.")


async def strategy(author: Actor, **given: Any) -> WikiPage:
    page = await make_page(given.pop("path", "strateji"), author, body=BODY, **given)
    return await set_strategy(author, page.id, StrategyDraft(), expected_version=page.version)


async def forked(author: Actor, origin: WikiPage, body: str = OURS, **given: Any) -> WikiPage:
    draft = ForkDraft.model_validate({"path": "bizim-strateji", **given})
    fork = await fork_strategy(author, origin.id, draft, once=Once())
    return await edit_page(author, fork.id, PageChanges(body=body), expected_version=fork.version)


async def offered(author: Actor, fork: WikiPage) -> StrategyOffer:
    return await offer_back(author, fork.id, OfferDraft(note="Daha hızlı yanıt"), once=Once())


def test_sections_are_the_headings_outside_of_code() -> None:
    assert sections_of(BODY) == [Section(1, "Dinle"), Section(1, "Yanıtla")]
    assert sections_of("## Bir ##\n#yok\n~~~\n# kod\n```\n~~~\n###### Son\n####### çok") == [Section(2, "Bir"), Section(6, "Son")]


async def test_strategy_is_written_together_for_a_department(store: Database) -> None:
    department = await make_department("Bakım")
    author, other, stranger = await make_actor(Role.AGENT), await make_actor(), await make_actor()
    page = await make_page("strateji", author, body=BODY)
    before = await everything(WikiPage)
    draft = StrategyDraft(department_id=department.id, co_author_ids=[other.member])
    with pytest.raises(Forbidden):
        await set_strategy(stranger, page.id, draft, expected_version=page.version)
    for wrong in (StrategyDraft(department_id="dep_none"), StrategyDraft(co_author_ids=["mem_none"])):
        with pytest.raises(NotFound):
            await set_strategy(author, page.id, wrong, expected_version=page.version)
    assert await everything(WikiPage) == before
    page = await set_strategy(author, page.id, draft, expected_version=page.version)
    with pytest.raises(Conflict):
        await set_strategy(other, page.id, draft, expected_version=1)
    page = await set_strategy(other, page.id, draft, expected_version=page.version)
    await make_page("sayfa", author)
    for wanted in (None, department.id):
        assert [one.id for one in (await list_strategies(stranger, wanted, Window())).items] == [page.id]


async def test_fork_keeps_its_origin_and_what_it_changed_comes_back(store: Database) -> None:
    author, theirs = await make_actor(Role.AGENT), await make_actor()
    plain = await make_page("sayfa", author)
    with pytest.raises(InvalidInput):
        await fork_strategy(theirs, plain.id, ForkDraft(path="olmaz"), once=Once())
    origin = await strategy(author)
    fork = await forked(theirs, origin)
    assert fork.strategy is not None
    assert (fork.strategy.origin_id, fork.strategy.origin_number, fork.title) == (origin.id, 1, origin.title)
    base = await revision_at(origin.id, 1)
    assert base is not None
    assert base.body.strip() == BODY.strip()
    assert [one.id for one in (await forks_of(author, origin.id, Window())).items] == [fork.id]

    with pytest.raises(Forbidden):
        await offered(await make_actor(), fork)
    offer = await offered(theirs, fork)
    with pytest.raises(AlreadyDone):
        await offered(theirs, fork)
    origin = await edit_page(
        author, origin.id, PageChanges(body=BODY.replace("Her gün", "Her saat")), expected_version=origin.version
    )
    with pytest.raises(Forbidden):
        await take_offer(theirs, offer.id, TakingDraft(), expected_version=origin.version)
    with pytest.raises(Conflict):
        await take_offer(author, offer.id, TakingDraft(), expected_version=1)
    taken = await take_offer(author, offer.id, TakingDraft(), expected_version=origin.version)
    await handle_twice(subscribe, (WikiPage,))
    origin = await fresh(origin)
    assert (taken.state, taken.taken_number, (await fresh(taken)).state) == (OfferState.TAKEN, origin.version, OfferState.TAKEN)
    assert origin.body.strip() == OURS.replace("Her gün", "Her saat").strip()
    with pytest.raises(AlreadyDone):
        await take_offer(author, offer.id, TakingDraft(), expected_version=origin.version)
    await handle_twice(subscribe_news, (StrategyOffer,))
    told = {(one.recipient_id, one.kind.value) for one in await Notification.find_all().to_list()}
    assert told == {(author.member, "STRATEGY_OFFERED"), (theirs.member, "STRATEGY_OFFER_DECIDED")}


async def test_what_both_changed_is_merged_by_hand_and_offers_are_declined_with_a_reason(store: Database) -> None:
    author, theirs = await make_actor(Role.AGENT), await make_actor()
    origin = await strategy(author)
    fork = await forked(theirs, origin)
    offer = await offered(theirs, fork)
    changes = PageChanges(body=BODY.replace("Yarım saatte.", "Bir saatte."))
    origin = await edit_page(author, origin.id, changes, expected_version=origin.version)
    assert (await merged_with(offer, origin)).conflicts == 1
    marked = TakingDraft(body=(await merged_with(offer, origin)).text)
    for draft in (TakingDraft(), marked):
        with pytest.raises(InvalidInput):
            await take_offer(author, offer.id, draft, expected_version=origin.version)
    assert (await fresh(origin)).version == origin.version
    with pytest.raises(Forbidden):
        await decline_offer(theirs, offer.id, DecliningDraft(reason="Olmaz"), expected_version=offer.version)
    declined = await decline_offer(author, offer.id, DecliningDraft(reason="Bizde olmaz"), expected_version=offer.version)
    assert (declined.state, declined.reason, declined.open_key) == (OfferState.DECLINED, "Bizde olmaz", None)
    again = await offered(theirs, fork)
    origin = await set_approval_rule(MANAGER, origin.id, ApprovalRule(minimum=1), expected_version=origin.version)
    by_hand = TakingDraft(body=BODY.replace("Yarım saatte.", "Yirmi dakikada."))
    await take_offer(author, again.id, by_hand, expected_version=origin.version)
    origin = await fresh(origin)
    assert origin.proposal is not None
    assert ("Bir saatte." in origin.body, "Yirmi dakikada." in origin.proposal.body) == (True, True)


async def test_what_a_closed_space_holds_is_neither_forked_nor_offered_out_of_it(store: Database) -> None:
    owner, member, outsider = await make_actor(), await make_actor(), await make_actor()
    space = await make_space(owner, member, visibility=SpaceVisibility.CLOSED)
    owner, member = inside(owner, space), inside(member, space)
    origin = await strategy(owner, space_id=space.id)
    with pytest.raises(NotFound):
        await forked(outsider, origin)
    with pytest.raises(InvalidInput):
        await forked(member, origin)
    fork = await forked(member, origin, space_id=space.id)
    offer = await offered(member, fork)
    assert [list(await offers_by_ids(one, [offer.id])) for one in (owner, outsider)] == [[offer.id], []]
    with pytest.raises(NotFound):
        await set_strategy(
            owner, origin.id, StrategyDraft(co_author_ids=[outsider.member]), expected_version=(await fresh(origin)).version
        )
    shared = await strategy(outsider, path="ortak")
    within = await forked(member, shared, space_id=space.id, path="ic-uyarlama")
    with pytest.raises(InvalidInput):
        await offered(member, within)


async def test_only_what_says_something_else_than_its_origin_is_offered_back(store: Database) -> None:
    author, theirs = await make_actor(Role.AGENT), await make_actor()
    origin = await strategy(author)
    with pytest.raises(InvalidInput, match="published fork") as refused:
        await offered(author, origin)
    assert refused.value.path == ("page_id",)
    same = await forked(theirs, origin, body=BODY)
    with pytest.raises(InvalidInput, match="says the same") as refused:
        await offered(theirs, same)
    assert refused.value.path == ("page_id",)
    other = await forked(theirs, origin, path="baska-uyarlama")
    await delete_page(MANAGER, origin.id, expected_version=(await fresh(origin)).version)
    with pytest.raises(NotFound, match="came from") as missing:
        await offered(theirs, other)
    assert (missing.value.path, await StrategyOffer.count()) == (("page_id",), 0)
