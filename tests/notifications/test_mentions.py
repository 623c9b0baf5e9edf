from dataclasses import replace
from typing import Any

from auth.accounts import create_account
from auth.actor import SYSTEM, Actor, Role
from auth.documents import Account
from auth.drafts import AccountDraft
from auth.identify import actor_of
from care.events import NoteAdded
from care.notes import NoteDraft, add_internal_note
from community.accounts import ensure_member
from community.blog.publishing import publish_post
from community.comments import CommentChanges, edit_comment
from community.spaces.documents import SpaceVisibility
from community.spaces.membership import MembersDraft, add_members
from community.spaces.spaces import SpaceDraft, create_space
from community.watching import WatchLevel, set_watch_level
from core.clock import now
from core.database import Database
from core.events import Event, Recorded
from core.idempotency import Once
from core.ids import with_prefix
from core.records import change
from notifications.documents import Notification, NotificationKind
from notifications.mentions import tell_of_mentions, tell_of_note
from tests.factories.care import make_case
from tests.factories.community import make_answer, make_comment, make_page, make_post, make_question


async def joined(name: str, role: Role = Role.AGENT) -> Actor:
    account = await create_account(SYSTEM, AccountDraft(email=f"{name}@narin.example", name=name.title(), roles=[role]))
    await ensure_member(account)
    return await actor_of(account.id)


def event(actor: Actor, number: int = 1, fact: Event | None = None, actor_id: str | None = None) -> Recorded[Any]:
    told = fact or Event()
    return Recorded(fact=told, number=number, event_id=f"event-{number}", at=now(), actor=actor_id or actor.id, subject="x")


async def told() -> list[tuple[str, str]]:
    rows = await Notification.find({"kind": NotificationKind.MENTIONED.value}).to_list()
    return sorted((row.recipient_id, row.target_id) for row in rows)


async def test_who_is_mentioned_is_told_once_for_each_text(store: Database) -> None:
    ayse, baran, cem = [await joined(name) for name in ("ayse", "baran", "cem")]
    question = await make_question(ayse)
    await set_watch_level(baran, question.id, WatchLevel.MUTED)
    comment = await make_comment(question, ayse, body="@baran, @ayse ve @kimse bakar mı? @Baran!")
    for number in (1, 1, 2):
        await tell_of_mentions(comment.id, event(ayse, number))
    assert await told() == [(baran.member, question.id)]

    await edit_comment(ayse, comment.id, CommentChanges(body="@baran ve `@ayse` ile @cem bakar mı?"), expected_version=1)
    await tell_of_mentions(comment.id, event(ayse, 3))
    assert await told() == sorted([(baran.member, question.id), (cem.member, question.id)])
    row = await Notification.find_one({"recipient_id": cem.member})
    assert row is not None
    assert (row.text, row.actor_id) == (f"You were mentioned in “{question.title}”.", None)


async def test_every_kind_of_text_mentions_once_it_can_be_read(store: Database) -> None:
    ayse, baran = await joined("ayse"), await joined("baran")
    page, draft = (
        await make_page("iade", ayse, body="@baran bilir."),
        await make_post(ayse, published=False, body="@baran yazdı."),
    )
    question = await make_question(ayse, body="@baran bilir mi?", anonymous=True)
    answer = await make_answer(question, ayse, body="@baran ve @ayse demişti.")
    for number, one in enumerate((page, draft, question, answer)):
        await tell_of_mentions(one.id, event(ayse, number, actor_id=question.author_id if one is answer else None))
    assert await told() == sorted([(baran.member, one) for one in (page.id, question.id, question.id)])

    await publish_post(ayse, draft.id, expected_version=draft.version)
    await tell_of_mentions(draft.id, event(ayse, 9))
    assert (baran.member, draft.id) in await told()


async def test_nobody_is_told_of_what_they_may_not_read(store: Database) -> None:
    ayse, baran, cem = [await joined(name) for name in ("ayse", "baran", "cem")]
    space = await create_space(ayse, SpaceDraft(name="Kalite", visibility=SpaceVisibility.SECRET), once=Once())
    inside = replace(ayse, reach=frozenset({space.id}))
    await add_members(inside, MembersDraft(space_id=space.id, member_ids=[baran.member]))
    secret = await make_question(inside, space_id=space.id, body="@baran ve @cem ne der?")
    open_one = await make_question(ayse, body="@baran ve @cem ne der?")
    cem_account = await Account.get(with_prefix("acc", cem.member))
    assert cem_account is not None
    await tell_of_mentions(secret.id, event(ayse))
    assert await told() == [(baran.member, secret.id)]

    await change(cem_account, lambda current: setattr(current, "disabled_at", now()))
    await tell_of_mentions(open_one.id, event(ayse))
    assert await told() == sorted([(baran.member, secret.id), (baran.member, open_one.id)])


async def test_a_note_beside_a_case_mentions_who_may_read_the_case(store: Database) -> None:
    ayse, baran = await joined("ayse"), await joined("baran")
    await joined("uzman", Role.EXPERT)
    case = await make_case()
    note = await add_internal_note(ayse, NoteDraft(case_id=case.id, body="@baran ve @uzman bakar mı?"), once=Once())
    for number in (1, 2):
        await tell_of_note(event(ayse, number, NoteAdded(case_id=case.id, message_id=note.id)))

    assert await told() == [(baran.member, case.id)]
