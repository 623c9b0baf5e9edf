"""The enums of the portal's schema, every value described."""

from enum import Enum

from care.documents.case_states import RequestStatus
from care.documents.cycles import CycleOutcome
from community.reading import PublicQuestionStatus
from schema.enums import told

told(
    RequestStatus,
    "Where a request stands.",
    RECEIVED="It arrived; nobody has answered yet.",
    IN_PROGRESS="Somebody is working on it.",
    WAITING_FOR_YOU="The company waits for something from you.",
    ANSWERED="The company has answered; say whether it helped.",
    CLOSED="It is done.",
)
told(
    PublicQuestionStatus,
    "Where a question stands.",
    WAITING_FOR_APPROVAL="Only you see it until the company publishes it.",
    OPEN="Published; no answer yet.",
    ANSWERED="Published, with an answer.",
)


class Verdict(Enum):
    """Whether it helped."""

    SATISFIED = "SATISFIED"
    UNSATISFIED = "UNSATISFIED"

    @property
    def outcome(self) -> CycleOutcome:
        """Give the outcome that the verdict means for the cycle."""
        return CycleOutcome(self.value)


told(
    Verdict,
    "Whether it helped.",
    SATISFIED="It did; the request can be closed.",
    UNSATISFIED="It did not; the company starts again.",
)


class EventTopic(Enum):
    """What an event is about."""

    REQUEST = "REQUEST"


told(EventTopic, "What an event is about.", REQUEST="One of your requests.")
