"""What MongoDB keeps of members, skills, evidence, questions, answers and comments."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from beanie import Document
from pydantic import BaseModel, Field
from pymongo import ASCENDING, DESCENDING, IndexModel
from typing_extensions import override

from auth.actor import Role
from community.calm import Calm
from community.events import CommentChanged, RemarkChanged
from community.peer_standing import PeerStanding
from community.skill_standing import SkillStanding, SkillStatus
from core.events import Event
from core.records import PENDING_EVENTS, CreatedOnce


class Availability(StrEnum):
    """Whether somebody can be asked now."""

    ONLINE = "ONLINE"
    BUSY = "BUSY"
    OFFLINE = "OFFLINE"


class QuestionStatus(StrEnum):
    """OPEN: no answer yet; ANSWERED: answers, none accepted; SOLVED: accepted; CLOSED: takes no answers."""

    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    SOLVED = "SOLVED"
    CLOSED = "CLOSED"


class CloseReason(StrEnum):
    """Why a question takes no more answers."""

    DUPLICATE = "DUPLICATE"
    OFF_TOPIC = "OFF_TOPIC"
    ANSWERED_ELSEWHERE = "ANSWERED_ELSEWHERE"
    OUTDATED = "OUTDATED"
    UNCLEAR = "UNCLEAR"
    OTHER = "OTHER"


class Audience(StrEnum):
    """Who a question is for: the company's members, or, once approved, the public too."""

    STAFF = "STAFF"
    PUBLIC = "PUBLIC"


class EvidenceKind(StrEnum):
    """What shows that somebody knows something."""

    ACCEPTED_ANSWER = "ACCEPTED_ANSWER"
    ANSWER = "ANSWER"
    WIKI_EDIT = "WIKI_EDIT"
    VERIFICATION = "VERIFICATION"
    ENDORSEMENT = "ENDORSEMENT"
    SKILL = "SKILL"
    CASE_SOLVED = "CASE_SOLVED"


class Tag(BaseModel):
    """A label kept inside what it labels; its id is `tag_` and the slug."""

    slug: str
    name: str


class Department(CreatedOnce):
    """A part of the company that questions and cases can go to."""

    name: str
    archived_at: datetime | None = None
    """Since when it is offered no more; what is with it stays."""

    class Settings:
        name = "departments"
        indexes: ClassVar = [IndexModel([("name", ASCENDING)], unique=True), PENDING_EVENTS]


class SkillAlias(BaseModel):
    """Another name of a skill, in a language."""

    locale: str
    text: str


class Skill(CreatedOnce):
    """Something members know; `keywords` are words of any language that point to it."""

    name: str
    slug: str
    keywords: list[str] = Field(default_factory=list)
    aliases: list[SkillAlias] = Field(default_factory=list)
    archived_at: datetime | None = None
    """Since when it is offered no more; who has it keeps it."""
    merged_into_id: str | None = None
    """The skill that took over who has it."""

    @property
    def words(self) -> list[str]:
        """Give all that points to it: its name, its names in other languages, and keywords."""
        return list(dict.fromkeys([self.name, *(one.text for one in self.aliases), *self.keywords]))

    class Settings:
        name = "skills"
        indexes: ClassVar = [IndexModel([("slug", ASCENDING)], unique=True), PENDING_EVENTS]


