"""How members want to be told: in the app, by e-mail at once or gathered, or not at all, and when not to ring."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from auth.actor import Actor
from community.drafts import Zone
from core.clock import now
from core.defaults import change_or_insert, stored_or
from core.errors import InvalidInput
from core.ids import with_prefix
from core.records import by_ids
from notifications.documents import KindPreference, MailFrequency, NotificationKind, NotificationPreferences, QuietHours
from notifications.events import NotificationPreferencesChanged

K = NotificationKind

AT_ONCE: Final = frozenset(
    {
        K.ANSWER_OVERDUE,
        K.CLOCK_ESCALATED,
        K.INFORMATION_OVERDUE,
        K.MENTIONED,
        K.NOT_ASSIGNED,
        K.QUESTION_INVITED,
        K.WEBHOOK_SUSPENDED,
    }
)
"""What somebody waits for: unless the member wants it otherwise its e-mail leaves at once, that of everything else once a day."""

UNASKED: Final = frozenset({K.REACTED})
"""What nobody waits for: told of only to members who said that they want to be."""

NAMED: Final = frozenset(
    {
        K.ANSWERED,
        K.ASSIGNED,
        K.DRAFT_SUBMITTED,
        K.INFORMATION_ANSWERED,
        K.INFORMATION_REQUESTED,
        K.SHIFT_CANCELLED,
        K.SHIFT_PLANNED,
    }
)
"""Kinds that may name who caused them; those that may stand for somebody anonymous are not among them."""

_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def _minute(given: object) -> int:
    if isinstance(given, str) and (found := _TIME.fullmatch(given)):
        return int(found[1]) * 60 + int(found[2])
    raise PydanticCustomError("time", "Write the time as 22:00")


_Minute = Annotated[int, BeforeValidator(_minute)]


class QuietDraft(BaseModel):
    """From when to when nothing is to ring."""

    begins: _Minute
    ends: _Minute


class KindDraft(BaseModel):
    """How to tell for one reason; what is not given stays."""

    kind: NotificationKind
    in_app: bool | None = None
    email: MailFrequency | None = None


class PreferencesDraft(BaseModel):
    """What to change; what is not given stays."""

    time_zone: Zone | None = None
    quiet_hours: QuietDraft | None = None
    digest_at: _Minute | None = None
    kinds: Annotated[list[KindDraft], Field(max_length=100)] = Field(default_factory=list)


def wish_of(preferences: NotificationPreferences, kind: NotificationKind) -> KindPreference:
    """Tell how a member wants to be told for a reason."""
    chosen = preferences.kinds.get(kind.value)
    if chosen is None and kind in UNASKED:
        return KindPreference(in_app=False, email=MailFrequency.OFF)
    return chosen or KindPreference(email=MailFrequency.AT_ONCE if kind in AT_ONCE else MailFrequency.DAILY)


async def preferences_of(member_ids: Iterable[str]) -> dict[str, NotificationPreferences]:
    """Give how each of the members wants to be told: as they said, or as the product does by itself."""
    wanted = {_id(member_id): member_id for member_id in member_ids}
    found = await by_ids(NotificationPreferences, wanted)
    return {member_id: found.get(key) or _unsaid(member_id) for key, member_id in wanted.items()}


async def read_preferences(actor: Actor) -> NotificationPreferences:
    """Give how the viewer wants to be told. Raises Forbidden for callers that are no member."""
    return (await preferences_of([actor.member]))[actor.member]


async def update_preferences(
    actor: Actor, draft: PreferencesDraft, *, without_quiet_hours: bool = False, resume_email: bool = False, expected_version: int
) -> NotificationPreferences:
    """Change how the viewer wants to be told; version 0 stands for what was never changed.

    Raises Forbidden for callers that are no member, InvalidInput for quiet hours without length, Conflict.
    """
    member_id = actor.member
    if draft.quiet_hours is not None and draft.quiet_hours.begins == draft.quiet_hours.ends:
        raise InvalidInput("Quiet hours end at another time than they begin.", path=("quiet_hours", "ends"))

    def rule(current: NotificationPreferences) -> None:
        _apply(current, draft)
        if without_quiet_hours:
            current.quiet = None
        if resume_email:
            current.undeliverable_since = current.undeliverable_address = current.undeliverable_reason = None
        current.record(NotificationPreferencesChanged(member_id=member_id), actor=actor.id)

    return await change_or_insert(await stored_or(_unsaid(member_id)), rule, expected_version=expected_version)


async def switch_mail_off(member_id: str, kinds: Iterable[NotificationKind]) -> None:
    """Send no e-mail of some kinds to a member any more, by an unsubscribing link; runs again without harm."""
    wanted = list(kinds)

    def rule(current: NotificationPreferences) -> None:
        chosen = {kind.value: wish_of(current, kind).model_copy(update={"email": MailFrequency.OFF}) for kind in wanted}
        if any(current.kinds.get(kind) != preference for kind, preference in chosen.items()):
            current.kinds = current.kinds | chosen
            current.record(NotificationPreferencesChanged(member_id=member_id), actor=member_id)

    await change_or_insert(await stored_or(_unsaid(member_id)), rule)


async def note_undeliverable(member_id: str, address: str, reason: str) -> None:
    """Note that e-mails to an address of a member come back: none is sent there any more; runs again without harm."""

    def rule(current: NotificationPreferences) -> None:
        if current.undeliverable_address != address:
            current.undeliverable_since, current.undeliverable_address = now(), address
            current.undeliverable_reason = reason[:300]
            current.record(NotificationPreferencesChanged(member_id=member_id))

    await change_or_insert(await stored_or(_unsaid(member_id)), rule)


def _apply(current: NotificationPreferences, draft: PreferencesDraft) -> None:
    current.zone = draft.time_zone or current.zone
    if draft.quiet_hours is not None:
        current.quiet = QuietHours.model_validate(draft.quiet_hours.model_dump())
    if draft.digest_at is not None:
        current.digest_minute = draft.digest_at
    chosen: Mapping[str, KindPreference] = {
        told.kind.value: wish_of(current, told.kind).model_copy(
            update=told.model_dump(include={"in_app", "email"}, exclude_none=True)
        )
        for told in draft.kinds
    }
    current.kinds = {**current.kinds, **chosen}


def _unsaid(member_id: str) -> NotificationPreferences:
    return NotificationPreferences(id=_id(member_id), member_id=member_id, created_at=now())


def _id(member_id: str) -> str:
    return with_prefix("npf", member_id)
