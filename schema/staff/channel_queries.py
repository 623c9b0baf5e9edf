"""The list of channels."""

from dataclasses import replace
from enum import StrEnum
from typing import Annotated, TypeVar

import strawberry

from care.reading.channels import ChannelSelection, count_channels, list_channels
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.inputs import given
from schema.paging import paged, pages
from schema.staff.channels import Channel
from schema.staff.comparators import ChannelKindComparator, EnvironmentComparator
from schema.staff.reach import require_staff


@strawberry.input(description="Which channels; all that is given must hold.")
class ChannelFilter:
    """Which channels."""

    kind: ChannelKindComparator | None = given("What kind of place they are.")
    environment: EnvironmentComparator | None = given("Whether they are real or for practice.")


@strawberry.type
class ChannelQueries:
    """The list of channels."""

    @paged(
        "The channels in use that the viewer may know of; an agency's person sees those in their reach.",
        graphql_type=Connection[Channel],
    )
    async def channels(
        self,
        info: Info,
        window: Window,
        filter: Annotated[ChannelFilter | None, strawberry.argument(description="Which ones; absent: all.")] = strawberry.UNSET,
        archived: Annotated[bool | None, strawberry.argument(description="Whether to list those out of use instead.")] = None,
    ) -> object:
        """Give a page of the channels."""
        require_staff(info)
        actor, selection = info.context.actor, replace(_selection(filter), archived=archived is True)
        found = await list_channels(actor, selection, window)
        return pages(info, found, count=lambda: count_channels(actor, selection))


ValueT = TypeVar("ValueT", bound=StrEnum)


def _selection(asked: ChannelFilter | None) -> ChannelSelection:
    if not asked:
        return ChannelSelection()
    kind, environment = asked.kind, asked.environment
    return ChannelSelection(
        _passing(kind.eq, kind.in_) if kind else None, _passing(environment.eq, environment.in_) if environment else None
    )


def _passing(eq: ValueT | None, in_: list[ValueT] | None) -> tuple[ValueT, ...] | None:
    """Give the values that a comparator lets pass; None: all."""
    wanted = [set(part) for part in ([eq] if eq else None, in_) if part is not None and part is not strawberry.UNSET]
    return tuple(sorted(set.intersection(*wanted))) if wanted else None
