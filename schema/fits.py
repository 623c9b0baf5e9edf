"""What customers say of a value proposition, in the words of both schemas."""

from coaching.governance.survey_documents import PropositionFit
from schema.enums import told

__all__ = ["PropositionFit"]

told(
    PropositionFit,
    "Whether customers have of something what the company thinks.",
    FITS="They have that of it.",
    PARTLY="They have some of that.",
    NOT="They have nothing of that.",
)
