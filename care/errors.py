"""What the front office refuses, each named after the fact.

DomainError
├── ObligationOpen      something is still owed to the customer
├── ChecklistOpen       something that must be looked at was not
├── ReviewPending       a reply still waits for a mentor
├── AnotherCaseOpen     the conversation has an open case already
├── UndoExpired         what left can't be taken back
└── InvalidInput
    ├── CaseClosed      a closed case can't be worked on
    ├── WrongStep       the steps of a cycle are done in their order
    ├── FieldsMissing   a field that a closing needs is empty
    ├── NotJudged       nobody has said yet whether it helped
    └── NothingToJudge  the customer has not heard from the company yet
"""

from core.errors import DomainError, InvalidInput


class ObligationOpen(DomainError):
    """Something is still owed to the customer."""

    code = "OBLIGATION_OPEN"


class ChecklistOpen(DomainError):
    """Something that must be looked at was not."""

    code = "CHECKLIST_OPEN"


class ReviewPending(DomainError):
    """A reply still waits for a mentor."""

    code = "REVIEW_PENDING"


class AnotherCaseOpen(DomainError):
    """The conversation has an open case already."""

    code = "ANOTHER_CASE_OPEN"


class UndoExpired(DomainError):
    """What left can't be taken back."""

    code = "UNDO_EXPIRED"


class CaseClosed(InvalidInput):
    """A closed case can't be worked on."""


class WrongStep(InvalidInput):
    """The steps of a cycle are done in their order."""


class NotJudged(InvalidInput):
    """Nobody has said yet whether it helped."""


class NothingToJudge(InvalidInput):
    """The customer has not heard from the company yet."""


class FieldsMissing(InvalidInput):
    """A field that a closing needs is empty."""
