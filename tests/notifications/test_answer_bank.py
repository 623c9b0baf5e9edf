"""Who looks after an answer of the answer bank is told before it expires, and when it has."""

from datetime import timedelta

from auth.actor import Role
from care import answer_bank
from care.answer_bank import EntryChanges, archive_entry, edit_entry, remind_of_entries
from care.clock_scan import scan
from care.documents.answer_bank import AnswerBankEntry
from care.events import AnswerBankEntryExpired, AnswerBankReviewDue
from core.clock import now
from core.database import Database
from core.records import fresh
from notifications.answer_bank import remind_owner, tell_of_expiry
from notifications.documents import NotificationKind
from tests.care.stored import event_types
from tests.factories.care import later, make_entry
from tests.factories.community import make_actor
from tests.notifications.test_announcements import cause, told
from tests.rivals import seen_to_once

NEAR, PAST = "AnswerBankReviewDue", "AnswerBankEntryExpired"


async def news() -> list[str]:
    return [one for one in await event_types(AnswerBankEntry) if one in {NEAR, PAST}]


async def test_review_is_told_of_once_before_and_once_after(store: Database) -> None:
    await make_entry(await make_actor(Role.MENTOR))
    later(days=165)
    await scan()
    assert await news() == []

    for days, expected in ((2, [NEAR]), (14, [NEAR, PAST])):
        later(days=days)
        for _ in range(2):
            await scan()
        assert await news() == expected


async def test_review_date_that_is_near_is_told_of_when_it_is_past(store: Database) -> None:
    mentor = await make_actor(Role.MENTOR)
    entry = await make_entry(mentor)
    soon = now() + timedelta(days=3)
    await edit_entry(mentor, entry.id, EntryChanges(review_by=soon), expected_version=1)
    await scan()
    assert await news() == []

    later(days=4)
    await scan()
    assert await news() == [PAST]


async def test_answer_that_was_reviewed_is_told_of_anew(store: Database) -> None:
    mentor = await make_actor(Role.MENTOR)
    entry = await make_entry(mentor)
    later(days=167)
    await scan()
    await edit_entry(mentor, entry.id, EntryChanges(review_by=None), expected_version=(await fresh(entry)).version)
    await scan()
    assert await news() == [NEAR]

    later(days=167)
    await scan()
    assert await news() == [NEAR, NEAR]


async def test_drafts_and_what_is_out_of_use_are_not_told_of(store: Database) -> None:
    mentor = await make_actor(Role.MENTOR)
    entry = await make_entry(mentor)
    await make_entry(await make_actor(Role.AGENT))
    await archive_entry(mentor, entry.id, expected_version=1)
    for days in (167, 20):
        later(days=days)
        await scan()
    assert await news() == []
    for react in (remind_owner, tell_of_expiry):
        assert await told(react, cause(AnswerBankReviewDue(entry_id=entry.id))) == []
        assert await told(react, cause(AnswerBankReviewDue(entry_id="abe_none"))) == []


async def test_two_scans_remind_once(store: Database) -> None:
    await make_entry(await make_actor(Role.MENTOR))
    later(days=167)
    await seen_to_once(answer_bank, remind_of_entries, AnswerBankEntry)
    assert await news() == [NEAR]


async def test_who_looks_after_an_answer_now_is_told_once(store: Database) -> None:
    mentor, heir = await make_actor(Role.MENTOR), await make_actor(Role.EXPERT)
    entry = await make_entry(mentor)
    await edit_entry(mentor, entry.id, EntryChanges(owner_id=heir.member), expected_version=1)

    near, past = (heir.member, NotificationKind.ENTRY_REVIEW_DUE), (heir.member, NotificationKind.ENTRY_EXPIRED)
    assert await told(remind_owner, cause(AnswerBankReviewDue(entry_id=entry.id))) == [near]
    assert await told(tell_of_expiry, cause(AnswerBankEntryExpired(entry_id=entry.id), number=8)) == sorted([near, past])
