"""At which level members are: placed, raised by evidence, looked at again in time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pydantic import BaseModel

from auth.accounts import change_roles
from auth.actor import SYSTEM, Actor, Permission, Role
from auth.documents import Account
from care.documents.standing import LevelStep, SignOff, SocialLevel, Standing
from care.standing import standing_id
from coaching.courses.documents import Enrolment
from coaching.levels.certificates import KEPT, MOST_SIGN_OFFS, Reason, told_missing
from coaching.levels.events import LevelLapsed, LevelReached, LevelReviewDue, LevelSignedOff, StandingEvent
from coaching.levels.evidence import Shown, shown_by
from coaching.levels.level_rules import above, rule_of
from coaching.levels.policies import may_certify, may_know_of, may_manage_certifications, may_stand_for
from coaching.levels.reading import require_known_member
from community.directory import members_by_ids
from community.drafts import Remark, may_be_id
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.ids import with_prefix
from core.records import by_ids, change

REMIND_BEFORE: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far somebody is on the way to the next level."""

    standing: Standing
    following: SocialLevel | None
    shown: list[Shown]

    @property
    def ready(self) -> bool:
        """Tell whether there is a next level and all that it asks for."""
        return self.following is not None and all(one.met for one in self.shown)


class LevelSignOffDraft(BaseModel):
    """For whom a mentor stands, and why."""

    member_id: str
    remark: Remark | None = None


class GraduationDraft(BaseModel):
    """Who is to come to the next level; `despite` says why although something is missing."""

    member_id: str
    despite: Reason | None = None
    become_agent: bool = False


class ReevaluationDraft(BaseModel):
    """At which level somebody is found to be when it is looked at again, and why."""

    member_id: str
    level: SocialLevel
    reason: Reason


async def standings_by_ids(actor: Actor, standing_ids: Sequence[str]) -> dict[str, Standing]:
    """Give those of the standings that are the actor's own, or all to who trains."""
    found = await by_ids(Standing, [one for one in standing_ids if may_be_id(one, "std")])
    return {one: row for one, row in found.items() if may_know_of(actor, row.member_id)}


async def graduation_readiness(actor: Actor, member_id: str | None) -> Readiness:
    """Say how far a member is on the way to the next level, the actor unless somebody is named.

    Raises NotFound, Forbidden for somebody else without `training:manage`.
    """
    wanted = await require_known_member(actor, member_id)
    return await _readiness(await standing_of(wanted))


async def standing_of(member_id: str) -> Standing:
    """Give at which level a member is; who was never placed begins."""
    return await stored_or(Standing(id=standing_id(member_id), created_at=now(), member_id=member_id))


async def sign_off_graduation(actor: Actor, draft: LevelSignOffDraft, *, expected_version: int) -> Standing:
    """Stand for somebody who is to come to the next level, once each; `expected_version` is 0 for who was never placed.

    Raises Forbidden without `reply:release` or for oneself, NotFound, AlreadyDone, Conflict.
    """
    may_stand_for(actor, draft.member_id).enforce()
    await _require_member(actor, draft.member_id)

    def rule(current: Standing) -> None:
        if any(one.by == actor.member_id for one in current.sign_offs):
            raise AlreadyDone("You stand for this member already.", path=("member_id",))
        signed = SignOff(by=actor.member, at=now(), remark=draft.remark)
        current.sign_offs = [*current.sign_offs, signed][-MOST_SIGN_OFFS:]
        current.record(LevelSignedOff(standing_id=current.id), actor=actor.id)

    return await _written(draft.member_id, rule, expected_version)


async def graduate(actor: Actor, draft: GraduationDraft, *, expected_version: int) -> Standing:
    """Raise somebody to the next level who shows all that it asks for; what they were stays written down.

    With `certification:manage` also although something is missing, for a reason; with `member:manage` a trainee becomes
    an agent by it. Raises Forbidden without `training:manage` or for oneself, NotFound, AlreadyDone at the highest level,
    InvalidInput that names what is missing, Conflict.
    """
    may_certify(actor, draft.member_id).enforce()
    if draft.despite is not None:
        may_manage_certifications(actor).enforce()
    if draft.become_agent:
        actor.require(Permission.MEMBER_MANAGE)
    await _require_member(actor, draft.member_id)
    readiness = await _readiness(await standing_of(draft.member_id))
    following = readiness.following
    days = (await rule_of(following)).re_evaluate_days if following is not None else 0
    missing = [one for one in readiness.shown if not one.met]

    def rule(current: Standing) -> None:
        if following is None or current.level is not readiness.standing.level:
            raise AlreadyDone("This member is at the highest level.", path=("member_id",))
        if missing and draft.despite is None:
            raise InvalidInput(f"This is still missing: {told_missing(missing)}.", path=("member_id",))
        taken = LevelStep(level=following, at=now(), by=actor.member, reason=draft.despite, becomes_agent=draft.become_agent)
        _come_to(current, taken, days, actor.id)

    standing = await _written(draft.member_id, rule, expected_version)
    await let_become_agent(standing)
    return standing


