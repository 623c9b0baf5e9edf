"""What MongoDB keeps of templates of procedures and policies; a template is never changed, only put out of use."""

from typing import ClassVar

from pymongo import ASCENDING, IndexModel

from community.procedures.documents import GuidelineKind, Section
from core.records import PENDING_EVENTS, CreatedOnce


class GuidelineTemplate(CreatedOnce):
    """What others wrote of how something is done or what holds, to begin with: whole, in one language, with where it is from."""

    kind: GuidelineKind
    locale: str
    title: str
    sections: list[Section]
    source: str
    source_url: str | None = None
    licence: str
    archived: bool = False

    class Settings:
        name = "guideline_templates"
        indexes: ClassVar = [
            IndexModel([("archived", ASCENDING), ("title", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
