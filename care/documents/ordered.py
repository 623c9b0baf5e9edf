"""What policies have in common that are tried one after the other: they can be out of use, and an order stands beside them."""

from pydantic import Field

from core.records import CreatedOnce, Record


class OrderedPolicy(CreatedOnce):
    """A policy that is tried in its place among others of its kind."""

    archived: bool = False


class PolicyOrder(Record):
    """In which order policies are tried; those that it does not name come last, the oldest first."""

    policy_ids: list[str] = Field(default_factory=list)
