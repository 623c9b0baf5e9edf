"""The kinds of interactive content, in the words of both schemas."""

from care.experiences.documents import ExperienceKind
from schema.enums import told

__all__ = ["ExperienceKind"]

told(
    ExperienceKind,
    "What interactive content is.",
    VIDEO="A video elsewhere on the web.",
    BROCHURE="Pages to turn, with questions as a game where there are some.",
    QUIZ="Questions with right answers.",
    POLL="Questions without right answers.",
)
