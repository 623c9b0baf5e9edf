"""Members of the company: what they know, whether they can be asked, and why they are thought to know it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Self

import strawberry

from care.reading.shifts import NOW, duty_now
from coaching.recognition.badges import badges_of_members
from community import documents
from community.directory import (
    departments_by_ids,
    evidence_counts,
    evidence_of_members,
    members_by_ids,
    open_question_counts,
    skills_by_ids,
)
from community.endorsements import Endorsements, endorsements_of
from community.members import typical_answer_seconds
from community.reading import answers_below, questions_by_ids
from community.skill_standing import SkillStanding, SkillStatus
from community.skills import MOST_ALIASES, MOST_KEYWORDS, MOST_SKILLS
from core.paging import Window
from schema.connections import Connection
from schema.context import Context, Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages, pages_of_ids
from schema.staff.authors import Author
from schema.staff.badges import MOST_SHOWN, AwardedBadge
from schema.staff.enums import Availability, EvidenceKind, Role
from schema.staff.reach import reach

VERSION: Final = "Rises with each edit by a person; pass it as `expectedVersion`."

told(
    SkillStatus,
    "Whether it was shown that a member knows something.",
    PENDING="Claimed, not shown yet: it counts nowhere.",
    CONFIRMED="Given, vouched for, or shown by evidence.",
)


@strawberry.type(description="A part of the company that questions and cases can go to.")
class Department(Node):
    """A part of the company that questions and cases can go to."""

    name: str = strawberry.field(description="Its name.")
    version: int = strawberry.field(description=VERSION)
    archived_at: datetime | None = strawberry.field(description="Since when it is offered no more; null: it is.")

    @classmethod
    def from_document(cls, document: documents.Department) -> Self:
        """Show a department."""
        return cls(id=strawberry.ID(document.id), name=document.name, version=document.version, archived_at=document.archived_at)


@strawberry.type(description="Another name of a skill.")
class SkillAlias:
    """Another name of a skill."""

    locale: str = strawberry.field(description="The language: `tr`, `fa` or `en`.")
    text: str = strawberry.field(description="The name.")


@strawberry.type(description="Something members know.")
class Skill(Node):
    """Something members know."""

    name: str = strawberry.field(description="Its name.")
    aliases: list[SkillAlias] = strawberry.field(
        description="Other names, in the languages of the product.", directives=list_size(MOST_ALIASES)
    )
    keywords: list[str] = strawberry.field(
        description="Words of any language that point to it.", directives=list_size(MOST_KEYWORDS)
    )
    version: int = strawberry.field(description=VERSION)
    archived_at: datetime | None = strawberry.field(description="Since when it is offered no more; null: it is.")
    merged_into_id: strawberry.ID | None = strawberry.field(description="The id of the skill that it is now; null: its own.")

    @classmethod
    def from_document(cls, document: documents.Skill) -> Self:
        """Show a skill."""
        return cls(
            id=strawberry.ID(document.id),
            name=document.name,
            aliases=[SkillAlias(locale=one.locale, text=one.text) for one in document.aliases],
            keywords=document.keywords,
            version=document.version,
            archived_at=document.archived_at,
            merged_into_id=strawberry.ID(document.merged_into_id) if document.merged_into_id is not None else None,
        )


@strawberry.type(description="How well a member masters one of their skills.")
class SkillProficiency:
    """How well a member masters one of their skills."""

    member_id: strawberry.Private[str]
    skill_id: strawberry.Private[str]
    confirmed_by_id: strawberry.Private[str | None]
    proficiency: int = strawberry.field(
        description="1, knows a little, to 5, is whom others ask; of a PENDING skill what the member says of themselves."
    )
    status: SkillStatus = strawberry.field(
        description="PENDING: claimed, not shown yet; it counts nowhere until it is CONFIRMED."
    )
    since: datetime | None = strawberry.field(description="Since when it is so; null: it was given before that was kept.")
    claimed: bool = strawberry.field(description="Whether the member claimed it themselves.")
    reason: str | None = strawberry.field(description="Why somebody confirmed it by hand; null: nobody did.")

    @classmethod
    def all_of(cls, member: documents.Member) -> list[Self]:
        """Show what counts, in its order, and then what is claimed."""
        standings = {one.skill_id: one for one in member.standings}
        pending = [one.skill_id for one in member.standings if one.status is SkillStatus.PENDING]
        return [cls._of(member, one, standings.get(one)) for one in dict.fromkeys([*member.skill_ids, *pending])]

    @classmethod
    def _of(cls, member: documents.Member, skill_id: str, standing: SkillStanding | None) -> Self:
        counts = skill_id in member.skill_ids
        claimed = standing.claimed if standing is not None else None
        return cls(
            member_id=member.id,
            skill_id=skill_id,
            confirmed_by_id=standing.by if standing is not None else None,
            proficiency=member.proficiencies.get(skill_id, 1) if counts else claimed or 1,
            status=SkillStatus.CONFIRMED if counts else SkillStatus.PENDING,
            since=standing.since if standing is not None else None,
            claimed=claimed is not None,
            reason=standing.reason if standing is not None else None,
        )

    @strawberry.field(description="Who gave or confirmed it by hand; null: nobody, or that was not kept.")
    async def confirmed_by(self, info: Info) -> Annotated["Member", strawberry.lazy("schema.staff.members")] | None:
        """Give whoever vouched for it."""
        return await member_of(info, self.confirmed_by_id)

    @strawberry.field(description="The skill; null when it is there no more.")
    async def skill(self, info: Info) -> Skill | None:
        """Give the skill."""
        found = await info.context.load(skills_by_ids, self.skill_id)
        return Skill.from_document(found) if found is not None else None

    @strawberry.field(description="How many colleagues say that the member masters it.")
    async def endorsement_count(self, info: Info) -> int:
        """Count the endorsements."""
        return (await self._endorsements(info)).count

    @strawberry.field(description="Whether the viewer has endorsed the member for it.")
    async def viewer_has_endorsed(self, info: Info) -> bool:
        """Look for the viewer's own."""
        return (await self._endorsements(info)).by_viewer

    async def _endorsements(self, info: Info) -> Endorsements:
        found: dict[str, Endorsements] = await info.context.load(endorsements_of, self.member_id)
        return found.get(self.skill_id, Endorsements())


