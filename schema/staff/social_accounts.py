"""The registry of the company's own accounts and of groups, with how many follow them."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from care.audience.accounts import (
    AccountChange,
    AccountDraft,
    FollowersDraft,
    archive_account,
    create_account,
    record_followers,
    update_account,
)
from care.documents import social_accounts
from care.documents.social_accounts import AccountKind
from care.reading.conversations import channels_by_ids
from care.reading.social_accounts import (
    AccountSelection,
    accounts_by_ids,
    count_accounts,
    count_followers,
    list_accounts,
    list_followers,
)
from core.paging import Window
from schema.connections import Connection, connection_of
from schema.context import Info
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.channels import Channel
from schema.staff.enums import ChannelKind
from schema.staff.reach import require_staff

told(
    AccountKind,
    "What is registered.",
    name="SocialAccountKind",
    OWN="An account of the company's own.",
    GROUP="A group in which customers meet.",
)

_ACCOUNT = "The id of the account."
_NAME = "Its name, up to 100 characters."
_URL = "Its address, http or https."
_NOTE = "What it is for, up to 500 characters."


@strawberry.type(description="How many followed an account on a day; for a group how many members it had.")
class FollowerCount:
    """How many followed an account on a day."""

    day: str = strawberry.field(description="The day, in UTC, such as `2026-11-26`.")
    followers: int = strawberry.field(description="How many.")
    measured_at: datetime = strawberry.field(description="When that was; of a day the latest measurement is kept.")

    @classmethod
    def from_document(cls, document: social_accounts.FollowerCount) -> Self:
        """Show a measurement."""
        return cls(day=document.day, followers=document.followers, measured_at=document.measured_at)


@strawberry.type(description="An account of the company's own, or a group in which customers meet.")
class SocialAccount(Node):
    """An account of the company's own, or a group."""

    document: strawberry.Private[social_accounts.SocialAccount]
    kind: AccountKind = strawberry.field(description="What it is.")
    platform: ChannelKind = strawberry.field(description="Where it is.")
    name: str = strawberry.field(description="Its name.")
    url: str = strawberry.field(description="Its address.")
    note: str | None = strawberry.field(description="What it is for.")
    archived: bool = strawberry.field(description="Whether it was taken out of the registry.")
    followers: int | None = strawberry.field(description="How many follow it by the latest measurement; null before the first.")
    measured_at: datetime | None = strawberry.field(description="When that was measured.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: social_accounts.SocialAccount) -> Self:
        """Show an account."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            kind=document.kind,
            platform=document.platform,
            name=document.name,
            url=document.url,
            note=document.note,
            archived=document.archived,
            followers=document.followers,
            measured_at=document.measured_at,
            version=document.version,
        )

    @strawberry.field(description="The channel by which its messages come in; null for none, and when the viewer may not see it.")
    async def channel(self, info: Info) -> Channel | None:
        """Give the channel."""
        held = self.document.channel_id
        found = await info.context.load(channels_by_ids, held) if held is not None else None
        return Channel.from_document(found) if found is not None else None

    @paged(
        "How many followed it, the latest day first.",
        graphql_type=connection_of("schema.staff.social_accounts", "FollowerCount"),
    )
    async def follower_series(self, info: Info, window: Window) -> object:
        """Give a page of the measurements."""
        actor = info.context.actor
        found = await list_followers(actor, self.document.id, window)
        return pages(info, found, count=lambda: count_followers(actor, self.document.id))


@strawberry.input(description="What to register, and where it is.")
class CreateSocialAccountInput:
    """What to register."""

    kind: AccountKind = required("What it is.")
    platform: ChannelKind = required("Where it is.")
    name: str = required(_NAME)
    url: str = required(_URL)
    channel_id: strawberry.ID | None = given("The id of the channel by which its messages come in.")
    note: str | None = given(_NOTE)
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What to change of an account; absent stays as it is.")
class UpdateSocialAccountInput:
    """What to change of an account."""

    account_id: strawberry.ID = required(_ACCOUNT)
    name: str | None = given(_NAME)
    url: str | None = given(_URL)
    note: str | None = given(_NOTE)
    expected_version: int = expected_version()


@strawberry.input(description="The account to take out of the registry.")
class ArchiveSocialAccountInput:
    """The account to take out of the registry."""

    account_id: strawberry.ID = required(_ACCOUNT)
    expected_version: int = expected_version()


@strawberry.input(description="How many followed an account.")
class RecordFollowersInput:
    """How many followed an account."""

    account_id: strawberry.ID = required(_ACCOUNT)
    followers: int = required("How many, from 0.")
    measured_at: datetime | None = given("When that was; absent: now. Of a day the latest counts.")


@strawberry.type(description="The answer of `createSocialAccount`.")
class CreateSocialAccountPayload(Payload):
    """The answer of `createSocialAccount`."""

    social_account: SocialAccount | None = changed("The account.")


@strawberry.type(description="The answer of `updateSocialAccount`.")
class UpdateSocialAccountPayload(Payload):
    """The answer of `updateSocialAccount`."""

    written: ClassVar[str | None] = "social_account"

    social_account: SocialAccount | None = changed()


@strawberry.type(description="The answer of `archiveSocialAccount`.")
class ArchiveSocialAccountPayload(Payload):
    """The answer of `archiveSocialAccount`."""

    written: ClassVar[str | None] = "social_account"

    social_account: SocialAccount | None = changed()


@strawberry.type(description="The answer of `recordFollowers`.")
class RecordFollowersPayload(Payload):
    """The answer of `recordFollowers`."""

    follower_count: FollowerCount | None = changed("What is kept of the day.")
    social_account: SocialAccount | None = changed("The account, with its latest measurement.")


@strawberry.type
class SocialAccountQueries:
    """The registry of accounts and groups."""

    @paged("The company's own accounts and groups, by their names; needs `case:read`.", graphql_type=Connection[SocialAccount])
    async def social_accounts(
        self,
        info: Info,
        window: Window,
        kind: Annotated[AccountKind | None, strawberry.argument(description="What they are; absent: both.")] = None,
        platform: Annotated[ChannelKind | None, strawberry.argument(description="Where they are; absent: anywhere.")] = None,
        archived: Annotated[bool | None, strawberry.argument(description="Whether to list archived ones instead.")] = None,
    ) -> object:
        """Give a page of accounts."""
        require_staff(info)
        actor, selection = info.context.actor, AccountSelection(kind, platform, archived is True)
        found = await list_accounts(actor, selection, window)
        return pages(info, found, count=lambda: count_accounts(actor, selection))


@strawberry.type
class SocialAccountMutations:
    """What is done with the registry of accounts and groups."""

    @mutation(CreateSocialAccountPayload, description="Registers an account or a group; needs `channel:manage`.")
    async def create_social_account(self, info: Info, input: Annotated[CreateSocialAccountInput, INPUT]) -> object:
        """Register an account."""
        draft, once = parse(AccountDraft, **values_of(input)), once_for(info, "createSocialAccount", input)
        account = await create_account(info.context.actor, draft, once=once)
        return CreateSocialAccountPayload(social_account=SocialAccount.from_document(account))

    @mutation(UpdateSocialAccountPayload, description="Changes what is known of an account; needs `channel:manage`.")
    async def update_social_account(self, info: Info, input: Annotated[UpdateSocialAccountInput, INPUT]) -> object:
        """Change an account."""
        draft = parse(AccountChange, **values_of(input))
        account = await update_account(info.context.actor, draft, expected_version=input.expected_version)
        return UpdateSocialAccountPayload(social_account=SocialAccount.from_document(account))

    @mutation(ArchiveSocialAccountPayload, description="Takes an account out of the registry; needs `channel:manage`.")
    async def archive_social_account(self, info: Info, input: Annotated[ArchiveSocialAccountInput, INPUT]) -> object:
        """Archive an account."""
        account = await archive_account(info.context.actor, input.account_id, expected_version=input.expected_version)
        return ArchiveSocialAccountPayload(social_account=SocialAccount.from_document(account))

    @mutation(
        RecordFollowersPayload,
        description="Writes down how many followed an account; the same again changes nothing. Needs `channel:manage`.",
    )
    async def record_followers(self, info: Info, input: Annotated[RecordFollowersInput, INPUT]) -> object:
        """Write a measurement down."""
        actor = info.context.actor
        counted = await record_followers(actor, parse(FollowersDraft, **values_of(input)))
        account = (await accounts_by_ids(actor, [counted.account_id]))[counted.account_id]
        return RecordFollowersPayload(
            follower_count=FollowerCount.from_document(counted), social_account=SocialAccount.from_document(account)
        )