async def reevaluate(actor: Actor, draft: ReevaluationDraft, *, expected_version: int) -> Standing:
    """Say at which level somebody is found to be when it is looked at again: the same one, or a lower one.

    Raises Forbidden without `training:manage` or for oneself, NotFound, InvalidInput for a higher level, Conflict.
    """
    may_certify(actor, draft.member_id).enforce()
    await _require_member(actor, draft.member_id)
    lowest = SocialLevel.NEWCOMER
    days = (await rule_of(draft.level)).re_evaluate_days if draft.level is not lowest else None

    def rule(current: Standing) -> None:
        ladder = list(SocialLevel)
        if ladder.index(draft.level) > ladder.index(current.level):
            raise InvalidInput("A higher level is reached by graduating.", path=("level",))
        taken = LevelStep(level=draft.level, at=now(), by=actor.member, reason=draft.reason)
        _come_to(current, taken, days, actor.id)

    return await _written(draft.member_id, rule, expected_version)


async def place(enrolment: Enrolment) -> None:
    """Bring a member to the level that a mentor confirmed after a placement test, once. Can run twice."""
    level = enrolment.confirmed_level
    if level is None:
        return
    days = (await rule_of(level)).re_evaluate_days if level is not SocialLevel.NEWCOMER else None
    source = f"{enrolment.id}:{len(enrolment.completions)}"

    def rule(current: Standing) -> None:
        if any(one.source == source for one in current.steps):
            return
        taken = LevelStep(level=level, at=now(), by=enrolment.confirmed_by, source=source)
        _come_to(current, taken, days, SYSTEM.id)

    await change_or_insert(await standing_of(enrolment.member_id), rule)


async def let_become_agent(standing: Standing) -> None:
    """Make an agent of a trainee who graduated so. Can run twice."""
    if not standing.steps or not standing.steps[-1].becomes_agent:
        return
    account = await Account.get(with_prefix("acc", standing.member_id))
    if account is not None and Role.TRAINEE in account.roles:
        kept = [role for role in account.roles if role not in {Role.TRAINEE, Role.AGENT}]
        await change_roles(SYSTEM, account.id, [Role.AGENT, *kept])


async def act_on_standings(at_once: int) -> int:
    """Tell once of levels to be looked at again soon, and of those that nobody looked at; give how many that were."""
    due = {"next_act_at": {"$lte": now()}}
    found = await Standing.find(due).sort("next_act_at").limit(at_once).to_list()
    for standing in found:
        await change(standing, _act)
    return len(found)


def _act(standing: Standing) -> None:
    at, again = now(), standing.re_evaluate_at
    if standing.next_act_at is None or standing.next_act_at > at or again is None:
        return
    said: StandingEvent
    if again <= at:
        standing.next_act_at, standing.lapsed = None, True
        said = LevelLapsed(standing_id=standing.id)
    else:
        standing.next_act_at = again
        said = LevelReviewDue(standing_id=standing.id)
    standing.record(said)


def _come_to(standing: Standing, taken: LevelStep, days: int | None, actor_id: str) -> None:
    standing.level, standing.reached_at, standing.lapsed, standing.sign_offs = taken.level, taken.at, False, []
    standing.re_evaluate_at = taken.at + timedelta(days=days) if days is not None else None
    again = standing.re_evaluate_at
    standing.next_act_at = max(taken.at, again - REMIND_BEFORE) if again is not None else None
    standing.steps = [*standing.steps, taken][-KEPT:]
    standing.record(LevelReached(standing_id=standing.id), actor=actor_id)


async def _readiness(standing: Standing) -> Readiness:
    following = above(standing.level)
    if following is None:
        return Readiness(standing, None, [])
    asked = (await rule_of(following)).requirements
    return Readiness(standing, following, await shown_by(standing.member_id, asked, standing.sign_offs))


async def _require_member(actor: Actor, member_id: str) -> None:
    if member_id not in await members_by_ids(actor, [member_id]):
        raise NotFound("There is no such member.", path=("member_id",))


async def _written(member_id: str, rule: Callable[[Standing], None], expected_version: int) -> Standing:
    """Change a member's standing by a rule, or make it when there is none and nobody expects one."""
    return await change_or_insert(await standing_of(member_id), rule, expected_version=expected_version)
