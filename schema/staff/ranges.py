"""A span of time, as queries are given it."""

from datetime import datetime

import strawberry

from schema.inputs import required


@strawberry.input(description="A span of time.")
class DateTimeRange:
    """A span of time."""

    from_: datetime = required("The first instant of it.", name="from")
    until: datetime = required("The first instant after it.")
