"""Where the level of a member is kept."""

from core.ids import derived_id


def standing_id(member_id: str) -> str:
    """Give the id of a member's standing."""
    return derived_id("std", member_id)
