"""Which end of an order comes first, in both schemas."""

from enum import StrEnum

from schema.enums import told


class SortDirection(StrEnum):
    """Which end of an order comes first."""

    ASC = "ASC"
    DESC = "DESC"

    @property
    def sign(self) -> int:
        """Give it as the store is told: 1 or -1."""
        return 1 if self is SortDirection.ASC else -1


told(SortDirection, "Which end of an order comes first.", ASC="The smallest or earliest.", DESC="The largest or latest.")