class Member(CreatedOnce):
    """An employee or an agency's person; the account with the same remainder of the id says who may sign in."""

    display_name: str
    sort_name: str
    email: str
    handle: str | None = None
    """The unique name by which texts mention them; it stays when the name changes. None: they joined before there were any."""
    handle_parts: list[str] = Field(default_factory=list)
    """What somebody may begin to type to find them (`community.handles.parts_of`)."""
    roles: list[Role]
    availability: Availability = Availability.OFFLINE
    department_id: str | None = None
    job_title: str | None = None
    locales: list[str] = Field(default_factory=lambda: ["en"])
    skill_ids: list[str] = Field(default_factory=list)
    """The skills that count: given to them, or claimed and confirmed."""
    standings: list[SkillStanding] = Field(default_factory=list)
    """What is known of how they came to skills, those included that they claim and nothing shows yet."""
    proficiencies: dict[str, Annotated[int, Field(ge=1, le=5)]] = Field(default_factory=dict)
    """How well, 1 to 5, by the id of the skill; of skills that are not named here 1."""
    bio: str | None = None
    accepts_questions: bool = True
    """Whether they are proposed as an expert."""
    credited: bool = False
    """Whether customers may be told of department and job title where an answer relies on what the member knows."""
    answer_seconds: list[int] = Field(default_factory=list)
    """Seconds from question to answer of the last 20 answers, for the typical one."""

    def claims(self, skill_id: str) -> bool:
        """Tell whether they claim a skill that nothing shows yet."""
        return any(one.skill_id == skill_id and one.status is SkillStatus.PENDING for one in self.standings)

    class Settings:
        name = "members"
        indexes: ClassVar = [
            IndexModel([("sort_name", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("availability", ASCENDING), ("sort_name", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("department_id", ASCENDING), ("sort_name", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("roles", ASCENDING)]),
            IndexModel([("skill_ids", ASCENDING), ("sort_name", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("standings.skill_id", ASCENDING)]),
            IndexModel([("email", ASCENDING)], unique=True),
            IndexModel([("handle", ASCENDING)], unique=True, sparse=True),
            IndexModel([("handle_parts", ASCENDING)]),
            PENDING_EVENTS,
        ]


class Evidence(Document):
    """One reason to believe that a member knows something; the id is derived from member, kind and source."""

    id: str  # type: ignore[assignment]  # made before the insert, never Beanie's
    member_id: str
    kind: EvidenceKind
    text: str
    source_id: str
    """What it happened with; of an endorsement the member who gave it."""
    question_id: str | None = None
    """The question below which an answer stood when this was recorded, so that both can be read at once."""
    skill_id: str | None = None
    """The skill that an endorsement is of."""
    tags: list[str] = Field(default_factory=list)
    weight: float
    occurred_at: datetime
    closed_space_id: str | None = None
    """The space whose members alone may read what it is about."""
    withdrawn_at: datetime | None = None
    """When it stopped being true (an answer is no longer accepted); a withdrawn one is shown and counted nowhere."""

    class Settings:
        name = "evidence"
        indexes: ClassVar = [
            IndexModel([("member_id", ASCENDING), ("occurred_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("member_id", ASCENDING), ("kind", ASCENDING)]),
            IndexModel([("source_id", ASCENDING)]),
            IndexModel([("question_id", ASCENDING)], sparse=True),
            IndexModel([("occurred_at", DESCENDING), ("_id", DESCENDING)]),
        ]


class Moderated(CreatedOnce):
    """What somebody wrote and moderators can hide; only `community.moderation.settling` does so."""

    kept_for: list[str] | None = None
    """While it is hidden, who still reads it: its authors, who looks after its space, and the token of all moderators."""


class SpaceContent(Moderated):
    """A record that may stand in a space; without one it is for all staff.

    Only `community.spaces.content.put_in` sets the two fields, together. What stands below it (answers, comments,
    revisions) is read behind it and has none of its own.
    """

    gate_fields: ClassVar[tuple[str, ...]] = ("closed_space_id", "kept_for")

    space_id: str | None = None
    closed_space_id: str | None = None
    """The same space while only its members may read there: what the gate asks for."""


class Written(Moderated):
    """What somebody wrote below something, under their own id or under one that stands for who asked a question anonymously.

    `author_id` is what the world is told: by events, lists, filters and `author`. Who is behind a name that stands for
    somebody is kept in `hidden_author_id` alone, which no edge ever shows; `writer_id` is for rules about one's own words.
    """

    author_id: str
    hidden_author_id: str | None = None

    @property
    def writer_id(self) -> str:
        """Give who really wrote it; to compare with, and to tell that person, never to tell others."""
        return self.hidden_author_id or self.author_id


class Removal(BaseModel):
    """Who took a remark away, when, and what it said; a moderator says why."""

    by: str
    at: datetime
    reason: str | None = None
    body: str


class Threaded(Written):
    """A remark, which begins a thread, or an answer in one; only `community.threads` says so."""

    thread_id: str | None = None
    """The remark that began the thread; None: this one did."""
    root: bool | None = None
    """True for the remark that began a thread."""
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    """Who closed the thread as done: a member, or the id that stands for who asked the question anonymously."""
    removal: Removal | None = None
    """Of a remark that was taken away; only `community.tombstones` says so."""

    def change(self) -> Event:
        """Give the fact that it is another than it was."""
        raise NotImplementedError


class Closing(BaseModel):
    """Why, when and by whom a question was closed."""

    reason: CloseReason
    note: str | None = None
    by: str
    at: datetime
    duplicate_of_id: str | None = None
    """The question that is the same one."""
    merged: bool = False
    """Whether the answers went over to that question."""


class Question(SpaceContent):
    """Something somebody wants to know.

    Its author is a member, or for PUBLIC ones a customer (an opaque id here) or `anonymous`.
    """

    gate_fields: ClassVar[tuple[str, ...]] = ("audience", "approved_at", "author_id", "closed_space_id", "kept_for")

    author_id: str
    hidden_author_id: str | None = None
    """As of `Written`: who asked anonymously, where `author_id` stands for somebody."""
    title: str
    body: str
    status: QuestionStatus = QuestionStatus.OPEN
    audience: Audience = Audience.STAFF
    approved_at: datetime | None = None
    """When a member let the public see a PUBLIC question."""
    tags: list[Tag] = Field(default_factory=list)
    invited_expert_ids: list[str] = Field(default_factory=list)
    accepted_answer_ids: list[str] = Field(default_factory=list)
    closing: Closing | None = None
    votes: dict[str, Annotated[int, Field(ge=-1, le=1)]] = Field(default_factory=dict)
    score: int = 0
    updated_at: datetime
    case_id: str | None = None
    consultation_id: str | None = None
    urgent: bool | None = None
    """True: who asks needs an answer soon, and it goes on sooner."""
    waits_since: datetime | None = None
    """Since when it waits for an answer, if not since it was asked."""
    next_act_at: datetime | None = None
    """When the clocks look at it next."""
    escalated_at: dict[str, datetime] = Field(default_factory=dict)
    """When it went on, by the step (`community.escalation`); each is taken once."""
    escalated_to: str | None = None
    """Whom the first step invited."""
    calm: Calm | None = None
    prompt_id: str | None = None
    """The prompt that it came from."""
    campaign_id: str | None = None
    """The campaign that it belongs to."""

    @property
    def writer_id(self) -> str:
        """Give who really asked; to compare with, and to tell that person, never to tell others."""
        return self.hidden_author_id or self.author_id

    @property
    def merged_into_id(self) -> str | None:
        """Give the question that took over the answers; None for one that was not merged."""
        return self.closing.duplicate_of_id if self.closing is not None and self.closing.merged else None

    class Settings:
        name = "questions"
        indexes: ClassVar = [
            IndexModel([(field, DESCENDING), ("_id", DESCENDING)]) for field in ("created_at", "updated_at", "score")
        ] + [
            *(
                IndexModel([(by, ASCENDING), (field, DESCENDING), ("_id", DESCENDING)])
                for by in ("status", "author_id", "invited_expert_ids", "tags.slug", "audience", "space_id")
                for field in ("created_at", "updated_at", "score")
            ),
            IndexModel([("invited_expert_ids", ASCENDING), ("status", ASCENDING)]),
            IndexModel([("next_act_at", ASCENDING)], sparse=True),
            IndexModel([("campaign_id", ASCENDING), ("created_at", ASCENDING)], sparse=True),
            PENDING_EVENTS,
        ]


class Answer(Written):
    """An answer to a question; whether it is accepted stands in the question."""

    question_id: str
    body: str
    votes: dict[str, Annotated[int, Field(ge=-1, le=1)]] = Field(default_factory=dict)
    score: int = 0
    peer: PeerStanding | None = None
    """Of an answer by a customer."""
    held_at: datetime | None = None
    """Since when one by a customer waits to be published."""
    helped_count: int = 0
    """How many customers it helped; follows what they said."""

    class Settings:
        name = "answers"
        indexes: ClassVar = [
            IndexModel([("held_at", ASCENDING), ("_id", ASCENDING)], sparse=True),
            IndexModel([("question_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("author_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


class Comment(Threaded):
    """A remark on a question, on an answer or on a post, perhaps in reply to another remark there."""

    question_id: str | None = None
    """Of a remark on a question or an answer the question."""
    target_id: str
    in_reply_to_id: str | None = None
    body: str

    @property
    def guarded_by(self) -> str:
        """Give the id of what somebody must be able to read to read this."""
        return self.question_id or self.target_id

    @override
    def change(self) -> Event:
        if self.question_id is None:
            return RemarkChanged(comment_id=self.id, target_id=self.target_id)
        return CommentChanged(comment_id=self.id, question_id=self.question_id)

    class Settings:
        name = "comments"
        indexes: ClassVar = [
            IndexModel([("target_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("root", ASCENDING), ("target_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("thread_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("created_at", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]
