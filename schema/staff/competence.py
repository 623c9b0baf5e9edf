"""What members are able to, without a word about any customer, and who is chosen to be the visible face."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from coaching.recognition import competence
from coaching.recognition import representative_documents as documents
from coaching.recognition.badges import badges_of_members
from coaching.recognition.competence import competency_profile
from coaching.recognition.representatives import (
    MOST_CANDIDATES,
    MOST_LANGUAGES,
    MOST_SKILLS,
    Candidate,
    CandidateReason,
    ChoiceDraft,
    Wanted,
    choose_representative,
    count_choices,
    list_choices,
    suggest_representatives,
)
from community.documents import EvidenceKind
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, given, idempotency_key, once_for, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.badges import MOST_SHOWN, AwardedBadge
from schema.staff.members import Member, Skill, member_of, members_of, skills_of

_MOST_OF_A_MEMBER = 50

told(
    CandidateReason,
    "What speaks for a candidate.",
    SKILLS="How well they master what is asked for.",
    LANGUAGES="They speak the languages.",
    EVIDENCE="What shows that they master it.",
    REVIEWS="How many of their replies mentors let go as they were.",
    PRACTICE="How well they practised.",
)
_SKILLS = "The skills that it takes, one to ten; candidates have all of them."
_LANGUAGES = "The languages that it takes (`tr`, `fa`, `en` …), up to five; candidates speak all of them."


@strawberry.type(description="How well a member masters a skill, and how much shows it.")
class SkillCompetence:
    """How well a member masters a skill, and how much shows it."""

    skill: Skill = strawberry.field(description="The skill.")
    proficiency: int = strawberry.field(description="1, knows a little, to 5, is whom others ask.")
    evidence_count: int = strawberry.field(description="How much shows it.")


@strawberry.type(description="How much of one kind shows what a member knows.")
class EvidenceByKind:
    """How much of one kind shows what a member knows."""

    kind: EvidenceKind = strawberry.field(description="The kind.")
    count: int = strawberry.field(description="How much.")


@strawberry.type(description="What a member is able to: skills and numbers, and nothing of any case or customer.")
class CompetencyProfile:
    """What a member is able to."""

    found: strawberry.Private[competence.CompetencyProfile]
    member: Member = strawberry.field(description="The member.")
    skills: list[SkillCompetence] = strawberry.field(description="Their skills.", directives=list_size(_MOST_OF_A_MEMBER))
    evidence: list[EvidenceByKind] = strawberry.field(
        description="What shows what they know, by kind.", directives=list_size(len(EvidenceKind))
    )
    practice_run_count: int = strawberry.field(description="How often they practised and were given marks.")
    practice_points: float | None = strawberry.field(description="The marks on average, 0 to 100; null before the first.")
    reviewed_reply_count: int = strawberry.field(description="How many of their replies mentors decided about.")
    passed_reply_count: int = strawberry.field(description="How many of those left as they were written first.")
    attested_guideline_count: int = strawberry.field(description="How many policies and procedures they attested.")
    mentee_count: int = strawberry.field(description="How many newcomers they accompany or accompanied.")
    mentor_count: int = strawberry.field(description="By how many mentors they are or were accompanied.")

    @classmethod
    def of(cls, found: competence.CompetencyProfile) -> Self:
        """Show what a member is able to."""
        skills = [
            SkillCompetence(skill=Skill.from_document(one.skill), proficiency=one.proficiency, evidence_count=one.evidence_count)
            for one in found.skills
        ]
        return cls(
            found=found,
            member=Member.from_document(found.member),
            skills=skills,
            evidence=[EvidenceByKind(kind=kind, count=number) for kind, number in sorted(found.evidence.items())],
            practice_run_count=found.practised,
            practice_points=found.practice_points,
            reviewed_reply_count=found.reviewed,
            passed_reply_count=found.passed,
            attested_guideline_count=found.attested,
            mentee_count=found.mentees,
            mentor_count=found.mentors,
        )

    @strawberry.field(description="How many of the replies passed, 0 to 1; null before the first was decided about.")
    def pass_rate(self) -> float | None:
        """Divide."""
        return self.found.passed / self.found.reviewed if self.found.reviewed else None

    @strawberry.field(description="Their badges, the latest first.", directives=list_size(MOST_SHOWN))
    async def badges(self, info: Info) -> list[AwardedBadge]:
        """Give the badges."""
        had = await info.context.load(badges_of_members, self.found.member.id)
        return [AwardedBadge.of(one) for one in (had or [])[:MOST_SHOWN]]


@strawberry.type(description="How much one thing speaks for a candidate.")
class CandidatePoints:
    """How much one thing speaks for a candidate."""

    reason: CandidateReason = strawberry.field(description="What.")
    points: int = strawberry.field(description="How much.")


@strawberry.type(description="Somebody who has what is asked for.")
class RepresentativeCandidate:
    """Somebody who has what is asked for."""

    profile: CompetencyProfile = strawberry.field(description="What they are able to.")
    points: int = strawberry.field(description="How much speaks for them in all.")
    reasons: list[CandidatePoints] = strawberry.field(
        description="What speaks for them.", directives=list_size(len(CandidateReason))
    )

    @classmethod
    def of(cls, found: Candidate) -> Self:
        """Show a candidate."""
        reasons = [CandidatePoints(reason=reason, points=points) for reason, points in found.reasons.items()]
        return cls(profile=CompetencyProfile.of(found.profile), points=found.points, reasons=reasons)


@strawberry.type(description="Who was chosen to be the visible face, out of whom, and why; it is never changed.")
class RepresentativeChoice(Node):
    """Who was chosen to be the visible face."""

    document: strawberry.Private[documents.RepresentativeChoice]
    title: str = strawberry.field(description="For what.")
    reason: str = strawberry.field(description="Why.")
    languages: list[str] = strawberry.field(description="The languages that it takes.", directives=list_size(MOST_LANGUAGES))
    chosen_at: datetime = strawberry.field(description="When.")

    @classmethod
    def from_document(cls, document: documents.RepresentativeChoice) -> Self:
        """Show a choice."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            title=document.title,
            reason=document.reason,
            languages=document.languages,
            chosen_at=document.chosen_at,
        )

    @strawberry.field(description="Who was chosen; null once they have left.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.member_id)

    @strawberry.field(description="Who chose; null once they have left.")
    async def chosen_by(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.chosen_by)

    @strawberry.field(description="The skills that it takes.", directives=list_size(MOST_SKILLS))
    async def skills(self, info: Info) -> list[Skill]:
        """Give the skills."""
        return await skills_of(info, self.document.skill_ids)

    @strawberry.field(description="Who could have been chosen, the best first.", directives=list_size(MOST_CANDIDATES))
    async def shortlist(self, info: Info) -> list[Member]:
        """Give those who are still there."""
        return await members_of(info, [one.member_id for one in self.document.shortlist])


@strawberry.type
class CompetenceQueries:
    """What members are able to, and who was chosen for what."""

    @strawberry.field(description="What a member is able to, for the member and with `recognition:manage`.")
    async def competency_profile(
        self,
        info: Info,
        member_id: Annotated[strawberry.ID | None, strawberry.argument(description="The member; absent: the viewer.")] = None,
    ) -> CompetencyProfile:
        """Give the profile."""
        actor = info.context.actor
        return CompetencyProfile.of(await competency_profile(actor, member_id or actor.member))

    @strawberry.field(
        description="Who could be the visible face, the best first; needs `recognition:manage`.",
        directives=list_size(MOST_CANDIDATES),
    )
    async def representative_candidates(
        self,
        info: Info,
        skill_ids: Annotated[list[strawberry.ID], strawberry.argument(description=_SKILLS)],
        languages: Annotated[list[str] | None, strawberry.argument(description=_LANGUAGES)] = None,
    ) -> list[RepresentativeCandidate]:
        """Give the candidates."""
        wanted = parse(Wanted, skill_ids=list(skill_ids), languages=languages or [])
        return [RepresentativeCandidate.of(one) for one in await suggest_representatives(info.context.actor, wanted)]

    @paged("Who was chosen to be the visible face, the latest first.", graphql_type=Connection[RepresentativeChoice])
    async def representative_choices(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_choices(actor, window), count=lambda: count_choices(actor))


@strawberry.input(description="Who becomes the visible face, for what and why.")
class ChooseRepresentativeInput:
    """Who becomes the visible face, for what and why."""

    title: str = required("For what, 5 to 200 characters.")
    skill_ids: list[strawberry.ID] = required(_SKILLS)
    languages: list[str] | None = given(_LANGUAGES)
    member_id: strawberry.ID = required("Who is chosen, among the ten candidates who suit best.")
    reason: str = required("Why.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `chooseRepresentative`.")
class ChooseRepresentativePayload(Payload):
    """The answer of `chooseRepresentative`."""

    choice: RepresentativeChoice | None = changed("The choice, with who else could have been chosen.")


@strawberry.type
class CompetenceMutations:
    """What is done with competence."""

    @mutation(ChooseRepresentativePayload, description="Writes down who becomes the visible face; needs `recognition:manage`.")
    async def choose_representative(self, info: Info, input: Annotated[ChooseRepresentativeInput, INPUT]) -> object:
        """Choose."""
        draft = parse(ChoiceDraft, **values_of(input))
        made = await choose_representative(info.context.actor, draft, once=once_for(info, "chooseRepresentative", input))
        return ChooseRepresentativePayload(choice=RepresentativeChoice.from_document(made))
