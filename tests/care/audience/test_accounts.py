"""The registry of own accounts and groups, and how many follow them."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from auth.actor import Role
from care.audience.accounts import (
    AccountChange,
    AccountDraft,
    FollowersDraft,
    archive_account,
    create_account,
    record_followers,
    settle_followers,
    update_account,
)
from care.documents.channels import ChannelKind
from care.documents.social_accounts import AccountKind, FollowerCount, SocialAccount
from care.reading.social_accounts import AccountSelection, count_accounts, list_accounts, list_followers
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.care.stored import everything
from tests.factories.care import later, make_actor, make_channel

MANAGER = make_actor(Role.MANAGER)
DRAFT = AccountDraft(kind=AccountKind.OWN, platform=ChannelKind.X, name="@narin", url="https://x.example/narin")
STORED = (SocialAccount, FollowerCount)


async def measured(account: SocialAccount, followers: int) -> FollowerCount:
    return await record_followers(MANAGER, FollowersDraft(account_id=account.id, followers=followers))


async def test_growth_is_kept_day_by_day_with_the_last_word_of_each(store: Database) -> None:
    later(hours=34 - now().hour)  # the middle of a day, so that an hour more or less is on the same one
    account = await create_account(MANAGER, DRAFT, once=Once())
    later(hours=1)
    await measured(account, 100)
    late = FollowersDraft(account_id=account.id, followers=90, measured_at=now() - timedelta(minutes=30))
    await record_followers(MANAGER, late)
    later(days=1)
    for followers in (120, 125):
        await measured(account, followers)
        later(seconds=1)
    await settle_followers(account.id)

    found = (await list_followers(MANAGER, account.id, Window())).items
    assert [row.followers for row in found] == [125, 100]
    shown = await fresh(account)
    assert (shown.followers, shown.measured_at, shown.version) == (125, found[0].measured_at, 1)


async def test_registry_is_listed_by_kind_and_platform(store: Database) -> None:
    own = await create_account(MANAGER, DRAFT, once=Once())
    group = AccountDraft(kind=AccountKind.GROUP, platform=ChannelKind.FACEBOOK, name="Anneler", url="https://f.example/g/1")
    kept = await create_account(MANAGER, group, once=Once())

    async def listed(selection: AccountSelection) -> list[str]:
        return [one.id for one in (await list_accounts(make_actor(), selection, Window())).items]

    assert await listed(AccountSelection()) == [own.id, kept.id]
    assert await listed(AccountSelection(kind=AccountKind.GROUP)) == [kept.id]
    assert await listed(AccountSelection(platform=ChannelKind.X)) == [own.id]
    assert await listed(AccountSelection(kind=AccountKind.OWN, platform=ChannelKind.FACEBOOK)) == []
    await archive_account(MANAGER, own.id, expected_version=1)
    assert await listed(AccountSelection(archived=True)) == [own.id]
    assert await count_accounts(MANAGER, AccountSelection()) == 1


async def test_account_is_changed_until_it_is_archived(store: Database) -> None:
    account = await create_account(MANAGER, DRAFT, once=Once())
    change = AccountChange(account_id=account.id, name="@narin_tr")
    changed = await update_account(MANAGER, change, expected_version=1)
    assert (changed.name, changed.url, changed.version) == ("@narin_tr", DRAFT.url, 2)
    await archive_account(MANAGER, account.id, expected_version=2)

    with pytest.raises(AlreadyDone):
        await update_account(MANAGER, change, expected_version=3)
    with pytest.raises(AlreadyDone):
        await measured(account, 5)


async def test_same_request_registers_once(store: Database) -> None:
    once = Once(("a", "createSocialAccount", "k"), b"secret", "input")
    first = await create_account(MANAGER, DRAFT, once=once)
    assert await create_account(MANAGER, DRAFT, once=once) == first
    with pytest.raises(IdempotencyMismatch):
        await create_account(MANAGER, DRAFT, once=Once(("a", "createSocialAccount", "k"), b"secret", "other"))


async def test_refused_changes_leave_no_trace(store: Database) -> None:
    account, channel = await create_account(MANAGER, DRAFT, once=Once()), await make_channel()
    unknown = DRAFT.model_copy(update={"channel_id": channel.id.replace("chn_", "chn_x")})
    ahead = FollowersDraft(account_id=account.id, followers=1, measured_at=now() + timedelta(hours=1))
    before = await everything(*STORED)

    with pytest.raises(Forbidden):
        await create_account(make_actor(), DRAFT, once=Once())
    with pytest.raises(InvalidInput):
        await create_account(MANAGER, unknown, once=Once())
    with pytest.raises(NotFound):
        await record_followers(MANAGER, FollowersDraft(account_id="sac_none", followers=1))
    with pytest.raises(InvalidInput):
        await record_followers(MANAGER, ahead)
    with pytest.raises(Conflict):
        await archive_account(MANAGER, account.id, expected_version=2)
    assert await everything(*STORED) == before


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "x.example", "https://a:b@x.example", "https://x.example/ a", "ftp://x.example"]
)
def test_address_is_a_page_of_the_web(url: str) -> None:
    with pytest.raises(ValidationError):
        AccountDraft(kind=AccountKind.OWN, platform=ChannelKind.X, name="@narin", url=url)
