"""What members can know, and the words that point to it."""

from collections.abc import Collection, Iterable
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from community.creation import insert_once, made_before
from community.directory import skills_by_ids
from community.documents import Member, Skill, SkillAlias
from community.drafts import slug_of, text
from community.events import SkillChanged
from community.skill_standing import SkillStanding, SkillStatus
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.idempotency import Once
from core.records import change

MOST_SKILLS: Final = 50
"""How many a member has, those that they only claim included."""
MOST_KEYWORDS: Final = 50
MOST_ALIASES: Final = 30


def _sluggable(name: str) -> str:
    if not slug_of(name):
        raise PydanticCustomError("name", "Use letters or digits in the name")
    return name


Name = Annotated[str, text(1, 100, lines="one"), AfterValidator(_sluggable)]
Keyword = Annotated[str, text(1, 60, lines="one")]
SkillId = Annotated[str, Field(max_length=100)]


class AliasDraft(BaseModel):
    """Another name, in one of the languages of the product; a language may have several."""

    locale: Literal["tr", "fa", "en"]
    text: Name


Keywords = Annotated[list[Keyword], Field(max_length=MOST_KEYWORDS)]
Aliases = Annotated[list[AliasDraft], Field(max_length=MOST_ALIASES)]


class SkillDraft(BaseModel):
    """A new skill; `keywords` are words of any language that point to it."""

    name: Name
    aliases: Aliases = Field(default_factory=list)
    keywords: Keywords = Field(default_factory=list)


class SkillChanges(BaseModel):
    """What to change of a skill; what is not given stays, lists are taken whole."""

    name: Name | None = None
    aliases: Aliases | None = None
    keywords: Keywords | None = None


def words_of(skill: Skill) -> frozenset[str]:
    """Give the slugs of tags that are about a skill: of its names and of its keywords."""
    return frozenset({skill.slug, *map(slug_of, skill.words)})


async def add_skill(actor: Actor, draft: SkillDraft, *, once: Once) -> Skill:
    """Add a skill.

    Raises Forbidden without `member:manage`, AlreadyDone when one has this name in another spelling, IdempotencyMismatch.
    """
    actor.require(Permission.MEMBER_MANAGE)
    identifier = once.identifier("skl")
    if (before := await made_before(Skill, identifier, once)) is not None:
        return before
    skill = Skill(
        id=identifier,
        created_at=now(),
        name=draft.name,
        slug=slug_of(draft.name),
        keywords=list(dict.fromkeys(draft.keywords)),
        aliases=_aliases(draft.aliases),
        fingerprint=once.fingerprint,
    )
    skill.record(SkillChanged(skill_id=identifier), actor=actor.id)
    try:
        return await insert_once(skill, once)
    except DuplicateKeyError:
        raise _taken() from None


async def update_skill(actor: Actor, skill_id: str, changes: SkillChanges, *, expected_version: int) -> Skill:
    """Change the names and keywords of a skill; who has it is found by them from now on.

    Raises Forbidden without `member:manage`, NotFound, AlreadyDone for a name that another skill has and for a merged
    skill, Conflict.
    """
    skill = await require_skill(actor, skill_id)

    def rule(current: Skill) -> None:
        _require_own(current)
        if changes.name is not None:
            current.name, current.slug = changes.name, slug_of(changes.name)
        if changes.aliases is not None:
            current.aliases = _aliases(changes.aliases)
        if changes.keywords is not None:
            current.keywords = list(dict.fromkeys(changes.keywords))
        current.record(SkillChanged(skill_id=current.id), actor=actor.id)

    try:
        return await change(skill, rule, expected_version=expected_version)
    except DuplicateKeyError:
        raise _taken() from None


async def archive_skill(actor: Actor, skill_id: str, *, archived: bool, expected_version: int) -> Skill:
    """Offer a skill no more, or again; who has it keeps it.

    Raises Forbidden without `member:manage`, NotFound, AlreadyDone for what is so already and for a merged skill, Conflict.
    """
    skill = await require_skill(actor, skill_id)

    def rule(current: Skill) -> None:
        _require_own(current)
        if (current.archived_at is not None) is archived:
            raise AlreadyDone("It is so already.", path=("archived",))
        current.archived_at = now() if archived else None
        current.record(SkillChanged(skill_id=current.id), actor=actor.id)

    return await change(skill, rule, expected_version=expected_version)


async def require_skill(actor: Actor, skill_id: str, *, path: str = "skill_id") -> Skill:
    """Give a skill to whoever may manage members; Forbidden, NotFound."""
    actor.require(Permission.MEMBER_MANAGE)
    skill = (await skills_by_ids(actor, [skill_id])).get(skill_id)
    if skill is None:
        raise NotFound("There is no such skill.", path=(path,))
    return skill


def require_offered(skills: Iterable[Skill], *, path: str = "skill_ids") -> None:
    """Refuse skills that are offered no more; InvalidInput."""
    if gone := [skill.name for skill in skills if skill.archived_at is not None]:
        raise InvalidInput(f"This skill is archived: {', '.join(gone)[:200]}.", path=(path,))


def keep_standings(member: Member, before: Collection[str], *, by: str | None) -> None:
    """Write down how a member came to skills that whoever manages members said, who had `before`.

    What was claimed and is named now is confirmed by hand; what is named no longer is claimed no longer either, unless it
    was still pending.
    """
    at, known = now(), {one.skill_id: one for one in member.standings}
    for skill_id in member.skill_ids:
        standing = known.get(skill_id)
        if skill_id not in before:
            claimed = standing.claimed if standing is not None else None
            known[skill_id] = SkillStanding(skill_id=skill_id, status=SkillStatus.CONFIRMED, since=at, by=by, claimed=claimed)
    kept = {*member.skill_ids, *(one.skill_id for one in known.values() if one.status is SkillStatus.PENDING)}
    member.standings = [one for one in known.values() if one.skill_id in kept]
    member.proficiencies = {one: grade for one, grade in member.proficiencies.items() if one in member.skill_ids}


def _require_own(skill: Skill) -> None:
    if skill.merged_into_id is not None:
        raise AlreadyDone("This skill was merged into another one; change that one.", path=("skill_id",))


def _aliases(drafts: Iterable[AliasDraft]) -> list[SkillAlias]:
    distinct = {(one.locale, slug_of(one.text)): one for one in drafts}
    return [SkillAlias(locale=one.locale, text=one.text) for one in distinct.values()]


def _taken() -> AlreadyDone:
    return AlreadyDone("There is a skill with this name already.", path=("name",))
