"""Service levels: what is promised to which customers, in which hours, and who is told when a promise is in danger."""

from datetime import datetime
from typing import Self

import strawberry

from care.documents import cases, promises, service_levels
from care.documents.clocks import ResponseClock
from care.ordered_policies import MOST_POLICIES
from care.reading.service_levels import (
    calendars_by_ids,
    count_policies,
    count_said_after_breach,
    list_policies,
    policies_by_ids,
    policies_in_order,
    said_after_breach,
)
from care.service_levels.drafts import MOST_ESCALATIONS, MOST_TARGETS, MOST_VALUES, MOST_WARNINGS
from core.paging import Window
from schema.connections import Connection, connection_of
from schema.context import Info
from schema.directives import list_size
from schema.nodes import Node
from schema.paging import paged, pages
from schema.staff.business_calendars import BusinessCalendar, BusinessCalendarQueries
from schema.staff.enums import CaseOrigin, ChannelKind, Environment, Priority, Role
from schema.staff.members import Member, member_of
from schema.staff.service_level_enums import Halt, Lifecycle, Renewal, TargetKind


@strawberry.type(description="Somebody who is told.")
class SlaTarget:
    """Somebody who is told."""

    member_id: strawberry.Private[str | None]
    kind: TargetKind = strawberry.field(description="How they are named.")
    role: Role | None = strawberry.field(description="The role, of the kind ROLE.")

    @classmethod
    def from_target(cls, target: promises.Target) -> Self:
        """Show a target."""
        return cls(member_id=target.member_id, kind=target.kind, role=target.role)

    @strawberry.field(description="The member, of the kind MEMBER.")
    async def member(self, info: Info) -> Member | None:
        """Give the member."""
        return await member_of(info, self.member_id)


@strawberry.type(description="A word before a clock runs out.")
class SlaWarning:
    """A word before a clock runs out."""

    elapsed_percent: int = strawberry.field(description="Said when so much of the time has gone, in per cent.")
    targets: list[SlaTarget] = strawberry.field(description="Who is told.", directives=list_size(MOST_TARGETS))


@strawberry.type(description="A word after a clock ran out and still nobody has acted.")
class SlaEscalationStep:
    """A word after a clock ran out and still nobody has acted."""

    after_minutes: int = strawberry.field(description="Said so many minutes after the clock ran out, in the clock's hours.")
    targets: list[SlaTarget] = strawberry.field(description="Who is told.", directives=list_size(MOST_TARGETS))


@strawberry.type(description="What one clock promises.")
class SlaClockTerms:
    """What one clock promises."""

    calendar_id: strawberry.Private[str | None]
    target_minutes: int | None = strawberry.field(description="How long it may take; null: nothing is promised.")
    halts: list[Halt] = strawberry.field(description="While what the clock stands.", directives=list_size(len(Halt)))
    renewals: list[Renewal] = strawberry.field(
        description="Upon what it starts anew in its full length; one that ran out does not.", directives=list_size(len(Renewal))
    )
    holding_reply_counts: bool = strawberry.field(description="Whether a holding reply meets it.")
    warnings: list[SlaWarning] = strawberry.field(
        description="Who is warned, and when, in their order.", directives=list_size(MOST_WARNINGS)
    )
    breach_targets: list[SlaTarget] = strawberry.field(
        description="Who is told when it runs out.", directives=list_size(MOST_TARGETS)
    )
    escalations: list[SlaEscalationStep] = strawberry.field(
        description="Who is called afterwards, in their order.", directives=list_size(MOST_ESCALATIONS)
    )

    @classmethod
    def from_terms(cls, terms: promises.ClockTerms) -> Self:
        """Show terms."""
        warnings = [SlaWarning(elapsed_percent=one.elapsed_percent, targets=_targets(one.targets)) for one in terms.warnings]
        steps = [SlaEscalationStep(after_minutes=one.after_minutes, targets=_targets(one.targets)) for one in terms.escalations]
        return cls(
            calendar_id=terms.calendar_id,
            target_minutes=terms.target_minutes,
            halts=list(terms.halts),
            renewals=list(terms.renewals),
            holding_reply_counts=terms.holding_reply_counts,
            warnings=warnings,
            breach_targets=_targets(terms.breach_targets),
            escalations=steps,
        )

    @strawberry.field(description="The hours it is counted in, as they are now; null: around the clock.")
    async def calendar(self, info: Info) -> BusinessCalendar | None:
        """Give the calendar."""
        found = await info.context.load(calendars_by_ids, self.calendar_id) if self.calendar_id else None
        return BusinessCalendar.from_document(found) if found is not None else None


@strawberry.type(description="Which cases a policy is for: all that is named must fit, one value of each.")
class SlaConditions:
    """Which cases a policy is for."""

    channel_kinds: list[ChannelKind] = strawberry.field(
        description="Where the customer speaks.", directives=list_size(len(ChannelKind))
    )
    channel_ids: list[strawberry.ID] = strawberry.field(description="The ids of the channels.", directives=list_size(MOST_VALUES))
    priorities: list[Priority] = strawberry.field(description="How urgent the case is.", directives=list_size(len(Priority)))
    tags: list[str] = strawberry.field(description="Slugs of labels; the case has one.", directives=list_size(MOST_VALUES))
    lifecycles: list[Lifecycle] = strawberry.field(
        description="How far the customer has come with the company.", directives=list_size(len(Lifecycle))
    )
    origins: list[CaseOrigin] = strawberry.field(description="Who began.", directives=list_size(len(CaseOrigin)))
    environments: list[Environment] = strawberry.field(description="Real or practice.", directives=list_size(len(Environment)))

    @classmethod
    def from_document(cls, conditions: service_levels.SlaConditions) -> Self:
        """Show conditions."""
        return cls(
            channel_kinds=conditions.channel_kinds,
            channel_ids=[strawberry.ID(one) for one in conditions.channel_ids],
            priorities=conditions.priorities,
            tags=conditions.tags,
            lifecycles=conditions.lifecycles,
            origins=conditions.origins,
            environments=conditions.environments,
        )


