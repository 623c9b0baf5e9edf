"""demo.json: addresses, accounts and channels of a seeded demo, for scripts and front-end work."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from auth.authenticator import open_authenticator
from auth.documents import Account
from auth.issuer import LocalIssuer
from bootstrap.platform import Platform
from care.channels import open_secrets
from care.documents.channels import Channel
from core.records import by_ids
from kopru.demo.marker import Seeded

FILE = "demo.json"
TOKENS_LAST = timedelta(hours=24)


async def make_sheet(platform: Platform, seeded: Seeded, *, url: str) -> dict[str, Any]:
    """Give what demo.json holds, with new tokens that last for 24 hours."""
    issuer = (await open_authenticator(platform.settings, platform.keyring)).issuer
    password = platform.keyring.decrypt(seeded.sealed_password)
    accounts = await by_ids(Account, [*seeded.member_accounts, *seeded.customer_accounts])
    channels = await by_ids(Channel, seeded.channel_ids)
    return {
        "url": url,
        "graphql": f"{url}/graphql",
        "portal": f"{url}/portal/graphql",
        "accounts": [await _account(accounts[one], password, issuer) for one in seeded.member_accounts],
        "customers": [
            {"name": accounts[one].name, "token": await _token(accounts[one], issuer)} for one in seeded.customer_accounts
        ],
        "channels": [_channel(channels[one], platform, url) for one in seeded.channel_ids],
    }


def write_sheet(folder: Path, sheet: dict[str, Any]) -> Path:
    """Write the file so that only this user can read it, and never half of it; give its path."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    file = folder / FILE
    fresh = file.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(orjson.dumps(sheet, option=orjson.OPT_INDENT_2) + b"\n")
    return fresh.replace(file)


async def _account(account: Account, password: str, issuer: LocalIssuer) -> dict[str, Any]:
    return {
        "email": account.email,
        "password": password,
        "token": await _token(account, issuer),
        "roles": [role.value for role in account.roles],
    }


async def _token(account: Account, issuer: LocalIssuer) -> str:
    return (await issuer.issue(account, life=TOKENS_LAST)).access_token


def _channel(channel: Channel, platform: Platform, url: str) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "hookUrl": f"{url}/hooks/{channel.id}",
        "secret": open_secrets(channel, platform.keyring)[0],
        "sendUrl": channel.send_url,
    }
