"""What lists of the staff schema can be filtered and ordered by."""

from typing import Optional

import strawberry

from care.reading import selection
from care.reading.selection import CaseSelection
from community.listing import UNFILTERED
from community.reading import NEWEST_FIRST, question_order
from core.paging import Order
from schema.inputs import given, required
from schema.sort_directions import SortDirection
from schema.staff.comparators import (
    AvailabilityComparator,
    BooleanComparator,
    CaseStatusComparator,
    ChannelKindComparator,
    CustomFieldComparator,
    DateTimeComparator,
    EnvironmentComparator,
    IdComparator,
    IntComparator,
    IntentComparator,
    PriorityComparator,
    QuestionStatusComparator,
    SearchKindComparator,
    StringComparator,
    condition_of,
)
from schema.staff.enums import CaseOrderField
from schema.staff.enums import QuestionOrder as QuestionOrderField

_AND = "All of these hold, too."
_OR = "One of these holds, too."
_NOT = "This does not hold."


@strawberry.input(
    description="Which cases; all that is given must hold. LIVE ones unless `environment` says otherwise. "
    "Not every filter goes with every order: a refusal names the orders that do."
)
class CaseFilter:
    """Which cases."""

    and_: list["CaseFilter"] | None = given(_AND, name="and")
    or_: list["CaseFilter"] | None = given(_OR, name="or")
    not_: Optional["CaseFilter"] = given(_NOT, name="not")
    status: CaseStatusComparator | None = given("Where they stand.")
    priority: PriorityComparator | None = given("How urgent they are.")
    channel_kind: ChannelKindComparator | None = given("The kind of channel they came in by.")
    channel_id: IdComparator | None = given("The channel they came in by.")
    assignee_id: IdComparator | None = given("Who works on them.")
    department_id: IdComparator | None = given("The department that they belong to.")
    customer_id: IdComparator | None = given("Whose they are.")
    environment: EnvironmentComparator | None = given("Whether they are real.")
    tag: StringComparator | None = given("The slug of one of their labels.")
    first_response_due_at: DateTimeComparator | None = given("When the first answer is due; null: not awaited.")
    answer_due_at: DateTimeComparator | None = given("When the next answer is due, the first or a later one; null: not awaited.")
    opened_at: DateTimeComparator | None = given("When they were opened.")
    updated_at: DateTimeComparator | None = given("When something was last done.")
    severity: IntComparator | None = given("How grave they are.")
    reach: IntComparator | None = given("How many people may see them.")
    custom_field: CustomFieldComparator | None = given("What they hold in one of the company's own fields.")
    intent: IntentComparator | None = given("What their customers want.")
    stuck: BooleanComparator | None = given("Whether their step stands still and people were alarmed.")


@strawberry.input(description="The order of cases.")
class CaseOrder:
    """The order of cases."""

    field: CaseOrderField = required("What to order by.")
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description="Which end comes first.")


@strawberry.input(
    description="Which questions; all that is given must hold. "
    "One of status, authorId, invitedExpertId and tag must be compared with `eq` or `in`, or the time that they are ordered by "
    "bounded."
)
class QuestionFilter:
    """Which questions."""

    and_: list["QuestionFilter"] | None = given(_AND, name="and")
    or_: list["QuestionFilter"] | None = given(_OR, name="or")
    not_: Optional["QuestionFilter"] = given(_NOT, name="not")
    status: QuestionStatusComparator | None = given("Where they stand.")
    author_id: IdComparator | None = given("Who asked.")
    invited_expert_id: IdComparator | None = given("Whose answer is asked for.")
    tag: StringComparator | None = given("The slug of one of their labels.")
    space_id: IdComparator | None = given("The space they stand in.")
    created_at: DateTimeComparator | None = given("When they were asked.")


@strawberry.input(description="The order of questions.")
class QuestionOrder:
    """The order of questions."""

    field: QuestionOrderField = required("What to order by.")
    direction: SortDirection = strawberry.field(default=SortDirection.DESC, description="Which end comes first.")


@strawberry.input(
    description="Which members; all that is given must hold. "
    "One of skillId, departmentId and availability must be compared with `eq` or `in`."
)
class ExpertFilter:
    """Which members."""

    and_: list["ExpertFilter"] | None = given(_AND, name="and")
    or_: list["ExpertFilter"] | None = given(_OR, name="or")
    not_: Optional["ExpertFilter"] = given(_NOT, name="not")
    skill_id: IdComparator | None = given("What they know.")
    department_id: IdComparator | None = given("Where they belong.")
    availability: AvailabilityComparator | None = given("Whether they can be asked now.")
    on_shift: BooleanComparator | None = given("Whether they are on a shift now.")


@strawberry.input(
    description="What to search; all that is given must hold. Kinds with `eq` or `in`, tags with `eq`, a time with "
    "`before` and `after`; `or` and `not` can't be searched by."
)
class SearchFilter:
    """What to search."""

    and_: list["SearchFilter"] | None = given(_AND, name="and")
    or_: list["SearchFilter"] | None = given(_OR, name="or")
    not_: Optional["SearchFilter"] = given(_NOT, name="not")
    kind: SearchKindComparator | None = given("What to look for.")
    tag: StringComparator | None = given("The slug of a label.")
    updated_at: DateTimeComparator | None = given("When it was last changed.")


def case_selection(asked: CaseFilter | None, order: CaseOrder | None) -> CaseSelection:
    """Turn filter and order into the selection that they mean."""
    condition = condition_of(asked) if asked else UNFILTERED
    if not order:
        return CaseSelection(condition=condition)
    return CaseSelection(condition=condition, order=selection.CaseOrder(order.field, order.direction.sign))


def order_of_questions(order: QuestionOrder | None) -> Order:
    """Turn an order into the one that the domain knows; the newest first unless told."""
    return question_order(order.field, order.direction.sign) if order else NEWEST_FIRST
