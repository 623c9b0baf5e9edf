"""The words that say where a case stands: for those who work on it, for its customer, who began it and how urgent it is."""

from enum import StrEnum


class CaseStatus(StrEnum):
    """Where a case stands: PENDING waits for the customer, RESOLVED for the customer's verdict or the closing."""

    NEW = "NEW"
    OPEN = "OPEN"
    PENDING = "PENDING"
    SNOOZED = "SNOOZED"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"


class RequestStatus(StrEnum):
    """A case as its customer sees it."""

    RECEIVED = "RECEIVED"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING_FOR_YOU = "WAITING_FOR_YOU"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"


class CaseOrigin(StrEnum):
    """Who began: the customer, or the company reaching out."""

    CUSTOMER = "CUSTOMER"
    COMPANY = "COMPANY"


class Priority(StrEnum):
    """How urgent a case is."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    URGENT = "URGENT"
