"""Typed comparators of filters, and the conditions that they and their and, or and not mean."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from care.documents.custom_fields import token_of
from community.listing import Comparison, Either, Every, Filter, Where, Without
from core.errors import InvalidInput
from schema.inputs import given, required, set_fields
from schema.staff.enums import Availability, CaseStatus, ChannelKind, Environment, FoundKind, Priority, QuestionStatus
from schema.staff.intent_enums import Intent

EQ = "Is this value."
IN = "Is one of these values, at most 100."
NOT_IN = "Is none of these values, at most 100."


@strawberry.input(description="Compares an id.")
class IdComparator:
    """Compares an id."""

    eq: strawberry.ID | None = given("Is this id.")
    in_: list[strawberry.ID] | None = given("Is one of these ids, at most 100.", name="in")
    not_in: list[strawberry.ID] | None = given("Is none of these ids, at most 100.")
    is_null: bool | None = given("Whether there is none.")


@strawberry.input(description="Compares what cases hold in one of the company's own fields.")
class CustomFieldComparator:
    """Compares what cases hold in one of the company's own fields."""

    key: str = required("The key of the field.")
    eq: str = required("Is this value, as `CustomFieldValue.value` gives it, in whatever spelling.")


@strawberry.input(description="Compares a text.")
class StringComparator:
    """Compares a text."""

    eq: str | None = given("Is this text.")
    in_: list[str] | None = given("Is one of these texts, at most 100.", name="in")
    contains: str | None = given("Has this text in it.")


@strawberry.input(description="Compares a truth.")
class BooleanComparator:
    """Compares a truth."""

    eq: bool = required("Is so.")


@strawberry.input(description="Compares a whole number.")
class IntComparator:
    """Compares a whole number."""

    eq: int | None = given("Is this number.")
    at_least: int | None = given("Is this number or more.")
    at_most: int | None = given("Is this number or less.")


@strawberry.input(description="Compares an instant.")
class DateTimeComparator:
    """Compares an instant."""

    before: datetime | None = given("Is earlier.")
    after: datetime | None = given("Is later.")
    is_null: bool | None = given("Whether there is none.")


@strawberry.input(description="Compares where a case stands.")
class CaseStatusComparator:
    """Compares where a case stands."""

    eq: CaseStatus | None = given(EQ)
    in_: list[CaseStatus] | None = given(IN, name="in")
    not_in: list[CaseStatus] | None = given(NOT_IN)


@strawberry.input(description="Compares how urgent a case is.")
class PriorityComparator:
    """Compares how urgent a case is."""

    eq: Priority | None = given(EQ)
    in_: list[Priority] | None = given(IN, name="in")


@strawberry.input(description="Compares what the customer of a case wants.")
class IntentComparator:
    """Compares what the customer of a case wants."""

    eq: Intent | None = given(EQ)
    in_: list[Intent] | None = given(IN, name="in")


@strawberry.input(description="Compares the kind of a channel.")
class ChannelKindComparator:
    """Compares the kind of a channel."""

    eq: ChannelKind | None = given(EQ)
    in_: list[ChannelKind] | None = given(IN, name="in")


@strawberry.input(description="Compares whether a member can be asked now.")
class AvailabilityComparator:
    """Compares whether a member can be asked now."""

    eq: Availability | None = given(EQ)
    in_: list[Availability] | None = given(IN, name="in")


@strawberry.input(description="Compares the kind of what is searched for.")
class SearchKindComparator:
    """Compares the kind of what is searched for."""

    eq: FoundKind | None = given(EQ)
    in_: list[FoundKind] | None = given(IN, name="in")


@strawberry.input(description="Compares whether a case is real.")
class EnvironmentComparator:
    """Compares whether a case is real."""

    eq: Environment | None = given(EQ)
    in_: list[Environment] | None = given(IN, name="in")


@strawberry.input(description="Compares where a question stands.")
class QuestionStatusComparator:
    """Compares where a question stands."""

    eq: QuestionStatus | None = given(EQ)
    in_: list[QuestionStatus] | None = given(IN, name="in")


def condition_of(asked: object) -> Filter:
    """Turn a filter into the condition it means: all of its fields must hold; an empty filter lets everything pass."""
    parts: list[Filter] = []
    for name, value in set_fields(asked):
        if name in {"and_", "or_"}:
            branches = tuple(condition_of(branch) for branch in value)
            parts.append(Every(branches) if name == "and_" else Either(branches))
        elif name == "not_":
            parts.append(Without(condition_of(value)))
        else:
            parts.extend(_compared(name, value))
    meant = [part for part in parts if part != Every()]
    return meant[0] if len(meant) == 1 else Every(tuple(meant))


def _compared(field: str, comparator: object) -> list[Filter]:
    if isinstance(comparator, CustomFieldComparator):
        return [Where(field, Comparison.EQ, token_of(comparator.key, comparator.eq))]
    comparisons = set_fields(comparator)
    if not comparisons:
        shown = field.split("_")
        name = shown[0] + "".join(part.capitalize() for part in shown[1:])
        raise InvalidInput(
            f"Say how to compare `{name}`: give one of its fields a value, or leave it out.", path=("filter", field)
        )
    return [Where(field, Comparison(name.rstrip("_")), _plain(value)) for name, value in comparisons]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.value if isinstance(value, Enum) else value
