"""What MongoDB keeps of the labels of cases: the vocabulary, each label once."""

from typing import ClassVar

from core.records import PENDING_EVENTS, Record


class CaseTag(Record):
    """A label that was put on a case, under the name it was first written with; its id is `tag_` and the slug."""

    name: str
    created_by: str

    class Settings:
        name = "case_tags"
        indexes: ClassVar = [PENDING_EVENTS]