@strawberry.type(description="One reason to believe that a member knows something.")
class ExpertEvidence:
    """One reason to believe that a member knows something."""

    source_id: strawberry.Private[str]
    question_id: strawberry.Private[str | None]
    kind: EvidenceKind = strawberry.field(description="What shows it.")
    text: str = strawberry.field(description="The reason in a few words.")
    weight: float = strawberry.field(description="How much it counts: an accepted answer 3, an endorsement 1.5, an answer 1.")
    occurred_at: datetime = strawberry.field(description="When it happened.")

    @classmethod
    def from_document(cls, document: documents.Evidence) -> Self:
        """Show a piece of evidence."""
        return cls(
            source_id=document.source_id,
            question_id=document.question_id,
            kind=document.kind,
            text=document.text,
            weight=document.weight,
            occurred_at=document.occurred_at,
        )

    @strawberry.field(description="What it happened with; null when the viewer may not know of it.")
    async def source(self, info: Info) -> Node | None:
        """Give the answer, page or case behind the reason."""
        document = await self._answer(info.context) or await reach(info.context, self.source_id)
        shown: Node | None = info.context.present(document) if document is not None else None
        return shown

    async def _answer(self, context: Context) -> documents.Answer | None:
        """Read an answer together with the question whose gate is its own; None where it stands elsewhere now, or is none."""
        if self.question_id is None:
            return None
        question, answer = await asyncio.gather(
            context.load(questions_by_ids, self.question_id), context.load(answers_below, self.source_id)
        )
        found: documents.Answer | None = answer
        return found if question is not None and found is not None and found.question_id == question.id else None


