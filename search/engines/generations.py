"""Which generation of an embedded index answers, who may write, and what was written during a rebuild: one SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import Unavailable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS generation (role TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS journal (position INTEGER PRIMARY KEY AUTOINCREMENT, change BLOB NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Generations:
    """The generations of one index. SQLite's write lock is the mutex of all writers in all processes."""

    path: Path
    lock_seconds: float

    def create(self) -> None:
        """Make the file unless it is there."""
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)

    def current(self) -> str | None:
        """Return the name of the generation that answers. Does not wait for writers."""
        with closing(self._connect()) as connection:
            return _name(connection, role="current")

    @contextmanager
    def writing(self) -> Iterator["Turn"]:
        """Hold the mutex; what is noted counts once this ends without error. Raises Unavailable after `lock_seconds`."""
        with closing(self._connect()) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                raise Unavailable("search", "another writer holds the index") from error
            try:
                yield Turn(connection)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=self.lock_seconds, isolation_level=None)


@dataclass(frozen=True, slots=True)
class Turn:
    """What may be asked and noted while the mutex is held."""

    connection: sqlite3.Connection

    @property
    def current(self) -> str | None:
        """The generation that answers."""
        return _name(self.connection, role="current")

    @property
    def building(self) -> str | None:
        """The generation that is being filled, if one is."""
        return _name(self.connection, role="building")

    def make_current(self, name: str) -> None:
        """Let `name` answer, and end the building."""
        self.connection.execute("INSERT OR REPLACE INTO generation VALUES ('current', ?)", (name,))
        self.end_building()

    def begin_building(self, name: str) -> None:
        """Keep changes for `name` from now on; whatever was built before is given up."""
        self.end_building()
        self.connection.execute("INSERT INTO generation VALUES ('building', ?)", (name,))

    def end_building(self) -> None:
        """Keep changes no longer."""
        self.connection.execute("DELETE FROM generation WHERE role = 'building'")
        self.connection.execute("DELETE FROM journal")

    def keep(self, change: bytes) -> None:
        """Keep a change for the generation that is being filled."""
        self.connection.execute("INSERT INTO journal (change) VALUES (?)", (change,))

    def kept(self) -> list[bytes]:
        """Return the kept changes in their order."""
        return [row[0] for row in self.connection.execute("SELECT change FROM journal ORDER BY position")]


def _name(connection: sqlite3.Connection, *, role: str) -> str | None:
    row = connection.execute("SELECT name FROM generation WHERE role = ?", (role,)).fetchone()
    return None if row is None else str(row[0])
