"""Mutations about what members can know: making, changing, archiving and merging skills."""

from typing import Annotated, ClassVar

import strawberry

from community.skill_merging import merge_skills
from community.skills import SkillChanges, SkillDraft, add_skill, archive_skill, update_skill
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.members import Skill

_SKILL = "The id of the skill."
_NAME = "What it is called, at most 100 characters; no two skills have one name, however it is spelled."
_ALIASES = "Other names in `tr`, `fa` and `en`, at most 30"
_KEYWORDS = "Words of any language that point to it, at most 50"


@strawberry.input(description="Another name of a skill.")
class SkillAliasInput:
    """Another name of a skill."""

    locale: str = required("The language: `tr`, `fa` or `en`.")
    text: str = required("The name, at most 100 characters.")


@strawberry.input(description="What members can know.")
class CreateSkillInput:
    """What members can know."""

    name: str = required(_NAME)
    aliases: list[SkillAliasInput] | None = given(f"{_ALIASES}.")
    keywords: list[str] | None = given(f"{_KEYWORDS}.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createSkill`.")
class CreateSkillPayload(Payload):
    """The answer of `createSkill`."""

    skill: Skill | None = changed("The skill.")


@strawberry.input(description="What to change of a skill; absent stays as it is.")
class UpdateSkillInput:
    """What to change of a skill."""

    skill_id: strawberry.ID = required(_SKILL)
    name: str | None = given(_NAME)
    aliases: list[SkillAliasInput] | None = given(f"{_ALIASES}; taken whole.")
    keywords: list[str] | None = given(f"{_KEYWORDS}; taken whole.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateSkill`.")
class UpdateSkillPayload(Payload):
    """The answer of `updateSkill`."""

    written: ClassVar[str | None] = "skill"

    skill: Skill | None = changed()


@strawberry.input(description="Whether a skill is offered.")
class ArchiveSkillInput:
    """Whether a skill is offered."""

    skill_id: strawberry.ID = required(_SKILL)
    archived: bool = required("True: it is offered no more; false: it is again.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `archiveSkill`.")
class ArchiveSkillPayload(Payload):
    """The answer of `archiveSkill`."""

    written: ClassVar[str | None] = "skill"

    skill: Skill | None = changed()


@strawberry.input(description="Which skill is another one.")
class MergeSkillsInput:
    """Which skill is another one."""

    skill_id: strawberry.ID = required("The id of the skill that goes.")
    into_id: strawberry.ID = required("The id of the skill that stays.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `mergeSkills`.")
class MergeSkillsPayload(Payload):
    """The answer of `mergeSkills`."""

    skill: Skill | None = changed("The skill that stays.")


@strawberry.type
class SkillMutations:
    """What can be done about what members can know."""

    @mutation(CreateSkillPayload, description="Makes something that members can know; needs `member:manage`.")
    async def create_skill(self, info: Info, input: Annotated[CreateSkillInput, INPUT]) -> object:
        """Make a skill."""
        once = once_for(info, "createSkill", input)
        skill = await add_skill(info.context.actor, parse(SkillDraft, **values_of(input)), once=once)
        return CreateSkillPayload(skill=Skill.from_document(skill))

    @mutation(UpdateSkillPayload, description="Changes the names and keywords of a skill; needs `member:manage`.")
    async def update_skill(self, info: Info, input: Annotated[UpdateSkillInput, INPUT]) -> object:
        """Change a skill."""
        changes = parse(SkillChanges, **values_of(input, "skill_id"))
        skill = await update_skill(info.context.actor, input.skill_id, changes, expected_version=input.expected_version)
        return UpdateSkillPayload(skill=Skill.from_document(skill))

    @mutation(ArchiveSkillPayload, description="Offers a skill no more, or again; who has it keeps it. Needs `member:manage`.")
    async def archive_skill(self, info: Info, input: Annotated[ArchiveSkillInput, INPUT]) -> object:
        """Archive a skill, or bring it back."""
        skill = await archive_skill(
            info.context.actor, input.skill_id, archived=input.archived, expected_version=input.expected_version
        )
        return ArchiveSkillPayload(skill=Skill.from_document(skill))

    @mutation(
        MergeSkillsPayload,
        description="Lets a skill be another one: its words, and all members, claims, endorsements and policies go over. "
        "Needs `member:manage`.",
    )
    async def merge_skills(self, info: Info, input: Annotated[MergeSkillsInput, INPUT]) -> object:
        """Merge."""
        actor = info.context.actor
        skill = await merge_skills(actor, input.skill_id, input.into_id, expected_version=input.expected_version)
        return MergeSkillsPayload(skill=Skill.from_document(skill))
