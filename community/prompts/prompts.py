"""The library of prompts: written, changed, scheduled and put away by who looks after a space, or by moderators."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from auth.actor import Actor
from community.creation import insert_once, made_before
from community.drafts import Body, TagNames, Title, tag_of
from community.prompts.documents import DiscussionPrompt, Locale, PromptForm, PromptText, Weekday, Weekly
from community.prompts.events import PromptChanged
from community.prompts.reading import require_prompt
from community.spaces.content import put_in
from community.spaces.reading import moderates, writable_space
from core.clock import now
from core.errors import Forbidden, InvalidInput
from core.idempotency import Once
from core.records import change

LANGUAGES: Final = 3


class PromptTextDraft(BaseModel):
    """What a prompt asks in one language."""

    locale: Locale
    title: Title
    body: Body


def _once_each(given: list[PromptTextDraft]) -> list[PromptTextDraft]:
    if len({one.locale for one in given}) < len(given):
        raise PydanticCustomError("language", "Write one text for each language")
    return given


Texts = Annotated[list[PromptTextDraft], Field(min_length=1, max_length=LANGUAGES), AfterValidator(_once_each)]


class PromptDraft(BaseModel):
    """A prompt to write."""

    texts: Texts
    tag_slugs: TagNames = Field(default_factory=list)
    space_id: str | None = None
    becomes: PromptForm = PromptForm.QUESTION


class PromptChanges(BaseModel):
    """What is to change; a field that is not given stays."""

    texts: Texts | None = None
    tag_slugs: TagNames | None = None
    archived: bool | None = None
    becomes: PromptForm | None = None


class ScheduleDraft(BaseModel):
    """On which day of the week, at which hour of UTC, in which language; no day: not by itself."""

    weekday: Weekday | None = None
    hour: Annotated[int, Field(ge=0, le=23)] = 9
    locale: Locale = "tr"


async def create_prompt(actor: Actor, draft: PromptDraft, *, once: Once) -> DiscussionPrompt:
    """Write a prompt for a space, or for the company.

    Raises NotFound for a space, SpaceArchived, Forbidden for others than who looks after it or, outside of spaces, who
    has `question:moderate`.
    """
    identifier, author = once.identifier("dpr"), actor.member
    if (before := await made_before(DiscussionPrompt, identifier, once)) is not None:
        return before
    space = await writable_space(actor, draft.space_id)
    await require_host(actor, draft.space_id)
    prompt = DiscussionPrompt(
        id=identifier,
        created_at=now(),
        author_id=author,
        texts=[PromptText(**one.model_dump()) for one in draft.texts],
        tags=[tag_of(name) for name in draft.tag_slugs],
        becomes=draft.becomes,
        fingerprint=once.fingerprint,
    )
    put_in(prompt, space)
    prompt.record(PromptChanged(prompt_id=identifier), actor=actor.id)
    return await insert_once(prompt, once)


async def edit_prompt(actor: Actor, prompt_id: str, changes: PromptChanges, *, expected_version: int) -> DiscussionPrompt:
    """Change what a prompt asks, or put it away: then it is asked no more.

    Raises NotFound, Forbidden, InvalidInput for taking away the language that it is scheduled in, Conflict.
    """
    prompt = await require_prompt(actor, prompt_id)
    await require_host(actor, prompt.space_id)

    def rule(current: DiscussionPrompt) -> None:
        if changes.texts is not None:
            current.texts = [PromptText(**one.model_dump()) for one in changes.texts]
        if changes.tag_slugs is not None:
            current.tags = [tag_of(name) for name in changes.tag_slugs]
        current.archived = current.archived if changes.archived is None else changes.archived
        current.becomes = changes.becomes or current.becomes
        if current.weekly is not None and current.text_in(current.weekly.locale) is None:
            raise InvalidInput("It is scheduled in a language that would be missing.", path=("texts",))
        current.next_act_at = _next(current)
        current.record(PromptChanged(prompt_id=current.id), actor=actor.id)

    return await change(prompt, rule, expected_version=expected_version)


async def schedule_prompt(actor: Actor, prompt_id: str, draft: ScheduleDraft, *, expected_version: int) -> DiscussionPrompt:
    """Let a prompt be asked every week in the actor's name, or no more.

    Raises NotFound, Forbidden, InvalidInput for a language that it has no words in, Conflict.
    """
    prompt = await require_prompt(actor, prompt_id)
    await require_host(actor, prompt.space_id)
    member_id = actor.member

    def rule(current: DiscussionPrompt) -> None:
        if current.text_in(draft.locale) is None:
            raise InvalidInput("The prompt has no words in this language.", path=("locale",))
        weekly = draft.weekday and Weekly(weekday=draft.weekday, hour=draft.hour, locale=draft.locale, by=member_id)
        current.weekly = weekly or None
        current.next_act_at = _next(current)
        current.record(PromptChanged(prompt_id=current.id), actor=actor.id)

    return await change(prompt, rule, expected_version=expected_version)


async def require_host(actor: Actor, space_id: str | None) -> None:
    """Refuse others than who looks after a space, or, outside of spaces, moderates. Raises Forbidden."""
    if actor.member_id is None or not await moderates(actor, space_id):
        raise Forbidden("Only who looks after the space, or outside of spaces a moderator, can do this.")


def next_time(weekly: Weekly, after: datetime) -> datetime:
    """Give the first time of a weekly schedule that is later than a moment."""
    day = after.replace(hour=weekly.hour, minute=0, second=0, microsecond=0)
    day += timedelta(days=(list(Weekday).index(weekly.weekday) - day.weekday()) % 7)
    return day if day > after else day + timedelta(days=7)


def _next(prompt: DiscussionPrompt) -> datetime | None:
    return next_time(prompt.weekly, now()) if prompt.weekly is not None and not prompt.archived else None
