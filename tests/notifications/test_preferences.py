"""How members want to be told, for each reason, and that it is heeded."""

import asyncio
from datetime import timedelta

import pytest
from pydantic import ValidationError

from auth.actor import ANONYMOUS, Role
from care.events import CaseAssigned
from core.clock import clock, now
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput
from core.paging import Window
from notifications import announcements
from notifications.documents import MailFrequency, Notification, NotificationKind, NotificationPreferences
from notifications.preferences import (
    KindDraft,
    PreferencesDraft,
    note_undeliverable,
    preferences_of,
    read_preferences,
    switch_mail_off,
    update_preferences,
    wish_of,
)
from notifications.reading import count_notifications, count_unread, list_notifications, notifications_by_ids
from tests.care.stored import everything
from tests.factories import community as people
from tests.factories.care import make_case
from tests.notifications.test_announcements import cause

K = NotificationKind


def wanted(kind: NotificationKind, *, in_app: bool | None = None, email: MailFrequency | None = None) -> PreferencesDraft:
    return PreferencesDraft(kinds=[KindDraft(kind=kind, in_app=in_app, email=email)])


async def test_what_was_never_chosen_follows_the_product(store: Database) -> None:
    actor = await people.make_actor(Role.AGENT)

    chosen = await read_preferences(actor)

    assert (chosen.version, chosen.zone, chosen.quiet, chosen.digest_minute) == (0, "Europe/Istanbul", None, 480)
    assert wish_of(chosen, K.QUESTION_INVITED).email is MailFrequency.AT_ONCE
    assert wish_of(chosen, K.ASSIGNED).email is MailFrequency.DAILY
    assert await NotificationPreferences.find().count() == 0


async def test_choices_are_kept_kind_by_kind(store: Database) -> None:
    actor = await people.make_actor(Role.AGENT)
    draft = PreferencesDraft.model_validate(
        {"time_zone": "Asia/Tehran", "quiet_hours": {"begins": "22:00", "ends": "07:30"}, "digest_at": "17:45"}
    )

    await update_preferences(actor, draft, expected_version=0)
    await update_preferences(actor, wanted(K.ASSIGNED, in_app=False), expected_version=1)
    chosen = await update_preferences(actor, wanted(K.ASSIGNED, email=MailFrequency.HOURLY), expected_version=2)

    assert (chosen.zone, chosen.digest_minute, chosen.version) == ("Asia/Tehran", 1065, 3)
    assert chosen.quiet is not None
    assert (chosen.quiet.begins, chosen.quiet.ends) == (1320, 450)
    assert wish_of(chosen, K.ASSIGNED).model_dump() == {"in_app": False, "email": MailFrequency.HOURLY}
    undisturbed = await update_preferences(actor, PreferencesDraft(), without_quiet_hours=True, expected_version=3)
    assert undisturbed.quiet is None


async def test_two_windows_do_not_overwrite_each_other(store: Database) -> None:
    actor = await people.make_actor(Role.AGENT)
    await update_preferences(actor, wanted(K.ASSIGNED, in_app=False), expected_version=0)
    before = await everything(NotificationPreferences)

    for stale in (0, 7):
        with pytest.raises(Conflict) as refused:
            await update_preferences(actor, wanted(K.MENTIONED, in_app=False), expected_version=stale)
        assert refused.value.current.version == 1

    assert await everything(NotificationPreferences) == before


