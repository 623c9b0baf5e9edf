import asyncio

import pytest

from auth.accounts import create_account, read_account, revoke
from auth.actor import SYSTEM, Actor, Role
from auth.documents import Account
from auth.drafts import AccountDraft
from auth.identify import actor_of as identified
from community.accounts import ensure_member
from community.handlers import subscribe
from community.spaces import membership
from community.spaces.documents import Space, SpaceRole, SpaceVisibility
from community.spaces.errors import LastOwner, SpaceArchived
from community.spaces.membership import (
    JoinAnswer,
    JoinDecision,
    JoinDraft,
    MembersDraft,
    RoleDraft,
    add_members,
    answer_join_request,
    change_role,
    join_space,
    leave_space,
    remove_member,
)
from community.spaces.spaces import SpaceChanges, update_space
from core.database import Database
from core.errors import AlreadyDone, Forbidden, InvalidInput, LimitReached, NotFound
from core.ids import with_prefix
from core.records import fresh
from tests.care.stored import event_types, handle_twice
from tests.factories.community import make_actor
from tests.factories.spaces import inside, let_in, make_space, version_of

OWNER, MODERATOR, MEMBER = SpaceRole.OWNER, SpaceRole.MODERATOR, SpaceRole.MEMBER


async def person(name: str, *roles: Role) -> Actor:
    """Let somebody have an account and be a member."""
    draft = AccountDraft(email=f"{name}@narin.example", name=name, password="uzun-bir-parola-1", roles=list(roles))
    account = await create_account(SYSTEM, draft)
    await ensure_member(account)
    return await identified(account.id)


async def reach(actor: Actor) -> set[str]:
    return set((await read_account(with_prefix("acc", actor.member))).reach)


async def role(actor: Actor, space: Space, member: Actor, to: SpaceRole) -> Space:
    return await change_role(actor, RoleDraft(space_id=space.id, member_id=member.member, role=to))


def roles(space: Space) -> dict[str, SpaceRole]:
    return {one.member_id: one.role for one in space.members}


async def test_reach_of_accounts_follows_who_is_in_the_space(store: Database) -> None:
    ada, baran = await person("ada", Role.EXPERT), await person("baran", Role.AGENT)
    space = await make_space(ada)
    assert (await reach(ada), await reach(baran)) == ({space.id}, set())

    await let_in(space, ada, baran)
    assert await reach(baran) == {space.id}
    baran = await identified(with_prefix("acc", baran.member))
    await leave_space(baran, space.id)
    assert await reach(baran) == set()

    await let_in(space, ada, baran)
    space = await remove_member(inside(ada, space), space.id, baran.member)
    assert (await reach(baran), roles(space)) == (set(), {ada.member: OWNER})
    assert await event_types(Space) == ["SpaceCreated", *["SpaceMembersChanged"] * 4]


async def test_reach_follows_by_the_event_when_the_request_died_before(store: Database) -> None:
    ada, baran = await person("ada", Role.EXPERT), await person("baran", Role.AGENT)
    space = await make_space(ada, baran)
    for one in (ada, baran):
        await revoke(SYSTEM, with_prefix("acc", one.member), [space.id])

    await handle_twice(subscribe, (Account, Space))

    assert (await reach(ada), await reach(baran)) == ({space.id}, {space.id})


async def test_account_made_later_reaches_the_spaces_its_member_is_in(store: Database) -> None:
    member = await make_actor(Role.EXPERT)
    space = await make_space(None, member)
    draft = AccountDraft(
        email="gec@narin.example", name="Geç", password="uzun-bir-parola-1", roles=[Role.EXPERT], member_id=member.member
    )
    account = await create_account(SYSTEM, draft)

    await handle_twice(subscribe, (Account, Space))

    assert (await read_account(account.id)).reach == [space.id]


async def test_last_owner_stays_even_when_two_go_at_once(store: Database) -> None:
    ada, baran = await make_actor(Role.EXPERT), await make_actor(Role.AGENT)
    space = await make_space(ada)
    ada, baran = inside(ada, space), inside(baran, space)
    with pytest.raises(LastOwner):
        await leave_space(ada, space.id)
    with pytest.raises(LastOwner):
        await role(ada, space, ada, MODERATOR)

    await let_in(space, ada, baran, role=OWNER)
    answers = await asyncio.gather(leave_space(ada, space.id), leave_space(baran, space.id), return_exceptions=True)

    assert sorted(type(one).__name__ for one in answers) == ["LastOwner", "Space"]
    assert len((await fresh(space)).owner_ids()) == 1


