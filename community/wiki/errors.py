"""What the wiki refuses, each named after the fact.

DomainError
├── Conflict
│   └── StaleEdit     somebody edited the page since; tells how the two edits merge
└── InvalidInput
    └── PathTaken     another page stands there
"""

from typing import Any

from core.errors import Conflict, InvalidInput


class PathTaken(InvalidInput):
    """Another page stands there."""


class StaleEdit(Conflict):
    """Somebody edited the page since; `edit` is the `community.wiki.conflicts.EditConflict`."""

    def __init__(self, message: str, *, current: Any, edit: Any) -> None:
        super().__init__(message, current=current)
        self.edit = edit
