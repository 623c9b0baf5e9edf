"""What members can know, and the words that point to it."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from community.documents import Skill
from community.drafts import slug_of, text
from core.clock import now
from core.errors import AlreadyDone
from core.ids import new_id
from core.records import save

MOST_KEYWORDS: Final = 50


def _sluggable(name: str) -> str:
    if not slug_of(name):
        raise PydanticCustomError("name", "Use letters or digits in the name")
    return name


Name = Annotated[str, text(1, 100, lines="one"), AfterValidator(_sluggable)]
Keyword = Annotated[str, text(1, 60, lines="one")]


class SkillDraft(BaseModel):
    """A new skill; `keywords` are words of any language that point to it."""

    name: Name
    keywords: Annotated[list[Keyword], Field(max_length=MOST_KEYWORDS)] = Field(default_factory=list)


async def add_skill(actor: Actor, draft: SkillDraft) -> Skill:
    """Add a skill. Raises Forbidden without `member:manage`, AlreadyDone when one has this name in another spelling."""
    actor.require(Permission.MEMBER_MANAGE)
    keywords = list(dict.fromkeys(draft.keywords))
    skill = Skill(id=new_id("skl"), created_at=now(), name=draft.name, slug=slug_of(draft.name), keywords=keywords)
    try:
        await save(skill)
    except DuplicateKeyError:
        raise AlreadyDone("There is a skill with this name already.", path=("name",)) from None
    return skill