@strawberry.type(description="An employee, or an agency's person.")
class Member(Author):
    """An employee, or an agency's person."""

    document: strawberry.Private[documents.Member]
    handle: str | None = strawberry.field(
        description="The unique name by which texts mention them, as in `@ayse-yilmaz`; null: none can, they joined before."
    )
    roles: list[Role] = strawberry.field(description="What the member is for.", directives=list_size(8))
    availability: Availability = strawberry.field(description="Whether the member can be asked now.")
    version: int = strawberry.field(description=VERSION)
    job_title: str | None = strawberry.field(description="What the member does, in the company's words.")
    locales: list[str] = strawberry.field(description="The languages that the member speaks.", directives=list_size(10))
    bio: str | None = strawberry.field(description="A few words of the member's own.")
    accepts_questions: bool = strawberry.field(
        description="Whether the member is proposed as an expert; who does not want to be can still be invited by hand."
    )
    credited: bool = strawberry.field(
        description="Whether customers may be told of the department and the job title where an answer relies on the member."
    )
    typical_answer_seconds: int | None = strawberry.field(
        description="Median seconds from question to answer over the last 20 answers; null before the first."
    )

    @classmethod
    def from_document(cls, document: documents.Member) -> Self:
        """Show a member."""
        return cls(
            id=strawberry.ID(document.id),
            display_name=document.display_name,
            document=document,
            handle=document.handle,
            roles=document.roles,
            availability=document.availability,
            version=document.version,
            job_title=document.job_title,
            locales=document.locales,
            bio=document.bio,
            accepts_questions=document.accepts_questions,
            credited=document.credited,
            typical_answer_seconds=typical_answer_seconds(document),
        )

    @strawberry.field(description="Whether the member is on a shift now.")
    async def on_shift(self, info: Info) -> bool:
        """Look at the plan."""
        return self.id in await info.context.load(duty_now, NOW)

    @strawberry.field(description="The part of the company that the member belongs to.")
    async def department(self, info: Info) -> Department | None:
        """Give the member's department."""
        if self.document.department_id is None:
            return None
        found = await info.context.load(departments_by_ids, self.document.department_id)
        return Department.from_document(found) if found is not None else None

    @strawberry.field(description="How many questions wait for an answer of this member.")
    async def open_question_count(self, info: Info) -> int:
        """Count the open questions to which the member is invited."""
        return int(await info.context.load(open_question_counts, self.id))

    @paged("What the member knows; without what they only claim.", graphql_type=Connection[Skill])
    async def skills(self, info: Info, window: Window) -> object:
        """Give a page of the member's skills."""
        return await pages_of_ids(info, self.document.skill_ids, skills_by_ids, window)

    @strawberry.field(
        description="How well the member masters the skills, those included that they claim and nothing shows yet.",
        directives=list_size(MOST_SKILLS),
    )
    def proficiencies(self) -> list[SkillProficiency]:
        """Give the proficiency of each skill."""
        return SkillProficiency.all_of(self.document)

    @strawberry.field(description="The member's badges, the latest first.", directives=list_size(MOST_SHOWN))
    async def badges(self, info: Info) -> list[AwardedBadge]:
        """Give the badges."""
        had = await info.context.load(badges_of_members, self.id)
        return [AwardedBadge.of(one) for one in (had or [])[:MOST_SHOWN]]

    @paged("Why the member is thought to know something, newest first.", graphql_type=Connection[ExpertEvidence])
    async def evidence(self, info: Info, window: Window) -> object:
        """Give a page of the evidence."""

        async def count() -> int:
            return int(await info.context.load(evidence_counts, self.id))

        return pages(info, await info.context.load(evidence_of_members, self.id, window), count=count)


async def member_of(info: Info, member_id: str | None) -> Member | None:
    """Show the member of an id that a document names; None for none, and for one whom the viewer may not know."""
    found = await info.context.load(members_by_ids, member_id) if member_id is not None else None
    return Member.from_document(found) if found is not None else None


async def members_of(info: Info, member_ids: Sequence[str]) -> list[Member]:
    """Show the members of some ids in their order, without those whom the viewer may not know."""
    return [Member.from_document(member) for member in await info.context.load_many(members_by_ids, member_ids)]


async def skills_of(info: Info, skill_ids: Sequence[str]) -> list[Skill]:
    """Show the skills of some ids in their order, without those that are gone."""
    return [Skill.from_document(skill) for skill in await info.context.load_many(skills_by_ids, skill_ids)]