@strawberry.type(description="What is promised to which customers. A new case gets the first that fits, as it is then.")
class SlaPolicy(Node):
    """What is promised to which customers."""

    name: str = strawberry.field(description="Its name.")
    archived: bool = strawberry.field(description="Whether it is out of use; cases that have it keep it.")
    conditions: SlaConditions = strawberry.field(description="Which cases it is for.")
    first_response: SlaClockTerms = strawberry.field(description="The promise of a first answer.")
    next_response: SlaClockTerms = strawberry.field(description="The promise of an answer to what the customer says later.")
    resolution: SlaClockTerms = strawberry.field(description="The promise to be done.")
    version: int = strawberry.field(
        description="The number of its wording, which rises with each edit; pass it as `expectedVersion`."
    )

    @classmethod
    def from_document(cls, document: service_levels.SlaPolicy) -> Self:
        """Show a policy."""
        return cls(
            id=strawberry.ID(document.id),
            name=document.name,
            archived=document.archived,
            conditions=SlaConditions.from_document(document.conditions),
            first_response=SlaClockTerms.from_terms(document.first_response),
            next_response=SlaClockTerms.from_terms(document.next_response),
            resolution=SlaClockTerms.from_terms(document.resolution),
            version=document.version,
        )


@strawberry.type(description="In which order the policies are tried.")
class SlaPolicyOrder:
    """In which order the policies are tried."""

    version: int = strawberry.field(description="Rises with each new order, from 0; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: service_levels.SlaOrder) -> Self:
        """Show the order."""
        return cls(version=document.version)

    @strawberry.field(
        description="All policies in use, the one tried first before the others.", directives=list_size(MOST_POLICIES)
    )
    async def policies(self, info: Info) -> list[SlaPolicy]:
        """Give the policies."""
        return [SlaPolicy.from_document(policy) for policy in (await policies_in_order(info.context.actor))[0]]


@strawberry.type(description="The policy of a case, as it was when the case got it.")
class AppliedSlaPolicy:
    """The policy of a case, as it was when the case got it."""

    case: strawberry.Private[cases.Case]
    policy_id: strawberry.Private[str]
    name: str = strawberry.field(description="Its name then.")
    version: int = strawberry.field(description="The number of its wording then.")
    applied_at: datetime = strawberry.field(description="When the case got it.")

    @classmethod
    def of_case(cls, case: cases.Case) -> Self | None:
        """Show the policy of a case, None where the product's default holds."""
        applied = case.sla_policy
        if applied is None:
            return None
        return cls(
            case=case,
            policy_id=applied.policy_id,
            name=applied.name,
            version=applied.version,
            applied_at=applied.applied_at,
        )

    @strawberry.field(description="The policy as it is now; null when the viewer may not read it.")
    async def policy(self, info: Info) -> SlaPolicy | None:
        """Give the policy."""
        found = await info.context.load(policies_by_ids, self.policy_id)
        return SlaPolicy.from_document(found) if found is not None else None

    @strawberry.field(description="What is promised of the first answer in this case.")
    def first_response(self) -> SlaClockTerms:
        """Give the terms of the clock."""
        return _in_force(self.case, "first_response")

    @strawberry.field(description="What is promised of later answers in this case.")
    def next_response(self) -> SlaClockTerms:
        """Give the terms of the clock."""
        return _in_force(self.case, "next_response")

    @strawberry.field(description="What is promised of being done in this case.")
    def resolution(self) -> SlaClockTerms:
        """Give the terms of the clock."""
        return _in_force(self.case, "resolution")


@strawberry.type
class CasePromises:
    """What is promised in a case."""

    document: strawberry.Private[cases.Case]

    @strawberry.field(description="The policy that its clocks follow; null: the product's default.")
    def sla_policy(self) -> AppliedSlaPolicy | None:
        """Give the policy as the case has it."""
        return AppliedSlaPolicy.of_case(self.document)

    @paged(
        "What the customer said after a promise was broken in it, oldest first: what being late may have cost.",
        graphql_type=connection_of("schema.staff.messages", "Message"),
    )
    async def said_after_breach(self, info: Info, window: Window) -> object:
        """Give a page of the messages."""

        async def count() -> int:
            return int(await info.context.load(count_said_after_breach, self.document.id))

        return pages(info, await info.context.load(said_after_breach, self.document.id, window), count=count)


@strawberry.type
class ServiceLevelQueries(BusinessCalendarQueries):
    """What is promised, and in which hours."""

    @paged("Policies of service levels in use, in the order in which they are tried.", graphql_type=Connection[SlaPolicy])
    async def sla_policies(self, info: Info, window: Window) -> object:
        """Give a page of the policies."""
        actor = info.context.actor
        return pages(info, await list_policies(actor, window), count=lambda: count_policies(actor))

    @strawberry.field(description="In which order the policies are tried.")
    async def sla_policy_order(self, info: Info) -> SlaPolicyOrder:
        """Give the order."""
        return SlaPolicyOrder(version=(await policies_in_order(info.context.actor))[1])


def _in_force(case: cases.Case, name: str) -> SlaClockTerms:
    clock: ResponseClock = getattr(case, name)
    return SlaClockTerms.from_terms(clock.terms or promises.DEFAULT_TERMS[name])


def _targets(targets: list[promises.Target]) -> list[SlaTarget]:
    return [SlaTarget.from_target(target) for target in targets]
