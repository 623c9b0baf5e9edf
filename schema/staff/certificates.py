"""Certifications, who holds them, and what shows that somebody is ready."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from auth.actor import Role
from care.documents import standing
from care.documents.channels import ChannelKind
from care.documents.standing import CertificateStatus
from coaching.courses.reading import courses_by_ids
from coaching.levels.certificates import KEPT, MOST_SIGN_OFFS
from coaching.levels.certifications import MOST_CHANNELS, MOST_COURSES
from coaching.levels.evidence import LOOKED_AT, RequirementKind, Shown
from coaching.levels.policies import may_revoke
from coaching.levels.reading import (
    certificates_of,
    certifications_by_ids,
    count_certificates_of,
    count_certifications,
    count_holders_of,
    holders_of,
    list_certifications,
    readiness_for,
)
from core.paging import Window
from schema.connections import Connection, connection_of
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.courses import Course
from schema.staff.members import Member, member_of

_VERSION = "Rises with each edit by a person; pass it as `expectedVersion`."
MOST_SHOWN = MOST_COURSES + len(RequirementKind)
_WHOSE = strawberry.argument(description="The id of the member; absent: the viewer. Others' are for who trains.")

told(
    CertificateStatus,
    "Where a certificate stands.",
    CANDIDATE="A mentor stands for somebody who has none yet.",
    ACTIVE="It holds.",
    LAPSED="Its time is over: replies are held where it is asked for.",
    REVOKED="It was taken away: replies are held where it is asked for.",
)
told(
    RequirementKind,
    "What is asked for.",
    COURSE="A course that was done.",
    REVIEWS="So many of their latest replies that were reviewed.",
    FIRST_TIME_RIGHT="How many of a hundred of them left as they were written, the first time.",
    PRACTICE="So many runs of practice with enough points.",
    SIGN_OFF="A mentor who stands for them.",
)


@strawberry.type(description="One thing that is asked for, how much of it there is, and what shows it.")
class RequirementShown:
    """One thing that is asked for, and how much of it there is."""

    kind: RequirementKind = strawberry.field(description="What is asked for.")
    needed: float = strawberry.field(description="How much of it.")
    reached: float = strawberry.field(description="How much there is.")
    met: bool = strawberry.field(description="Whether that is enough.")
    evidence_ids: list[strawberry.ID] = strawberry.field(
        description="What shows it: the course, the reviews, the runs, or the mentors.", directives=list_size(LOOKED_AT)
    )

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """Show one of them."""
        ids = [strawberry.ID(one) for one in shown.evidence_ids[:LOOKED_AT]]
        return cls(kind=shown.kind, needed=shown.needed, reached=shown.reached, met=shown.met, evidence_ids=ids)


@strawberry.type(description="What somebody must show; what is 0 or empty is not asked for.")
class Requirements:
    """What somebody must show."""

    asked: strawberry.Private[standing.Requirements]
    reviews: int = strawberry.field(description="How many of their replies must have been reviewed.")
    pass_percent: int = strawberry.field(description="How many of a hundred must have left as written, the first time.")
    practice_runs: int = strawberry.field(description="How many runs of practice they must have done.")
    practice_points: int = strawberry.field(description="The points of each of those, 0 to 100.")
    practice_kinds: list[ChannelKind] = strawberry.field(
        description="On which kinds of channels those must have played; empty: any.", directives=list_size(len(ChannelKind))
    )
    sign_off: bool = strawberry.field(description="Whether a mentor must stand for them.")

    @classmethod
    def of(cls, asked: standing.Requirements) -> Self:
        """Show what is asked for."""
        plain = asked.model_dump(exclude={"course_ids", "practice_kinds"})
        return cls(asked=asked, practice_kinds=list(asked.practice_kinds), **plain)

    @strawberry.field(description="The courses that they must have done.", directives=list_size(MOST_COURSES))
    async def courses(self, info: Info) -> list[Course]:
        """Give the courses."""
        found = await info.context.load_many(courses_by_ids, self.asked.course_ids)
        return [Course.from_document(one) for one in found]


@strawberry.type(description="What a certificate asks for, and on which channels it lets replies go out unreviewed.")
class Certification(Node):
    """What a certificate asks for, and where."""

    document: strawberry.Private[standing.Certification]
    name: str = strawberry.field(description="What it is called.")
    summary: str = strawberry.field(description="What it is about.")
    channel_kinds: list[ChannelKind] = strawberry.field(
        description="The kinds of channels on which it counts.", directives=list_size(len(ChannelKind))
    )
    channel_ids: list[strawberry.ID] = strawberry.field(
        description="The single channels on which it counts.", directives=list_size(MOST_CHANNELS)
    )
    requirements: Requirements = strawberry.field(description="What it asks for.")
    exempt_roles: list[Role] = strawberry.field(description="Who needs none.", directives=list_size(len(Role)))
    valid_days: int = strawberry.field(description="How many days a certificate holds.")
    remind_days: int = strawberry.field(description="How many days before its end its holder is reminded.")
    enforced: bool = strawberry.field(
        description="Whether replies of those without a certificate are held for review on its channels. A certificate of any "
        "certification that is enforced on a channel lets replies go."
    )
    archived: bool = strawberry.field(description="Whether it is out of use.")
    version: int = strawberry.field(description=_VERSION)

    @classmethod
    def from_document(cls, document: standing.Certification) -> Self:
        """Show a certification."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            name=document.name,
            summary=document.summary,
            channel_kinds=list(document.channel_kinds),
            channel_ids=[strawberry.ID(one) for one in document.channel_ids],
            requirements=Requirements.of(document.requirements),
            exempt_roles=list(document.exempt_roles),
            valid_days=document.valid_days,
            remind_days=document.remind_days,
            enforced=document.enforced,
            archived=document.archived,
            version=document.version,
        )

    @paged(
        "Who has or had a certificate, or is a candidate; none for who does not train.",
        graphql_type=connection_of("schema.staff.certificates", "Certificate"),
    )
    async def certificates(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor, own = info.context.actor, self.document.id
        return pages(info, await holders_of(actor, own, window), count=lambda: count_holders_of(actor, own))


@strawberry.type(description="That a mentor stands for somebody.")
class MentorSignOff:
    """That a mentor stands for somebody."""

    member_id: strawberry.ID = strawberry.field(description="The id of the mentor.")
    at: datetime = strawberry.field(description="When.")
    remark: str | None = strawberry.field(description="Why; null where nothing was said.")


@strawberry.type(description="What became of a certificate, and why.")
class CertificateStep:
    """What became of a certificate."""

    status: CertificateStatus = strawberry.field(description="What it became.")
    at: datetime = strawberry.field(description="When.")
    by_id: strawberry.ID | None = strawberry.field(description="The id of who decided; null: its time was over.")
    reason: str | None = strawberry.field(description="Why; null where nothing was said.")


@strawberry.type(description="A member's certificate.")
class Certificate(Node):
    """A member's certificate."""

    document: strawberry.Private[standing.Certificate]
    status: CertificateStatus = strawberry.field(description="Where it stands.")
    issued_at: datetime | None = strawberry.field(description="When it was issued last; null until then.")
    expires_at: datetime | None = strawberry.field(description="When it lapses, and to look again; null until it is issued.")
    version: int = strawberry.field(description=_VERSION)

    @classmethod
    def from_document(cls, document: standing.Certificate) -> Self:
        """Show a certificate."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            status=document.status,
            issued_at=document.issued_at,
            expires_at=document.expires_at,
            version=document.version,
        )

    @strawberry.field(description="What it is a certificate of.")
    async def certification(self, info: Info) -> Certification | None:
        """Give the certification."""
        found = await info.context.load(certifications_by_ids, self.document.certification_id)
        return Certification.from_document(found) if found is not None else None

    @strawberry.field(description="Whose it is; null once they have left.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.document.member_id)

    @strawberry.field(description="Who stands for them, since it was issued last.", directives=list_size(MOST_SIGN_OFFS))
    def sign_offs(self) -> list[MentorSignOff]:
        """Give the mentors."""
        return [MentorSignOff(member_id=strawberry.ID(o.by), at=o.at, remark=o.remark) for o in self.document.sign_offs]

    @strawberry.field(description="What became of it, the oldest first; the last fifty.", directives=list_size(KEPT))
    def steps(self) -> list[CertificateStep]:
        """Give the steps."""
        return [
            CertificateStep(status=o.status, at=o.at, by_id=strawberry.ID(o.by) if o.by else None, reason=o.reason)
            for o in self.document.steps
        ]

    @strawberry.field(description="Whether the viewer can take it away.")
    def viewer_can_revoke(self, info: Info) -> bool:
        """Ask the policy."""
        return bool(may_revoke(info.context.actor, self.document))


@strawberry.type
class CertificateQueries:
    """What is asked for, and who has it."""

    @paged("Certifications by name.", graphql_type=Connection[Certification])
    async def certifications(self, info: Info, window: Window) -> object:
        """Give a page of them."""
        actor = info.context.actor
        return pages(info, await list_certifications(actor, window), count=lambda: count_certifications(actor))

    @paged("The certificates of a member.", graphql_type=Connection[Certificate])
    async def certificates(self, info: Info, window: Window, member_id: Annotated[strawberry.ID | None, _WHOSE] = None) -> object:
        """Give a page of them."""
        actor = info.context.actor
        found = await certificates_of(actor, member_id, window)
        return pages(info, found, count=lambda: count_certificates_of(actor, member_id))

    @strawberry.field(
        description="What a certificate asks for, each met or not, with what shows it.", directives=list_size(MOST_SHOWN)
    )
    async def certification_readiness(
        self,
        info: Info,
        certification_id: Annotated[strawberry.ID, strawberry.argument(description="The id of the certification.")],
        member_id: Annotated[strawberry.ID | None, _WHOSE] = None,
    ) -> list[RequirementShown]:
        """Look at everything that is asked for."""
        found = await readiness_for(info.context.actor, certification_id, member_id)
        return [RequirementShown.of(one) for one in found]
