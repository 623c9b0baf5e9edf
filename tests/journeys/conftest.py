"""The whole product in one process on the store of the test: application, worker, people, channels, and a receiver."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache

import pytest
from starlette.applications import Starlette

from api.app import build_schemas, make_application
from auth.accounts import create_account, create_customer_account
from auth.actor import SYSTEM, Role
from auth.authenticator import open_authenticator
from auth.documents import Account
from auth.drafts import AccountDraft, CustomerAccountDraft
from auth.issuer import LocalIssuer
from bootstrap.platform import Platform, at_work, compose
from care.documents.customers import Customer
from care.workers import declare_queues
from community.documents import Availability
from community.members import set_availability
from core.clock import now
from core.database import Database
from core.ids import new_id
from core.records import save
from core.settings import Settings
from core.tasks import running
from search.engines.embedded import EmbeddedEngine
from tests.client import Client
from worker.run import Worker

_schemas = cache(build_schemas)
"""Built once for all tests: they hold nothing of a store."""


@dataclass
class World:
    """The product at work, and how to act in it."""

    platform: Platform
    application: Starlette
    worker: Worker
    issuer: LocalIssuer
    tokens: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    is_alone: bool = True
    """No process died before and left events that nobody saw to."""
    clocks: bool = True
    """Time matters here: settling does what is due by the clock, too."""

    def staff(self, name: str) -> Client:
        """Act as a member."""
        return Client(self.application, self.tokens[name])

    def portal(self, name: str | None = None) -> Client:
        """Act as a customer in the portal, or as somebody whom nobody knows."""
        return Client(self.application, self.tokens[name] if name else None, "/portal/graphql")

    async def settle(self) -> None:
        """Let everything happen that is to happen now."""
        await self.worker.drain(is_alone=self.is_alone, clocks=self.clocks)

    async def join(self, name: str, *roles: Role) -> str:
        """Let a member join, with a token."""
        draft = AccountDraft(email=f"{name}@narin.example", name=name.title(), roles=list(roles))
        account = await create_account(SYSTEM, draft)
        await self.worker.drain(is_alone=self.is_alone, clocks=False)
        assert account.member_id is not None
        await set_availability(SYSTEM, account.member_id, Availability.ONLINE)
        self.members[name] = account.member_id
        await self.sign_in(name)
        return account.member_id

    async def register(self, name: str) -> str:
        """Let a customer have an account in the portal."""
        customer = Customer(id=new_id("cus"), created_at=now(), display_name=name.title())
        await save(customer)
        draft = CustomerAccountDraft(email=f"{name}@customers.example", name=name.title(), customer_id=customer.id)
        await create_customer_account(SYSTEM, draft)
        await self.sign_in(name, host="customers.example")
        return customer.id

    async def sign_in(self, name: str, *, host: str = "narin.example") -> None:
        """Get a token, as for a password; what a password costs is paid in the tests of auth alone."""
        account = await Account.find_one({"email": f"{name}@{host}"})
        assert account is not None
        self.tokens[name] = (await self.issuer.issue(account)).access_token


@pytest.fixture
async def world(store: Database) -> AsyncIterator[World]:
    settings = Settings(memory_only=True, outbound_allow=["127.0.0.1"], portal_url="https://narin.example/topluluk/{id}")
    await declare_queues(store)
    platform = compose(settings, store, EmbeddedEngine(None))
    async with at_work(platform):
        application = await make_application(platform, schemas=_schemas())
        async with running(application.watch.run()):
            authenticator = await open_authenticator(settings, platform.keyring)
            yield World(platform, application.asgi, Worker(platform), authenticator.issuer)
