"""The enums of assignment, with a description for each value."""

from care.documents.assignment import AssignmentMethod
from care.documents.casework import AssignmentObstacle, AssignmentReason
from schema.enums import told

__all__ = ["AssignmentMethod", "AssignmentObstacle", "AssignmentReason"]

told(
    AssignmentMethod,
    "How a policy chooses among those who fit.",
    ROUND_ROBIN="In turn: who was given a case longest ago.",
    BALANCED="Who has the fewest open cases.",
    SKILL="Who masters the policy's skills best; of several, who has the fewest open cases.",
    LAST_ENGAGED="Who worked on the customer's last case; when none of these fits, who has the fewest open cases.",
)
told(
    AssignmentReason,
    "Why a case is with whom it is with, or with nobody.",
    BY_HAND="Somebody decided so.",
    ROUND_ROBIN="It was their turn.",
    LEAST_LOAD="They had the fewest open cases.",
    SKILL="They master what the case asks for best.",
    LAST_ENGAGED="They worked on the customer's last case.",
    BACKUP="They stand in, for none of the policy's members fitted.",
    NOBODY_FITS="There was nobody to give it to; it is tried again every minute.",
    HANDED_OVER="It was handed over to another department.",
)
told(
    AssignmentObstacle,
    "What left nobody to give a case to: the first thing that none of the policy's members had.",
    NOBODY_ALLOWED="Nobody works on cases of the channel.",
    NOBODY_ON_SHIFT="Nobody is on a shift for the channel.",
    NOBODY_AVAILABLE="Nobody of those on a shift is online.",
    NOBODY_SKILLED="Nobody of those who are there masters the skills well enough.",
    NOBODY_FREE="Everybody who would fit has as many open cases as they can take.",
)
