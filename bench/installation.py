"""One installation of Köprü for a run: a folder, stores, one channel, one member who reads cases, and its processes."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from auth.accounts import create_account
from auth.actor import SYSTEM, Role
from auth.drafts import AccountDraft
from bench.processes import Child, free_port
from bootstrap.platform import Platform, open_platform
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.documents.channels import ChannelKind
from core.database import Database, connect
from core.embedded.store import EmbeddedStore
from core.idempotency import Once
from core.settings import Settings, read_settings
from search.engines.meilisearch_connection import MeilisearchConnection
from search.engines.meilisearch_rebuild import delete_indexes, list_indexes
from worker.run import Worker

EMAIL, PASSWORD = "zeynep@narin.example", "uzun-bir-parola-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """The servers to keep data on; without them the embedded stores are used."""

    mongodb_url: str | None = None
    meilisearch_url: str | None = None
    meilisearch_key: str | None = None


@dataclass(frozen=True, slots=True)
class Hook:
    """The channel that deliveries are sent to."""

    channel_id: str
    secret: str


@dataclass
class Installation:
    """What is installed in `folder`; `url` is where its API is served."""

    folder: Path
    servers: Servers = field(default_factory=Servers)
    name: str = field(default_factory=lambda: f"kopru-bench-{secrets.token_hex(4)}")
    port: int = field(default_factory=free_port)
    outbound_allow: str | None = None
    """Private hosts that channels may send to."""

    def __post_init__(self) -> None:
        given = {
            "data": str(self.folder / "data"),
            "public_url": self.url,
            "mongodb_url": self.servers.mongodb_url,
            "mongodb_database": self.name,
            "meilisearch_url": self.servers.meilisearch_url,
            "meilisearch_key": self.servers.meilisearch_key,
            "meilisearch_prefix": self.name,
            "secret_key": secrets.token_hex(32) if self.servers.mongodb_url else None,
            "outbound_allow": self.outbound_allow,
            "log_level": "WARNING",
        }
        self._given = {setting: value for setting, value in given.items() if value is not None}

    @property
    def url(self) -> str:
        """Give the address of the API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ready(self) -> str:
        """Give the address that answers once the API does its work."""
        return f"{self.url}/readyz"

    @property
    def settings(self) -> Settings:
        """Give the settings as this process reads them."""
        return read_settings(**self._given)

    def kopru(self, *command: str) -> Child:
        """Give `kopru COMMAND` as a child that is not started yet."""
        return self.child("-m", "kopru", *command)

    def api(self, *options: str) -> Child:
        """Give `kopru serve` on the installation's port."""
        return self.kopru("serve", "--port", str(self.port), *options)

    def child(self, *arguments: str, log: str | None = None) -> Child:
        """Give a Python program with the installation's settings; its log is named after its last word that is no option."""
        name = log or next(word for word in reversed(arguments) if word.replace(".", "").isalpha())
        return Child(
            arguments, {f"KOPRU_{setting.upper()}": value for setting, value in self._given.items()}, self.folder / f"{name}.log"
        )

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """Connect to the store that the installation's processes serve or use."""
        embedded = EmbeddedStore(self.settings.data / "store")
        client = connect(self.servers.mongodb_url or embedded.url)
        try:
            yield client[self.name]
        finally:
            await client.close()

    async def sign_in(self) -> str:
        """Give an access token of the member's."""
        async with httpx2.AsyncClient() as http:
            response = await http.post(f"{self.url}/auth/token", json={"email": EMAIL, "password": PASSWORD})
        response.raise_for_status()
        token: str = response.json()["access_token"]
        return token

    async def remove(self) -> None:
        """Remove what the installation left on servers; its folder is the caller's."""
        if self.servers.mongodb_url:
            client = connect(self.servers.mongodb_url)
            await client.drop_database(self.name)
            await client.close()
        if self.servers.meilisearch_url:
            key = self.servers.meilisearch_key or ""
            connection = MeilisearchConnection(self.servers.meilisearch_url, key, seconds=5, task_seconds=30.0)
            await delete_indexes(connection, await list_indexes(connection, prefix=f"{self.name}-"))
            connection.close()


async def furnish(installation: Installation) -> Hook:
    """Set up a channel and a member who reads cases, in this process, and let everything follow from it."""
    async with open_platform(installation.settings) as platform:
        return await furnished(platform)


async def furnished(platform: Platform) -> Hook:
    """Do as `furnish` on an open platform."""
    await create_account(SYSTEM, AccountDraft(email=EMAIL, name="Zeynep Arı", password=PASSWORD, roles=[Role.AGENT]))
    draft = ChannelDraft(name="Narin on X", kind=ChannelKind.X)
    made = await create_channel(SYSTEM, draft, keyring=platform.keyring, once=Once())
    await Worker(platform).drain()
    return Hook(made.channel.id, made.secret)
