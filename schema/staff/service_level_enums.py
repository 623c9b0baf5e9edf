"""The enums of service levels, with a description for each value."""

from care.documents.customers import Lifecycle
from care.documents.promises import Halt, Renewal, TargetKind
from schema.enums import told

__all__ = ["Halt", "Lifecycle", "Renewal", "TargetKind"]

told(
    Lifecycle,
    "How far somebody has come with the company.",
    name="CustomerLifecycle",
    VISITOR="Looks around.",
    LEAD="Showed interest.",
    PROSPECT="May buy.",
    CUSTOMER="Has bought.",
    ADVOCATE="Speaks for the company.",
)
told(
    Halt,
    "While what a clock may stand.",
    name="ClockHalt",
    WAITING_FOR_CUSTOMER="While the company waits for the customer.",
    SNOOZED="While the case is put aside.",
)
told(
    Renewal,
    "Upon what a clock may start anew, in its full length.",
    name="ClockRenewal",
    CUSTOMER_WROTE="Whenever the customer writes and still waits.",
    CUSTOMER_ANSWERED="When the customer has answered what the company waited for.",
    REOPENED="When what was resolved or closed comes back, by the customer's word or a member's.",
)
told(
    TargetKind,
    "Who is told when a clock runs short or out.",
    name="SlaTargetKind",
    ASSIGNEE="Who works on the case; while nobody does, everybody of the front office who is on duty.",
    MEMBER="A member by name.",
    ROLE="Everybody with a role.",
    MANAGERS="The managers.",
    ON_DUTY="Everybody of the front office who is on duty.",
)
