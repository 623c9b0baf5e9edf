"""Birthdays that are near, of customers who agree to it: suggestions for people, never messages by themselves."""

from datetime import datetime
from typing import Annotated, ClassVar, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import strawberry

from care.birthdays import reading
from care.birthdays.reading import MOST_BIRTHDAYS, upcoming_birthdays
from care.birthdays.suggesting import BirthdayDraft, settle_birthday
from care.documents import birthdays
from care.documents.birthdays import BirthdayState
from care.reading.customers import customers_by_ids
from core.clock import now
from core.errors import InvalidInput
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.nodes import Node
from schema.staff.customers import Customer
from schema.staff.members import Member, member_of

told(
    BirthdayState,
    "Where the suggestion to greet a customer stands; nothing is ever sent by itself.",
    SUGGESTED="Somebody may greet them.",
    DONE="They were greeted.",
    DISMISSED="Somebody decided not to.",
    PASSED="The day is over everywhere on earth.",
)


@strawberry.type(description="That a customer has their birthday soon and may be greeted; gone when they agree no more.")
class BirthdaySuggestion(Node):
    """That a customer may be greeted."""

    document: strawberry.Private[birthdays.BirthdaySuggestion]
    version: int = strawberry.field(description="Rises with each edit by a person; send it as `expectedVersion`.")
    on: str | None = strawberry.field(description="The day, as year-month-day; null once it was forgotten.")
    state: BirthdayState = strawberry.field(description="Where it stands.")
    note: str | None = strawberry.field(description="What came of it.")
    settled_at: datetime | None = strawberry.field(description="When somebody greeted them, or decided not to.")

    @classmethod
    def from_document(cls, document: birthdays.BirthdaySuggestion) -> Self:
        """Show a suggestion."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            version=document.version,
            on=document.on,
            state=document.state,
            note=document.note,
            settled_at=document.settled_at,
        )

    @strawberry.field(description="Whose birthday it is; null when the viewer may not know.")
    async def customer(self, info: Info) -> Customer | None:
        """Give the customer."""
        found = await info.context.load(customers_by_ids, self.document.customer_id)
        return Customer.from_document(found) if found is not None else None

    @strawberry.field(description="Who settled it; null while nobody did.")
    async def settled_by(self, info: Info) -> Member | None:
        """Give who."""
        by = self.document.settled_by
        return await member_of(info, by)


@strawberry.type(description="A birthday that is near.")
class UpcomingBirthday:
    """A birthday that is near."""

    customer: Customer = strawberry.field(description="Whose it is.")
    on: str = strawberry.field(description="The day, as year-month-day; of 29 February the 28th in a year without one.")
    turns: int = strawberry.field(description="How old they become.")
    suggestion: BirthdaySuggestion | None = strawberry.field(
        description="That somebody may greet them, from a week ahead on; null before that."
    )

    @classmethod
    def of(cls, one: reading.Upcoming) -> Self:
        """Show a birthday."""
        made = BirthdaySuggestion.from_document(one.suggestion) if one.suggestion is not None else None
        return cls(customer=Customer.from_document(one.customer), on=one.on.isoformat(), turns=one.turns, suggestion=made)


@strawberry.input(description="What came of a suggestion.")
class SettleBirthdayInput:
    """What came of a suggestion."""

    suggestion_id: strawberry.ID = required("The id of the suggestion.")
    greeted: bool = required("Whether they were greeted; false: they are not to be.")
    note: str | None = given("How, or why not, in a line.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `settleBirthday`.")
class SettleBirthdayPayload(Payload):
    """The answer of `settleBirthday`."""

    written: ClassVar[str | None] = "suggestion"

    suggestion: BirthdaySuggestion | None = changed("The suggestion as it is now.")


@strawberry.type
class BirthdayQueries:
    """Birthdays that are near."""

    @strawberry.field(
        description="The birthdays of the next days, the next first, of customers who agree that personal details are kept; "
        "needs `customer:read`.",
        directives=list_size(MOST_BIRTHDAYS),
    )
    async def upcoming_birthdays(
        self,
        info: Info,
        days: Annotated[int, strawberry.argument(description="How many days ahead, at most 60.")] = 14,
        time_zone: Annotated[str, strawberry.argument(description="Where today is meant, such as `Europe/Istanbul`.")] = "UTC",
    ) -> list[UpcomingBirthday]:
        """List the birthdays."""
        today = now().astimezone(_zone(time_zone)).date()
        return [UpcomingBirthday.of(one) for one in await upcoming_birthdays(info.context.actor, today, days)]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput("Name a time zone such as Europe/Istanbul.", path=("timeZone",)) from None


@strawberry.type
class BirthdayMutations:
    """What can be done about birthdays."""

    @mutation(
        SettleBirthdayPayload,
        description="Says that a customer was greeted on their birthday, or is not to be; needs `customer:edit`.",
    )
    async def settle_birthday(self, info: Info, input: Annotated[SettleBirthdayInput, INPUT]) -> object:
        """Settle a suggestion."""
        draft = parse(BirthdayDraft, **values_of(input))
        settled = await settle_birthday(info.context.actor, draft, expected_version=input.expected_version)
        return SettleBirthdayPayload(suggestion=BirthdaySuggestion.from_document(settled))
