"""The company's people: joining, what is known of them, and whether they can be asked now."""

import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission, Role
from community.creation import insert_once, made_before
from community.directory import require_member
from community.documents import Availability, Department, Member, Skill
from community.drafts import ids, may_be_id, text
from community.events import MemberChanged
from community.handles import free_handle, parts_of
from community.names import sort_key
from community.policies import may_change_member
from community.skills import MOST_SKILLS, keep_standings, require_offered
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.events import SYSTEM
from core.idempotency import Once
from core.records import by_ids, change

MOST_LOCALES: Final = 10

_EMAIL: Final = re.compile(r"[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)*")
_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LONGEST_EMAIL: Final = 254
_TOLD_AT_ONCE: Final = 100


def _email(given: str) -> str:
    lowered = given.strip().lower()
    if len(lowered) > _LONGEST_EMAIL or _EMAIL.fullmatch(lowered) is None:
        raise PydanticCustomError("email", "Write an e-mail address such as ayse@example.com")
    return lowered


def _locales(given: list[str]) -> list[str]:
    distinct = list(dict.fromkeys(given))
    if not 1 <= len(distinct) <= MOST_LOCALES or not all(_LOCALE.fullmatch(locale) for locale in distinct):
        raise PydanticCustomError("locales", "Name one to ten languages by their tags, such as tr, fa or en-GB")
    return distinct


Name = Annotated[str, text(1, 100, lines="one")]
JobTitle = Annotated[str, text(1, 100, lines="one")]
Bio = Annotated[str, text(1, 2_000)]
Locales = Annotated[list[str], AfterValidator(_locales)]
SkillIds = Annotated[list[str], ids(MOST_SKILLS, "skills")]


class MemberDraft(BaseModel):
    """Somebody who joins."""

    display_name: Name
    email: Annotated[str, AfterValidator(_email)]
    roles: Annotated[list[Role], Field(min_length=1)]
    department_id: str | None = None
    job_title: JobTitle | None = None
    locales: Locales = Field(default_factory=lambda: ["en"])
    skill_ids: SkillIds = Field(default_factory=list)
    bio: Bio | None = None


class MemberChanges(BaseModel):
    """What is to change; a field that is not given stays, null empties it where it may be empty."""

    display_name: Name = ""
    department_id: str | None = None
    job_title: JobTitle | None = None
    locales: Locales = Field(default_factory=list)
    skill_ids: SkillIds = Field(default_factory=list)
    bio: Bio | None = None


class ProficiencyDraft(BaseModel):
    """How well somebody masters a skill: 1 knows a little, 5 is whom others ask."""

    skill_id: str
    proficiency: Annotated[int, Field(ge=1, le=5)]


async def add_member(actor: Actor, draft: MemberDraft, *, once: Once) -> Member:
    """Let somebody join; the account, which says whether and how they sign in, is made by `auth`.

    Raises Forbidden without `member:manage`, InvalidInput for an unknown department or skill, AlreadyDone when a
    member has this e-mail address.
    """
    actor.require(Permission.MEMBER_MANAGE)
    identifier = once.identifier("mem")
    if (before := await made_before(Member, identifier, once)) is not None:
        return before
    await _require_known(draft.department_id, draft.skill_ids)
    member = Member(
        id=identifier,
        created_at=now(),
        sort_name=sort_key(draft.display_name),
        fingerprint=once.fingerprint,
        **draft.model_dump(),
    )
    await give_handle(member)
    keep_standings(member, (), by=actor.id)
    member.record(MemberChanged(member_id=identifier), actor=actor.id)
    try:
        return await insert_once(member, once)
    except DuplicateKeyError:
        if await Member.find_one({"email": draft.email}) is None:
            return await add_member(actor, draft, once=once)  # somebody of the same name was given the handle first
        raise AlreadyDone("There is a member with this e-mail address already.", path=("email",)) from None


async def give_handle(member: Member) -> None:
    """Give a member who has none a handle that is free, and let both it and the name be found as they are typed."""
    member.handle = member.handle or await free_handle(member.display_name)
    member.handle_parts = parts_of(member.handle, member.display_name)


async def change_member(actor: Actor, member_id: str, changes: MemberChanges, *, expected_version: int) -> Member:
    """Change what is known of a member: everything with `member:manage`, bio and languages for oneself.

    Skills are given by those who manage members; what members claim themselves is `community.skill_claims`. Raises
    NotFound, Forbidden, Conflict, InvalidInput for an unknown department or skill.
    """
    fields = frozenset(changes.model_fields_set)
    member = await require_member(actor, member_id)
    may_change_member(actor, member, fields).enforce()
    department_id = changes.department_id if changes.department_id != member.department_id else None
    await _require_known(department_id, [one for one in changes.skill_ids if one not in member.skill_ids])

    def rule(current: Member) -> None:
        before = current.skill_ids
        for name in fields:
            setattr(current, name, getattr(changes, name))
        if "skill_ids" in fields:
            keep_standings(current, before, by=actor.id)
        current.sort_name = sort_key(current.display_name)
        current.handle_parts = parts_of(current.handle, current.display_name) if current.handle is not None else []
        current.record(MemberChanged(member_id=current.id), actor=actor.id)

    return await change(member, rule, expected_version=expected_version)


