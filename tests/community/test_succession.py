import pytest

from auth.accounts import create_account, disable_account, enable_account
from auth.actor import SYSTEM, Actor, Role
from auth.documents import Account
from auth.drafts import AccountDraft
from auth.identify import actor_of
from community.accounts import ensure_member
from community.handlers import subscribe
from community.moderation.documents import ModerationAct, ModerationAction
from community.spaces.documents import Space, SpaceRole, SpaceVisibility
from community.wiki.approvals import ApprovalRule, set_approval_rule
from core.errors import Forbidden
from core.ids import with_prefix
from core.records import fresh
from notifications import spaces
from notifications.documents import Notification, NotificationKind
from tests.care.stored import handle_twice
from tests.factories.community import make_actor, make_page
from tests.factories.spaces import inside, let_in, make_space

pytestmark = pytest.mark.usefixtures("store")
OWNER, MODERATOR, MEMBER = SpaceRole.OWNER, SpaceRole.MODERATOR, SpaceRole.MEMBER


async def person(name: str, role: Role = Role.EXPERT) -> Actor:
    """Let somebody have an account and be a member."""
    draft = AccountDraft(email=f"{name}@narin.example", name=name, password="uzun-bir-parola-1", roles=[role])
    account = await create_account(SYSTEM, draft)
    await ensure_member(account)
    return await actor_of(account.id)


async def leave(actor: Actor) -> None:
    """Take somebody's account out of use, and let everybody hear of it."""
    await disable_account(SYSTEM, with_prefix("acc", actor.member))
    await follow()


async def follow() -> None:
    await handle_twice(subscribe, (Account, Space))
    await handle_twice(subscribe, (Space,))
    await handle_twice(spaces.subscribe, (Space,))


async def roles(space: Space) -> dict[str, SpaceRole]:
    return {one.member_id: one.role for one in (await fresh(space)).members}


async def test_longest_standing_moderator_then_member_owns_a_secret_space_that_lost_its_owner() -> None:
    owner, member, moderator = [await person(name) for name in ("ada", "baran", "ceren")]
    admin = await person("sara", Role.ADMIN)
    space = await make_space(owner, member)
    await let_in(space, owner, moderator, role=MODERATOR)

    await leave(owner)
    assert await roles(space) == {owner.member: OWNER, member.member: MEMBER, moderator.member: OWNER}
    await leave(moderator)
    assert (await roles(space))[member.member] is OWNER
    await leave(member)

    assert admin.member not in await roles(space)
    actions = await ModerationAction.find({}).to_list()
    assert [(one.decision, one.closed_space_id, one.by) for one in actions] == [
        (ModerationAct.SUCCESSION, space.id, "system")
    ] * 2
    told = await Notification.find({"kind": NotificationKind.SPACE_OWNED.value}).to_list()
    assert {one.recipient_id for one in told} == {member.member, moderator.member}
    assert {one.closed_space_id for one in told} == {space.id}


async def test_nothing_is_passed_on_while_an_owner_can_sign_in_or_managers_can_help() -> None:
    owner, other, member = [await person(name) for name in ("ada", "baran", "ceren")]
    shared = await make_space(owner, member)
    closed = await make_space(owner, member, name="Depo", visibility=SpaceVisibility.CLOSED)
    await let_in(shared, owner, other, role=OWNER)

    await leave(owner)

    assert [(await roles(space))[member.member] for space in (shared, closed)] == [MEMBER, MEMBER]
    assert await ModerationAction.count() == 0


async def test_who_is_inside_and_comes_back_first_owns_it() -> None:
    owner, member = await person("ada"), await person("baran")
    space = await make_space(owner, member)
    await leave(member)
    await leave(owner)
    assert (await roles(space))[member.member] is MEMBER

    await enable_account(SYSTEM, with_prefix("acc", member.member))
    await follow()

    assert await roles(space) == {owner.member: OWNER, member.member: OWNER}


async def test_owner_of_a_space_says_how_many_approve_its_pages() -> None:
    owner, moderator = await make_actor(), await make_actor()
    space = await make_space(owner)
    await let_in(space, owner, moderator, role=MODERATOR)
    owner, moderator = inside(owner, space), inside(moderator, space)
    page, outside = await make_page("iade", owner, space_id=space.id), await make_page("kargo", owner)

    for actor, target in ((moderator, page), (owner, outside)):
        with pytest.raises(Forbidden):
            await set_approval_rule(actor, target.id, ApprovalRule(minimum=1), expected_version=target.version)
    ruled = await set_approval_rule(owner, page.id, ApprovalRule(minimum=1), expected_version=page.version)

    assert ruled.approvals_required == 1
