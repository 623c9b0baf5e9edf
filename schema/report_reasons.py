"""What is wrong with something, as both schemas say it."""

from community.moderation.documents import ReportReason
from schema.enums import told

__all__ = ["ReportReason"]

told(
    ReportReason,
    "What is wrong with something.",
    SPAM="It advertises, or is there in masses.",
    OFFENSIVE="It insults, or is indecent.",
    HARASSMENT="It harasses somebody.",
    CONFIDENTIAL="It says what must not be known here, such as personal data.",
    MISLEADING="It is wrong in a way that does harm.",
    OTHER="Something else; the note says what.",
)
