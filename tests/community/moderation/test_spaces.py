"""Moderation in spaces: who looks after one moderates it, and a closed one stays closed."""

from typing import Any

import pytest

from auth.actor import Role
from community.events import QuestionMoved
from community.moderation.decisions import Verdict, decide_item
from community.moderation.documents import ModerationAction, ModerationDecision, ModerationItem, ModerationStatus, ReportReason
from community.moderation.events import ContentModerated, ContentReported
from community.moderation.handlers import follow_decision, follow_members, follow_question
from community.moderation.reading import count_actions, items_by_ids, list_items
from community.moderation.reports import ReportDraft, report_content
from community.moving import SpaceMove, move_to_space
from community.reading import question_for
from community.spaces.documents import SpaceRole
from community.spaces.events import SpaceMembersChanged
from community.spaces.membership import RoleDraft, change_role
from core.clock import now
from core.events import Event, Recorded
from core.paging import Window
from core.records import fresh
from notifications.announcements import notify
from notifications.documents import Notification, NotificationKind
from notifications.moderation import follow_decision as withhold
from notifications.moderation import tell_author, tell_moderators
from notifications.reading import list_notifications
from tests.factories.community import make_actor, make_answer, make_question
from tests.factories.spaces import inside, let_in, make_space

pytestmark = pytest.mark.usefixtures("store")

HIDE = Verdict(decision=ModerationDecision.HIDE, reason="Kişisel veri.")


def told(fact: Event, number: int = 1) -> Recorded[Any]:
    return Recorded(fact=fact, number=number, event_id=f"event-{number}", at=now(), actor="system", subject="x")


async def test_who_looks_after_a_secret_space_moderates_it_and_no_manager_of_others() -> None:
    owner, member, author = await make_actor(), await make_actor(Role.AGENT), await make_actor(Role.AGENT)
    manager = await make_actor(Role.MANAGER)
    space = await make_space(owner, member, author)
    owner, member, author = (inside(one, space) for one in (owner, member, author))
    question = await make_question(author, space_id=space.id)
    answer = await make_answer(question, author)
    item = await report_content(member, ReportDraft(content_id=answer.id, reason=ReportReason.CONFIDENTIAL))

    seen = [sorted(await items_by_ids(actor, [item.id])) for actor in (owner, member, manager)]
    assert seen == [[item.id], [], []]
    assert (item.space_id, item.closed_space_id, item.root_id) == (space.id, space.id, question.id)
    assert (await list_items(manager, ModerationStatus.WAITING, Window())).items == []
    decided = await decide_item(owner, item.id, HIDE, expected_version=1)
    for _ in range(2):
        await follow_decision(told(ContentModerated(item_id=item.id, decision="HIDE", number=1)))

    assert (decided.version, await ModerationAction.count()) == (2, 1)
    assert [await count_actions(actor) for actor in (owner, member, manager)] == [1, 0, 0]
    assert (await fresh(answer)).kept_for == [author.member, "question:moderate", owner.member]


async def test_new_moderator_of_a_space_reads_what_is_hidden_there() -> None:
    owner, later, author = await make_actor(), await make_actor(Role.AGENT), await make_actor(Role.AGENT)
    space = await make_space(owner, later, author)
    owner, later, author = (inside(one, space) for one in (owner, later, author))
    question = await make_question(author, space_id=space.id)
    item = await report_content(later, ReportDraft(content_id=question.id, reason=ReportReason.OTHER))
    await decide_item(owner, item.id, HIDE, expected_version=1)
    assert await question_for(later, question.id) is None

    draft = RoleDraft(space_id=space.id, member_id=later.member, role=SpaceRole.MODERATOR)
    await change_role(owner, draft)
    for _ in range(2):
        await follow_members(told(SpaceMembersChanged(space_id=space.id, member_ids=(later.member,))))

    assert await question_for(later, question.id) is not None


async def test_queue_and_log_follow_a_question_into_a_closed_space() -> None:
    author, owner, manager = await make_actor(Role.AGENT), await make_actor(Role.AGENT), await make_actor(Role.MANAGER)
    question = await make_question(author)
    item = await report_content(owner, ReportDraft(content_id=question.id, reason=ReportReason.OTHER))
    await decide_item(manager, item.id, HIDE, expected_version=1)
    space = await let_in(await make_space(owner), owner, author)
    move = SpaceMove(content_id=question.id, space_id=space.id)
    await move_to_space(inside(author, space), move, expected_version=(await fresh(question)).version)

    for _ in range(2):
        await follow_question(told(QuestionMoved(question_id=question.id)))

    assert (await items_by_ids(manager, [item.id]), await count_actions(manager)) == ({}, 0)
    assert sorted(await items_by_ids(inside(owner, space), [item.id])) == [item.id]
    assert owner.member in ((await fresh(question)).kept_for or [])


async def test_moderators_and_author_are_told_once_and_others_hear_no_more_of_what_is_hidden() -> None:
    author, reader, manager = await make_actor(Role.AGENT), await make_actor(), await make_actor(Role.MANAGER)
    question = await make_question(author)
    earlier = told(ContentReported(item_id="x"), 9)
    await notify([reader.member], NotificationKind.ANSWERED, subject=question.title, target_id=question.id, cause=earlier)
    item = await report_content(reader, ReportDraft(content_id=question.id, reason=ReportReason.SPAM))
    await decide_item(manager, item.id, HIDE, expected_version=1)
    decided = told(ContentModerated(item_id=item.id, decision="HIDE", number=1), 11)

    for _ in range(2):
        await tell_moderators(told(ContentReported(item_id=item.id), 10))
        await tell_author(decided)
        await withhold(decided)

    kinds = sorted([(row.recipient_id, row.kind) for row in await Notification.find({}).to_list()])
    assert kinds == sorted(
        [
            (reader.member, NotificationKind.ANSWERED),
            (manager.member, NotificationKind.CONTENT_REPORTED),
            (author.member, NotificationKind.CONTENT_MODERATED),
        ]
    )
    assert [len((await list_notifications(actor, Window())).items) for actor in (reader, manager, author)] == [0, 1, 1]

    back = Verdict(decision=ModerationDecision.RESTORE, reason="Kalabilir.")
    await decide_item(manager, item.id, back, expected_version=2)
    await withhold(told(ContentModerated(item_id=item.id, decision="RESTORE", number=2), 12))
    assert len((await list_notifications(reader, Window())).items) == 1
    assert await ModerationItem.count() == 1