async def test_moderators_look_after_members_and_owners_after_roles(store: Database) -> None:
    ada, baran, ceren, deniz = [await make_actor(Role.AGENT) for _ in range(4)]
    space = await make_space(ada, ceren)
    await let_in(space, ada, baran, role=MODERATOR)
    ada, baran, ceren = (inside(one, space) for one in (ada, baran, ceren))

    with pytest.raises(Forbidden):
        await let_in(space, ceren, deniz)
    with pytest.raises(Forbidden):
        await let_in(space, baran, deniz, role=MODERATOR)
    with pytest.raises(Forbidden):
        await role(baran, space, ceren, MODERATOR)
    with pytest.raises(Forbidden):
        await remove_member(baran, space.id, ada.member)
    with pytest.raises(Forbidden):
        await remove_member(ceren, space.id, baran.member)
    await let_in(space, baran, deniz)
    space = await remove_member(baran, space.id, ceren.member)
    again = await role(ada, space, deniz, MODERATOR)
    same = await role(ada, space, deniz, MODERATOR)

    assert roles(again) == {ada.member: OWNER, baran.member: MODERATOR, deniz.member: MODERATOR}
    assert same.revision == again.revision
    with pytest.raises(InvalidInput) as refused:
        await role(ada, space, ceren, MODERATOR)
    assert refused.value.path == ("member_id",)
    with pytest.raises(InvalidInput) as refused:
        await add_members(ada, MembersDraft(space_id=space.id, member_ids=["mem_nobody"]))
    assert refused.value.path == ("member_ids",)


async def test_open_space_is_joined_and_closed_one_asked(store: Database) -> None:
    ada, baran, ceren = [await make_actor(Role.AGENT) for _ in range(3)]
    opened = await make_space(ada, name="Kargo", visibility=SpaceVisibility.OPEN)
    closed = await make_space(ada, name="İade", visibility=SpaceVisibility.CLOSED)
    secret = await make_space(ada, name="Birleşme")

    assert (await join_space(baran, JoinDraft(space_id=opened.id))).role_of(baran.member) is MEMBER
    with pytest.raises(AlreadyDone):
        await join_space(baran, JoinDraft(space_id=opened.id))
    with pytest.raises(NotFound):
        await join_space(baran, JoinDraft(space_id=secret.id))
    await join_space(baran, JoinDraft(space_id=closed.id, message="Ben de"))
    asked = await join_space(baran, JoinDraft(space_id=closed.id, message="Lütfen"))
    await join_space(ceren, JoinDraft(space_id=closed.id))
    assert [(one.member_id, one.message) for one in asked.requests] == [(baran.member, "Lütfen")]

    with pytest.raises(Forbidden):
        await answer(baran, closed, baran, JoinDecision.ADMIT)
    admitted = await answer(inside(ada, closed), closed, baran, JoinDecision.ADMIT)
    declined = await answer(inside(ada, closed), closed, ceren, JoinDecision.DECLINE)
    assert roles(admitted) == roles(declined) == {ada.member: OWNER, baran.member: MEMBER}
    assert declined.requests == []
    with pytest.raises(InvalidInput) as refused:
        await answer(inside(ada, closed), closed, ceren, JoinDecision.ADMIT)
    assert refused.value.path == ("member_id",)


async def test_nobody_joins_an_archived_space(store: Database) -> None:
    ada = await make_actor(Role.AGENT)
    space = await make_space(ada, visibility=SpaceVisibility.OPEN)
    await update_space(ada, space.id, SpaceChanges(archived=True), expected_version=await version_of(space))

    with pytest.raises(SpaceArchived):
        await join_space(await make_actor(Role.AGENT), JoinDraft(space_id=space.id))


async def answer(actor: Actor, space: Space, who: Actor, decision: JoinDecision) -> Space:
    return await answer_join_request(actor, JoinAnswer(space_id=space.id, member_id=who.member, decision=decision))


async def test_a_space_holds_so_many_members_and_so_many_who_wait(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, first, second = [await make_actor() for _ in range(3)]
    space = await make_space(owner, visibility=SpaceVisibility.CLOSED)
    owner = inside(owner, space)
    monkeypatch.setattr(membership, "MOST_MEMBERS", 1)
    monkeypatch.setattr(membership, "MOST_REQUESTS", 1)
    with pytest.raises(LimitReached, match="at most 1 members"):
        await add_members(owner, MembersDraft(space_id=space.id, member_ids=[first.member]))
    await join_space(first, JoinDraft(space_id=space.id))
    await join_space(first, JoinDraft(space_id=space.id, message="Lütfen"))
    with pytest.raises(LimitReached, match="Too many people wait") as refused:
        await join_space(second, JoinDraft(space_id=space.id))
    assert refused.value.path == ("space_id",)
    left = await fresh(space)
    assert [one.member_id for one in left.members] == [owner.member]
    assert [(one.member_id, one.message) for one in left.requests] == [(first.member, "Lütfen")]


async def test_who_is_in_a_space_already_stays_what_they_are_and_nobody_is_told(store: Database) -> None:
    owner, moderator = await make_actor(), await make_actor()
    space = await make_space(owner)
    space = await let_in(space, inside(owner, space), moderator, role=MODERATOR)
    before = (await event_types(Space)).count("SpaceMembersChanged")
    again = await add_members(inside(owner, space), MembersDraft(space_id=space.id, member_ids=[moderator.member]))
    assert (again.role_of(moderator.member), again.revision) == (MODERATOR, space.revision)
    assert (await event_types(Space)).count("SpaceMembersChanged") == before
