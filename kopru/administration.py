"""The operators' commands: stores and their indexes, search, the exported schemas, accounts, keys, dead letters."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TypeAlias

from auth.actor import SYSTEM
from auth.keys import revoke_key, rotate_keys
from bootstrap.documents import DOCUMENTS
from bootstrap.platform import open_platform
from care.cases.completing import complete_cases
from care.twins.looking import complete_found_by
from community.experts import complete_evidence
from core.settings import Settings
from kopru.accounts import add_accounts
from kopru.dead_letters import list_dead, replay_dead
from kopru.doctor import examine
from kopru.serving import logging_to_standard_error
from schema.portal.schema import portal_schema
from schema.staff.schema import staff_schema
from search.engine import SearchIndex
from search.rebuilding import rebuild

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse has no public name for it

SCHEMAS = {"schema/staff.graphql": staff_schema, "schema/portal.graphql": portal_schema}
_ROOT = Path(__file__).parent.parent


def add_administration(commands: Commands) -> None:
    """Add `doctor`, `migrate`, `reindex`, `export-schema`, `accounts`, `tokens`, `keys` and `dead`."""
    doctor = commands.add_parser("doctor", help="look whether everything is as it should be")
    doctor.add_argument("--url", help="also ask the server that runs there")
    doctor.set_defaults(run=_doctor)
    commands.add_parser(
        "migrate", help="make the indexes of this release and complete what older ones stored; may be run again"
    ).set_defaults(run=_migrate)
    reindex = commands.add_parser("reindex", help="build the search anew beside the present one, then swap")
    reindex.add_argument("index", nargs="?", choices=[index.value for index in SearchIndex], help="only this one")
    reindex.set_defaults(run=_reindex)
    export = commands.add_parser("export-schema", help="write the GraphQL schemas to schema/*.graphql")
    export.add_argument("--check", action="store_true", help="write nothing; status 1 if they are not the code's")
    export.set_defaults(run=_export)
    add_accounts(commands)
    _add_keys(commands)
    _add_dead(commands)


def _add_keys(commands: Commands) -> None:
    keys = commands.add_parser("keys", help="look after the keys that sign tokens").add_subparsers(
        required=True, metavar="ACTION"
    )
    rotate = keys.add_parser("rotate", help="let the next key sign from now on")
    rotate.add_argument("--revoke", metavar="KID", help="take this key away at once: all tokens that it signed are void")
    rotate.set_defaults(run=_rotate_keys)


def _add_dead(commands: Commands) -> None:
    dead = commands.add_parser("dead", help="look after deliveries, jobs and events that could not be handled")
    actions = dead.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="show them, and why").set_defaults(run=_list_dead)
    replay = actions.add_parser("replay", help="try them again")
    replay.add_argument("id", nargs="*", help="as `dead list` shows it; none: all")
    replay.set_defaults(run=_replay_dead)


async def _doctor(options: argparse.Namespace, settings: Settings) -> int:
    findings = await examine(settings, url=options.url)
    for finding in findings:
        print(f"{'ok  ' if finding.is_good else 'BAD '} {finding.what}: {finding.seen}")
    return 0 if all(finding.is_good for finding in findings) else 1


async def _migrate(_: argparse.Namespace, settings: Settings) -> int:
    async with open_platform(settings) as platform:
        count = 0
        for document in DOCUMENTS:
            count += len(await document.get_pymongo_collection().index_information())
        print(f"{len(DOCUMENTS)} collections with {count} indexes are as this release needs them in {platform.database.name}.")
        print(f"{await complete_evidence()} reasons for experts are completed.")
        print(f"{await complete_found_by()} customers are found by what they are called.")
        print(f"{await complete_cases()} cases are completed.")
    return 0


async def _reindex(options: argparse.Namespace, settings: Settings) -> int:
    wanted = [SearchIndex(options.index)] if options.index else list(SearchIndex)
    with logging_to_standard_error(settings):
        async with open_platform(settings) as platform:
            for index in wanted:
                entries = await rebuild(platform.search, index)
                kinds = ", ".join(f"{count} {kind.value}" for kind, count in sorted(entries.items()))
                print(f"{index.value}: {sum(entries.values())} entries ({kinds or 'nothing to find'})", flush=True)
    return 0


async def _export(options: argparse.Namespace, _: Settings) -> int:
    return await asyncio.to_thread(export_schemas, _ROOT, is_check=options.check)


def export_schemas(root: Path, *, is_check: bool) -> int:
    """Write both schemas below a folder, or with `is_check` only compare: 1 when one is not the code's."""
    outdated = []
    for name, make in SCHEMAS.items():
        file, text = root / name, f"{make()}\n"
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        outdated.append(name)
        if not is_check:
            file.write_text(text, encoding="utf-8")
            print(f"{name} is written.")
    if is_check and outdated:
        print(f"{' and '.join(outdated)}: not the code's any more; run `kopru export-schema`.", file=sys.stderr)
        return 1
    return 0


async def _rotate_keys(options: argparse.Namespace, settings: Settings) -> int:
    async with open_platform(settings) as platform:
        if options.revoke:
            await revoke_key(SYSTEM, options.revoke, platform.keyring)
            print(f"The key {options.revoke} is revoked; whatever it signed is void within ten seconds.")
        else:
            await rotate_keys(SYSTEM, platform.keyring)
            print("The next key signs from now on; the one before it still proves what it signed.")
    return 0


async def _list_dead(_: argparse.Namespace, settings: Settings) -> int:
    async with open_platform(settings) as platform:
        letters = await list_dead(platform)
    for letter in letters:
        print(f"{letter.id}  {letter.reason}")
    print(f"{len(letters)} could not be handled.")
    return 0


async def _replay_dead(options: argparse.Namespace, settings: Settings) -> int:
    with logging_to_standard_error(settings):
        async with open_platform(settings) as platform:
            failed = await replay_dead(platform, options.id)
    for identifier in failed:
        print(f"{identifier}: not dead, or failed again", file=sys.stderr)
    return 1 if failed else 0
