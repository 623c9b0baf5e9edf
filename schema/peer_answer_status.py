"""Where a customer's answer stands, as both schemas say it."""

from community.peer_answers.policies import PeerAnswerStatus
from schema.enums import told

__all__ = ["PeerAnswerStatus"]

told(
    PeerAnswerStatus,
    "Where a customer's answer stands.",
    WAITING_FOR_APPROVAL="Only who wrote it and the company read it until the company publishes it.",
    PUBLISHED="Everybody reads it.",
    DECLINED="Only who wrote it and the company read it.",
)
