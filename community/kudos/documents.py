"""What MongoDB keeps of kudos: who thanks whom, for help with what, and the value that it shows."""

from enum import StrEnum
from typing import ClassVar

from pymongo import ASCENDING, DESCENDING, IndexModel

from community.documents import SpaceContent
from core.records import PENDING_EVENTS


class KudosSubject(StrEnum):
    """What somebody helped with."""

    CASE = "CASE"
    QUESTION = "QUESTION"
    ANSWER = "ANSWER"
    WIKI_PAGE = "WIKI_PAGE"


class Kudos(SpaceContent):
    """One member's thanks to another.

    `author_id` and `hidden_author_id` are as of `Written`: who asked a question anonymously thanks so, too.
    """

    gate_fields: ClassVar[tuple[str, ...]] = ("closed_space_id", "kept_for", "known_to")

    author_id: str
    hidden_author_id: str | None = None
    receiver_id: str
    text: str
    value_id: str
    subject_kind: KudosSubject
    subject_id: str
    root_id: str
    """The case, question or page that the subject is, or stands below: whose space it stands in."""
    known_to: list[str] | None = None
    """Of kudos about a case who reads them: the two, and the token of all who read every case."""
    slot: str
    """One of those that a day has for the two, so that no more are given; kept when it is taken back."""

    @property
    def writer_id(self) -> str:
        """Give who really thanks; to compare with, and to tell that person, never to tell others."""
        return self.hidden_author_id or self.author_id

    class Settings:
        name = "kudos"
        indexes: ClassVar = [
            IndexModel([("slot", ASCENDING)], unique=True),
            IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("receiver_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("subject_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("root_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
