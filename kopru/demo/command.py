"""`kopru demo`: seeds an invented company once, then serves it on this machine."""

import argparse
import asyncio
import socket
import time
from ipaddress import ip_address
from typing import Any

from bootstrap.platform import Platform, open_platform
from core.errors import DomainError
from core.settings import Settings
from kopru.demo.marker import DemoState, Seeded, clear, read_seeded, read_state
from kopru.demo.rows import read_content
from kopru.demo.seeding import seed
from kopru.demo.sheet import make_sheet, write_sheet
from kopru.serving import logging_to_standard_error, serve

RECEIVER_PORT = 8099
"""Where the channels of the demo send to, unless told otherwise: no service is registered there, and `kopru tour` listens."""


class DemoRefused(DomainError):
    """The demo would do harm, or could not be reached."""


def add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `demo`."""
    demo = commands.add_parser("demo", help="seed an invented company and serve it on this machine")
    demo.add_argument("--host", default="127.0.0.1", help="a loopback address")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--send-port", type=int, default=RECEIVER_PORT, help="port that the channels send replies to, on 127.0.0.1")
    demo.add_argument("--seed-only", action="store_true", help="seed, write demo.json and exit; then `serve` and `worker`")
    demo.set_defaults(run=_demo)


async def _demo(options: argparse.Namespace, settings: Settings) -> int:
    _require_loopback(options.host)
    if not options.seed_only:
        _require_free(options.host, options.port)
    allowed = settings.model_copy(update={"outbound_allow": [*settings.outbound_allow, "127.0.0.1"]})
    url = f"http://{_in_url(options.host)}:{options.port}"
    allowed = allowed if options.seed_only else reached_at(allowed, url)
    with logging_to_standard_error(allowed):
        await _clear_interrupted(allowed)
        async with open_platform(allowed) as platform:
            await show_demo(platform, url=url, send_to=f"http://127.0.0.1:{options.send_port}")
            if options.seed_only:
                print(_how_to_serve(options.host, options.port), flush=True)
            else:
                await serve(platform, host=options.host, port=options.port, with_worker=True)
    return 0


def reached_at(settings: Settings, url: str) -> Settings:
    """Let clients be told the address at which the demo is served, unless the settings name another one."""
    return settings if "public_url" in settings.model_fields_set else settings.model_copy(update={"public_url": url})


def _how_to_serve(host: str, port: int) -> str:
    """Tell what serves the seeded demo: its channels send to this machine, which has to be allowed."""
    allowed = "KOPRU_OUTBOUND_ALLOW=127.0.0.1 kopru"
    return f"\nServe it with\n  {allowed} serve --no-worker --host {host} --port {port}\n  {allowed} worker"


async def show_demo(platform: Platform, *, url: str, send_to: str) -> dict[str, Any]:
    """Seed if nothing is there, write demo.json with new tokens, and print what it is good for; give what was written.

    Raises DemoRefused for a database that holds something else.
    """
    sheet = await make_sheet(platform, await _seeded(platform, send_to=send_to), url=url)
    path = await asyncio.to_thread(write_sheet, platform.settings.data, sheet)
    print(_introduction(sheet, str(path)), flush=True)
    return sheet


async def _seeded(platform: Platform, *, send_to: str) -> Seeded:
    match await read_state(platform.database):
        case DemoState.SEEDED:
            return await read_seeded(platform.database)
        case DemoState.EMPTY:
            content, begun = read_content(), time.monotonic()
            print(f"Seeding the demo with {len(content.cases)} cases; this takes about a minute …", flush=True)
            seeded = await seed(platform, content, send_to=send_to)
            print(f"Seeded in {time.monotonic() - begun:.1f} s.\n", flush=True)
            return seeded
        case DemoState.BEING_SEEDED:
            raise DemoRefused("Another process is seeding this database; wait for it, or try again in a minute.")
        case _:
            raise DemoRefused(
                "This database holds something that the demo did not seed; give the demo an empty one by "
                "KOPRU_MONGODB_DATABASE or KOPRU_DATA."
            )


async def _clear_interrupted(settings: Settings) -> None:
    """Empty a database whose seeding was interrupted, before anything that remembers its contents runs on it."""
    async with open_platform(settings) as platform:
        state = await read_state(platform.database)
        is_ours_alone = platform.embedded is not None and platform.embedded.owner
        if state is DemoState.INTERRUPTED or (state is DemoState.BEING_SEEDED and is_ours_alone):
            print("An earlier seeding was interrupted; beginning anew.", flush=True)
            await clear(platform.database)


def _require_loopback(host: str) -> None:
    try:
        is_loopback = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise DemoRefused(
            f"The demo serves this machine only, for its accounts are printed: not {host}; use `kopru serve` there."
        )


def _require_free(host: str, port: int) -> None:
    """Say at once, not after seeding, that somebody else listens there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        raise DemoRefused(f"The demo can't listen on {host}:{port} ({error}); choose another --port.") from None


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _introduction(sheet: dict[str, Any], path: str) -> str:
    accounts = sheet["accounts"]
    width = max(len(account["email"]) for account in accounts)
    lines = [f"  {account['email']:<{width}}  {', '.join(account['roles'])}" for account in accounts]
    staff, portal = (
        _curl(sheet[api], _first_token(path, kind), query)
        for api, kind, query in (
            ("graphql", "accounts", "{ cases(first: 5) { nodes { number subject status } } }"),
            ("portal", "customers", "{ viewer { requests(first: 5) { nodes { number subject status } } } }"),
        )
    )
    return "\n".join(
        [
            f"Accounts (password of all: {accounts[0]['password']}; tokens for a day in {path}):",
            *lines,
            f"\nCustomers with an account in the portal: {', '.join(customer['name'] for customer in sheet['customers'])}",
            f"\nExplorer:  {sheet['url']}/explorer\nTry:",
            staff,
            portal,
        ]
    )


def _first_token(path: str, kind: str) -> str:
    """Give the shell's way to the first token of a kind, for the tokens are too long to be read."""
    read = f'import json; print(json.load(open("{path}"))["{kind}"][0]["token"])'
    return f"$(python3 -c '{read}')"


def _curl(address: str, token: str, query: str) -> str:
    body = f'{{"query": "{query}"}}'
    return f"  curl -s {address} -H 'content-type: application/json' \\\n    -H \"authorization: Bearer {token}\" -d '{body}'"
