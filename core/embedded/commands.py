"""The command table: what the endpoint answers, and the options of each command that it takes or refuses."""

import logging
from collections.abc import Callable

import bson.errors

from core.embedded import administration, reading, writing
from core.embedded.catalog import Catalog
from core.embedded.cursors import Cursors
from core.embedded.errors import CommandError, not_faithful
from core.embedded.values import Document

_EVERYWHERE = {
    "$db", "lsid", "$clusterTime", "$readPreference", "readConcern", "writeConcern", "comment", "maxTimeMS", "txnNumber",
    "stmtId", "stmtIds", "apiVersion", "apiStrict", "apiDeprecationErrors",
}  # fmt: skip
_LOG = logging.getLogger("kopru.store")
_TRANSACTIONS = {"startTransaction", "autocommit", "committransaction", "aborttransaction"}
_READ_CONCERNS = {"local", "majority", "available"}
Run = Callable[["Commands", str, Document], Document]


class Commands:
    """Runs one command at a time on a catalog; each is atomic."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.cursors = Cursors()

    def run(self, command: Document) -> Document:
        """Return the answer to a command, errors included."""
        try:
            return self._run(command)
        except CommandError as error:
            return error.answer()
        except KeyError as error:
            return CommandError(f"The command lacks {error}.", 9).answer()
        except (TypeError, ValueError, AttributeError, ArithmeticError, bson.errors.BSONError) as error:
            return CommandError(f"The command is malformed: {type(error).__name__}: {error}", 9).answer()
        except Exception as error:  # noqa: BLE001  one command must not end the store for all
            _LOG.exception("A command failed inside the embedded store.")
            return CommandError(f"The embedded store failed: {type(error).__name__}: {error}", 1).answer()

    def _run(self, command: Document) -> Document:
        name = next(iter(command), "")
        _refuse_transactions(name, command)
        entry = _TABLE.get(name.lower())
        if entry is None:
            raise CommandError(f"no such command: '{name}'", 59)
        run, options = entry
        if options is not None:
            _refuse_options(name, command, options)
        return run(self, f"{command['$db']}.{command[name]}", command)


def is_write(command: Document) -> bool:
    """Tell whether a command may change what is stored."""
    name = next(iter(command), "").lower()
    return name in _WRITES or (name == "aggregate" and "'$merge'" in repr(command.get("pipeline")))


def _refuse_transactions(name: str, command: Document) -> None:
    for word in (name.lower(), *command):
        if word in _TRANSACTIONS:
            raise not_faithful(f"a transaction ({word})", "One operation changes one document.")
    concern = command.get("readConcern") or {}
    if concern.get("level", "local") not in _READ_CONCERNS:
        raise not_faithful(f"the read concern {concern['level']}")


def _refuse_options(name: str, command: Document, options: set[str]) -> None:
    for option, value in command.items():
        if option in {name} | _EVERYWHERE | options:
            continue
        if value not in (None, False):
            raise not_faithful(f"{option} of {name}")


def _aggregate(commands: Commands, namespace: str, command: Document) -> Document:
    if command.get("aggregate") == 1:
        stage = next(iter(command["pipeline"][0])) if command.get("pipeline") else "an empty pipeline"
        raise not_faithful(f"{stage} on a whole database")
    return reading.aggregate(commands.catalog, commands.cursors, namespace, command)


def _get_more(commands: Commands, _: str, command: Document) -> Document:
    return commands.cursors.more(command["getMore"], command.get("batchSize"))


def _on_catalog(run: Callable[[Catalog, str, Document], Document]) -> Run:
    return lambda commands, namespace, command: run(commands.catalog, namespace, command)


def _with_cursors(run: Callable[[Catalog, Cursors, str, Document], Document]) -> Run:
    return lambda commands, namespace, command: run(commands.catalog, commands.cursors, namespace, command)


def _fixed(answer: Callable[[], Document]) -> Run:
    return lambda _commands, _namespace, _command: answer()


def _fine() -> Document:
    return {"ok": 1.0}


_FIND = {"filter", "sort", "projection", "hint", "skip", "limit", "batchSize", "singleBatch", "noCursorTimeout", "allowDiskUse"}
_MODIFY = {"query", "sort", "remove", "update", "new", "fields", "upsert", "arrayFilters", "hint", "bypassDocumentValidation"}
_TABLE: dict[str, tuple[Run, set[str] | None]] = {
    "hello": (_fixed(administration.hello), None),
    "ismaster": (_fixed(administration.hello), None),
    "ping": (_fixed(_fine), None),
    "endsessions": (_fixed(_fine), None),
    "killsessions": (_fixed(_fine), None),
    "refreshsessions": (_fixed(_fine), None),
    "buildinfo": (_fixed(administration.build_info), None),
    "listdatabases": (
        lambda commands, _, command: administration.list_databases(commands.catalog, command),
        {"nameOnly", "authorizedDatabases"},
    ),
    "dropdatabase": (lambda commands, _, command: administration.drop_database(commands.catalog, command), set()),
    "listcollections": (
        lambda commands, _, command: administration.list_collections(commands.catalog, commands.cursors, command),
        {"filter", "nameOnly", "cursor", "authorizedCollections"},
    ),
    "create": (_on_catalog(administration.create), set()),
    "drop": (lambda commands, namespace, _: administration.drop(commands.catalog, namespace), set()),
    "renamecollection": (
        lambda commands, _, command: administration.rename_collection(commands.catalog, command),
        {"to", "dropTarget"},
    ),
    "createindexes": (_on_catalog(administration.create_indexes), {"indexes", "commitQuorum"}),
    "listindexes": (_with_cursors(administration.list_indexes), {"cursor"}),
    "dropindexes": (_on_catalog(administration.drop_indexes), {"index"}),
    "insert": (_on_catalog(writing.insert), {"documents", "ordered", "bypassDocumentValidation"}),
    "update": (_on_catalog(writing.update), {"updates", "ordered", "bypassDocumentValidation"}),
    "delete": (_on_catalog(writing.delete), {"deletes", "ordered"}),
    "findandmodify": (_on_catalog(writing.find_and_modify), _MODIFY),
    "find": (_with_cursors(reading.find), _FIND),
    "aggregate": (_aggregate, {"pipeline", "cursor", "allowDiskUse", "hint", "bypassDocumentValidation"}),
    "count": (_on_catalog(reading.count), {"query", "limit", "skip", "hint"}),
    "distinct": (_on_catalog(reading.distinct), {"key", "query"}),
    "getmore": (_get_more, {"collection", "batchSize"}),
    "killcursors": (lambda commands, _, command: commands.cursors.kill(command["cursors"]), {"cursors"}),
}
_WRITES = {
    "insert", "update", "delete", "findandmodify", "create", "drop", "dropdatabase", "renamecollection",
    "createindexes", "dropindexes",
}  # fmt: skip