async def set_proficiency(actor: Actor, member_id: str, draft: ProficiencyDraft, *, expected_version: int) -> Member:
    """Say how well a member masters one of their skills: with `member:manage`, or `assignment:manage`, which routes by it.

    Raises NotFound, Forbidden, InvalidInput for a skill that the member has not, Conflict.
    """
    member = await require_member(actor, member_id)
    if not actor.may(Permission.MEMBER_MANAGE):
        actor.require(Permission.ASSIGNMENT_MANAGE)

    def rule(current: Member) -> None:
        if draft.skill_id not in current.skill_ids:
            raise InvalidInput("The member does not have this skill; give it to them first.", path=("skill_id",))
        current.proficiencies = {**current.proficiencies, draft.skill_id: draft.proficiency}
        current.record(MemberChanged(member_id=current.id), actor=actor.id)

    return await change(member, rule, expected_version=expected_version)


async def set_availability(actor: Actor, member_id: str, availability: Availability) -> Member:
    """Say whether somebody can be asked now: oneself, or anybody with `member:manage`. Raises NotFound, Forbidden."""
    member = await require_member(actor, member_id)
    may_change_member(actor, member, frozenset({"availability"})).enforce()
    return await _choose(actor, member, "availability", availability)


async def set_accepts_questions(actor: Actor, *, accepts: bool) -> Member:
    """Say whether one is proposed as an expert; nobody says so for somebody else. Who invites by hand still may.

    Raises Forbidden for who is no member.
    """
    return await _choose(actor, await require_member(actor, actor.member), "accepts_questions", accepts)


async def set_public_credit(actor: Actor, *, credited: bool) -> Member:
    """Say whether customers may be told of one's department and job title; nobody says so for somebody else.

    Raises Forbidden for who is no member.
    """
    return await _choose(actor, await require_member(actor, actor.member), "credited", credited)


async def _choose(actor: Actor, member: Member, name: str, value: object) -> Member:
    def rule(current: Member) -> None:
        if getattr(current, name) != value:
            setattr(current, name, value)
            current.record(MemberChanged(member_id=current.id), actor=actor.id)

    return await change(member, rule)


async def show_roles(member_id: str, roles: Sequence[Role], *, actor_id: str = SYSTEM) -> Member:
    """Show the roles that the member's account was given: a follow-up of `auth`, which alone decides. Raises NotFound."""
    member = await Member.get(member_id)
    if member is None:
        raise NotFound("There is no such member.")

    def rule(current: Member) -> None:
        if current.roles != list(roles):
            current.roles = list(roles)
            current.record(MemberChanged(member_id=current.id), actor=actor_id)

    return await change(member, rule)


async def tell_of_members(meant: Mapping[str, str]) -> None:
    """Record that what is known of some members changed, for what they belong to did; repeats only tell it again."""
    last = ""
    while found := await Member.find({**meant, "_id": {"$gt": last}}).sort("_id").limit(_TOLD_AT_ONCE).to_list():
        for member in found:
            await change(member, lambda current: current.record(MemberChanged(member_id=current.id)))
        last = found[-1].id


async def require_members(member_ids: Iterable[str], *, path: tuple[str, ...] = ("invited_expert_ids",)) -> list[Member]:
    """Give these members in the order asked for; InvalidInput names the ids that nobody has."""
    wanted = list(dict.fromkeys(member_ids))
    readable = [member_id for member_id in wanted if may_be_id(member_id, "mem")]
    query = {"_id": {"$in": readable}, "deleted_at": {"$exists": False}}
    found = {member.id: member for member in await Member.find(query).to_list()} if readable else {}
    if unknown := [member_id for member_id in wanted if member_id not in found]:
        raise InvalidInput(f"There is no member with the id {_listed(unknown)}.", path=path)
    return [found[member_id] for member_id in wanted]


def typical_answer_seconds(member: Member) -> int | None:
    """Give the median of the seconds that the last 20 answers took; None before the first answer."""
    return round(statistics.median(member.answer_seconds)) if member.answer_seconds else None


async def _require_known(department_id: str | None, skill_ids: Sequence[str]) -> None:
    """Refuse what there is not, and what is offered no more."""
    if department_id is not None:
        department = await Department.get(department_id) if may_be_id(department_id, "dep") else None
        if department is None or department.archived_at is not None:
            raise InvalidInput("There is no such department.", path=("department_id",))
    readable = [skill_id for skill_id in skill_ids if may_be_id(skill_id, "skl")]
    found = await by_ids(Skill, readable)
    if unknown := [skill_id for skill_id in skill_ids if skill_id not in found]:
        raise InvalidInput(f"There is no skill with the id {_listed(unknown)}.", path=("skill_ids",))
    require_offered(found.values())


def _listed(unknown: Sequence[str]) -> str:
    """Name ids that were sent to us, in a form that can be sent back."""
    return ", ".join(unknown)[:500].encode(errors="replace").decode()
