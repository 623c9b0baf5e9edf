"""What the company makes of ideas, and what they are ordered by, as both schemas say it."""

from community.ideas.documents import IdeaStatus
from community.ideas.reading import IdeaOrder as IdeaOrderField
from schema.enums import told

__all__ = ["IdeaOrderField", "IdeaStatus"]

told(
    IdeaStatus,
    "What the company makes of an idea.",
    OPEN="Nothing is decided.",
    UNDER_REVIEW="The company looks at it.",
    PLANNED="It will be done.",
    STARTED="It is being done.",
    DONE="It was done.",
    DECLINED="It will not be done.",
)
told(
    IdeaOrderField,
    "What ideas can be ordered by.",
    name="IdeaOrderField",
    VOTE_COUNT="How many voted for them.",
    CREATED_AT="When they were told.",
)
