"""Scalars whose form is a promise."""

from datetime import UTC, datetime

import strawberry
from graphql import GraphQLError


def _write(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        message = "DateTime needs an RFC 3339 instant with its offset, such as 2026-11-21T10:00:00Z."
        raise GraphQLError(message)
    return moment.astimezone(UTC)


DATE_TIME = strawberry.scalar(
    name="DateTime",
    description="RFC 3339 UTC instant.",
    serialize=_write,
    parse_value=_read,
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
)