async def test_first_choices_of_two_windows_at_once_are_one(store: Database) -> None:
    actor = await people.make_actor(Role.AGENT)
    with pytest.raises(Conflict) as refused:
        await update_preferences(actor, wanted(K.ASSIGNED, in_app=False), expected_version=1)
    assert refused.value.current.version == 0

    kinds = (K.ASSIGNED, K.MENTIONED, K.ANSWERED)
    tries = [update_preferences(actor, wanted(kind, in_app=False), expected_version=0) for kind in kinds]
    said = await asyncio.gather(*tries, return_exceptions=True)

    assert sorted(type(one).__name__ for one in said) == ["Conflict", "Conflict", "NotificationPreferences"]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"time_zone": "Mars/Olympus"}, ("time_zone",)),
        ({"digest_at": "24:00"}, ("digest_at",)),
        ({"digest_at": "8"}, ("digest_at",)),
        ({"quiet_hours": {"begins": "22:00", "ends": "soon"}}, ("quiet_hours", "ends")),
    ],
)
def test_what_is_no_time_is_refused_by_name(given: dict[str, object], path: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        PreferencesDraft.model_validate(given)
    assert refused.value.errors()[0]["loc"] == path


async def test_refusals_leave_no_trace(store: Database) -> None:
    actor = await people.make_actor(Role.AGENT)
    before = await everything(NotificationPreferences)

    draft = PreferencesDraft.model_validate({"quiet_hours": {"begins": "22:00", "ends": "22:00"}})
    with pytest.raises(InvalidInput):
        await update_preferences(actor, draft, expected_version=0)
    with pytest.raises(Forbidden):
        await update_preferences(ANONYMOUS, PreferencesDraft(), expected_version=0)

    assert await everything(NotificationPreferences) == before


async def test_what_is_wanted_nowhere_is_not_stored_and_mail_alone_is_in_no_list(store: Database) -> None:
    actor = await people.make_actor(Role.AGENT)
    case = await make_case()
    await update_preferences(actor, wanted(K.ASSIGNED, in_app=False, email=MailFrequency.OFF), expected_version=0)
    await announcements.tell_assignee(cause(CaseAssigned(case_id=case.id, assignee_id=actor.member)))
    assert await Notification.find().count() == 0

    await update_preferences(actor, wanted(K.ASSIGNED, email=MailFrequency.AT_ONCE), expected_version=1)
    await announcements.tell_assignee(cause(CaseAssigned(case_id=case.id, assignee_id=actor.member), number=8))

    (left,) = await Notification.find().to_list()
    assert left.mail_only is True
    assert (await list_notifications(actor, Window(limit=5))).items == []
    assert (await count_notifications(actor), await count_unread(actor, None)) == (0, 0)
    assert await notifications_by_ids(actor, [left.id]) == {}


async def test_what_comes_in_quiet_hours_is_silent(store: Database) -> None:
    actor = await people.make_actor(Role.AGENT)
    case = await make_case()
    shown = now()
    quiet = {"begins": f"{shown:%H:%M}", "ends": f"{(shown.hour + 1) % 24:02}:{shown:%M}"}
    draft = PreferencesDraft.model_validate({"time_zone": "UTC", "quiet_hours": quiet})
    await update_preferences(actor, draft, expected_version=0)

    await announcements.tell_assignee(cause(CaseAssigned(case_id=case.id, assignee_id=actor.member)))
    clock.shift(timedelta(minutes=61))
    await announcements.tell_assignee(cause(CaseAssigned(case_id=case.id, assignee_id=actor.member), number=8))

    assert [row.silent for row in await Notification.find().sort("number").to_list()] == [True, False]


async def test_links_and_bounces_can_come_twice(store: Database) -> None:
    member = await people.make_member()

    for _ in range(2):
        await switch_mail_off(member.id, [K.ASSIGNED, K.MENTIONED])
        await note_undeliverable(member.id, member.email, "550 no such user")

    chosen = (await preferences_of([member.id]))[member.id]
    assert {kind for kind, wish in chosen.kinds.items() if wish.email is MailFrequency.OFF} == {"ASSIGNED", "MENTIONED"}
    assert (chosen.undeliverable_address, chosen.undeliverable_reason) == (member.email, "550 no such user")
    assert chosen.revision == 2
    resumed = await update_preferences(
        people.actor_of(member), PreferencesDraft(), resume_email=True, expected_version=chosen.version
    )
    assert (resumed.undeliverable_since, resumed.undeliverable_address) == (None, None)
