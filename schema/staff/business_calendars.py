"""Business calendars: the hours of the company that promises are counted in."""

from typing import Self

import strawberry

from care.documents import promises, service_levels
from care.reading.service_levels import count_calendars, list_calendars
from care.service_levels.drafts import MOST_BLOCKS, MOST_EXCEPTIONS
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages


@strawberry.type(description="Hours of a day, by the wall clock of the calendar's zone.")
class BusinessBlock:
    """Hours of a day."""

    opens: str = strawberry.field(description="When they begin, `09:00`.")
    closes: str = strawberry.field(description="When they end, `18:00`; `24:00` is the end of the day.")

    @classmethod
    def from_block(cls, block: promises.Block) -> Self:
        """Show hours."""
        return cls(opens=_shown(block.opens), closes=_shown(block.closes))


@strawberry.type(description="Hours of a day of the week.")
class WeeklyBusinessBlock(BusinessBlock):
    """Hours of a day of the week."""

    weekday: int = strawberry.field(description="The day as ISO 8601 counts: 1 is Monday, 7 Sunday.")

    @classmethod
    def from_weekly(cls, block: promises.WeeklyBlock) -> Self:
        """Show hours."""
        return cls(weekday=block.weekday, opens=_shown(block.opens), closes=_shown(block.closes))


@strawberry.type(description="A day that is not like its day of the week.")
class ExceptionalDay:
    """A day that is not like its day of the week."""

    day: str = strawberry.field(description="Which day, `2026-12-31`.")
    name: str = strawberry.field(description="Why.")
    blocks: list[BusinessBlock] = strawberry.field(description="Its hours; none: a holiday.", directives=list_size(MOST_BLOCKS))

    @classmethod
    def from_document(cls, exception: promises.ExceptionalDay) -> Self:
        """Show a day."""
        blocks = [BusinessBlock.from_block(block) for block in exception.blocks]
        return cls(day=exception.day, name=exception.name, blocks=blocks)


@strawberry.type(description="When the company works: what promises in business time are counted in.")
class BusinessCalendar(Node):
    """When the company works."""

    name: str = strawberry.field(description="Its name.")
    zone: str = strawberry.field(description="The time zone, as the IANA database names it.")
    week: list[WeeklyBusinessBlock] = strawberry.field(
        description="The hours of every week, several a day where there are breaks.", directives=list_size(MOST_BLOCKS)
    )
    exceptions: list[ExceptionalDay] = strawberry.field(
        description="Holidays and other days that differ, in their order.", directives=list_size(MOST_EXCEPTIONS)
    )
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: service_levels.BusinessCalendar) -> Self:
        """Show a calendar."""
        hours = document.hours
        return cls(
            id=strawberry.ID(document.id),
            name=document.name,
            zone=hours.zone,
            week=[WeeklyBusinessBlock.from_weekly(block) for block in hours.week],
            exceptions=[ExceptionalDay.from_document(exception) for exception in hours.exceptions],
            version=document.version,
        )


@strawberry.type
class BusinessCalendarQueries:
    """In which hours promises are counted."""

    @paged("Business calendars, by name.", graphql_type=Connection[BusinessCalendar])
    async def business_calendars(self, info: Info, window: Window) -> object:
        """Give a page of the calendars."""
        actor = info.context.actor
        return pages(info, await list_calendars(actor, window), count=lambda: count_calendars(actor))


def _shown(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
