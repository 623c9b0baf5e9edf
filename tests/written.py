"""Which collections were written to: only these are emptied after a test, and a refusal may be in none of them."""

from typing import Final

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent
from typing_extensions import override

WRITES: Final = frozenset({"insert", "update", "delete", "findAndModify"})


class WrittenCollections(CommandListener):
    """Remembers where documents changed, or may have: where the answer never came."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple[str, str]] = {}
        self._filled: set[str] = set()
        self.changed: set[str] = set()
        """Where documents changed since a test emptied it last."""

    @override
    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in WRITES:
            self._asked[event.request_id] = (event.command_name, str(event.command[event.command_name]))

    @override
    def succeeded(self, event: CommandSucceededEvent) -> None:
        asked = self._asked.pop(event.request_id, None)
        found = (event.reply.get("lastErrorObject") or {}).get("n") or event.reply.get("value")
        if asked is not None and event.reply.get("n", found):
            self._note(*asked)

    @override
    def failed(self, event: CommandFailedEvent) -> None:
        """Take what failed on the way as written: it may have been."""
        asked = self._asked.pop(event.request_id, None)
        if asked is not None:
            self._note(*asked)

    def _note(self, command: str, name: str) -> None:
        self.changed.add(name)
        if command != "delete":
            self._filled.add(name)

    def take(self) -> list[str]:
        """Give the names of all that something may have been put into since the last time, and forget them."""
        under_way = {name for command, name in self._asked.values() if command != "delete"}
        names, self._filled = sorted(self._filled | under_way), set()
        return names


WRITTEN: Final = WrittenCollections()
"""Listens to the stores of all tests of a process."""
