"""Kudos: who may thank whom, who reads it, how often, and what becomes of it when its subject moves."""

import asyncio
from typing import Any

import pytest

from auth.actor import Actor, Role
from coaching.recognition.documents import CompanyValue
from coaching.recognition.kudos import MOST_A_DAY, KudosDraft, give_kudos, withdraw_kudos
from coaching.recognition.settling import settle_kudos
from coaching.recognition.values import ValueChange, ValueDraft, create_value, update_value
from community.kudos.documents import Kudos, KudosSubject
from community.kudos.reading import count_kudos, kudos_by_ids, list_kudos
from community.moderation.decisions import Verdict, decide_item
from community.moderation.documents import ModerationDecision, ReportReason
from community.moderation.reports import ReportDraft, report_content
from community.moving import SpaceMove, move_to_space
from community.spaces.documents import SpaceVisibility
from community.spaces.spaces import SpaceDraft, create_space
from core.database import Database
from core.errors import AlreadyDone, Forbidden, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.idempotency import once as make_once
from core.paging import Window
from core.records import fresh
from tests.care.stored import event_types, everything
from tests.factories.care import later, make_case
from tests.factories.care import make_actor as make_caller
from tests.factories.community import make_actor, make_answer, make_page, make_question
from tests.factories.practice import make_run

MANAGER = make_caller(Role.MANAGER)


async def make_value() -> CompanyValue:
    return await create_value(MANAGER, ValueDraft(name="Birlikte", description="Kimse yalnız değildir."), once=Once())


async def thank(giver: Actor, receiver: Actor, subject_id: str, *, once: Once | None = None, **given: Any) -> Kudos:
    value_id = given.pop("value_id", None) or (await make_value()).id
    draft = KudosDraft(receiver_id=receiver.member, subject_id=subject_id, value_id=value_id, text="Sabrın için.", **given)
    return await give_kudos(giver, draft, once=once or Once())


async def seen(actor: Actor) -> list[str]:
    items = (await list_kudos(actor, {}, Window())).items
    assert len(items) == await count_kudos(actor, {})
    return [one.id for one in items]


async def test_kudos_are_about_a_case_a_question_an_answer_or_a_page(store: Database) -> None:
    ayse, ali = await make_actor(Role.AGENT), await make_actor(Role.EXPERT)
    question = await make_question(ayse)
    subjects = [(await make_case()).id, question.id, (await make_answer(question, ali)).id, (await make_page()).id]
    given = [await thank(giver, ali, one) for giver, one in zip([ayse, ayse, ayse, MANAGER], subjects, strict=True)]

    assert [one.subject_kind for one in given] == list(KudosSubject)
    assert [one.root_id for one in given] == [subjects[0], question.id, question.id, subjects[3]]
    assert await event_types(Kudos) == ["KudosGiven"] * 4


async def test_kudos_about_a_case_are_read_by_who_reads_cases_and_by_the_two(store: Database) -> None:
    ayse, ali = await make_actor(Role.AGENT), await make_actor(Role.EXPERT)
    zehra, hr, agency = await make_actor(Role.EXPERT), await make_actor(Role.HR), make_caller(Role.AGENCY)
    about_case, about_question = (
        await thank(ayse, ali, (await make_case()).id),
        await thank(ayse, ali, (await make_question()).id),
    )

    for reader in (ayse, ali, MANAGER):
        assert set(await seen(reader)) == {about_case.id, about_question.id}
    for outsider in (zehra, hr, agency):
        assert await seen(outsider) == [about_question.id]
        assert await kudos_by_ids(outsider, [about_case.id]) == {}
    mine = await list_kudos(ali, {"receiver_id": ali.member, "subject_id": about_case.subject_id}, Window())
    assert [one.id for one in mine.items] == [about_case.id]


@pytest.mark.parametrize(
    ("kind", "error", "path"),
    [
        ("self", InvalidInput, "receiver_id"),
        ("nobody", NotFound, "receiver_id"),
        ("hidden", NotFound, "subject_id"),
        ("idea", NotFound, "subject_id"),
        ("retired", AlreadyDone, "value_id"),
        ("worthless", NotFound, "value_id"),
    ],
)
async def test_what_cannot_be_thanked_for_is_refused_and_leaves_no_trace(
    store: Database, kind: str, error: type[Exception], path: str
) -> None:
    ali, zehra, value = await make_actor(Role.EXPERT), await make_actor(Role.EXPERT), await make_value()
    given = {"receiver_id": zehra.member, "subject_id": (await make_question()).id, "value_id": value.id, "text": "Sağ ol."}
    wrong: dict[str, Any] = {
        "self": {"receiver_id": ali.member},
        "nobody": {"receiver_id": "mem_none"},
        "hidden": {"subject_id": (await make_case()).id},
        "idea": {"subject_id": "ide_none"},
        "worthless": {"value_id": "val_none"},
        "retired": {},
    }
    if kind == "retired":
        await update_value(MANAGER, value.id, ValueChange(retired=True), expected_version=value.version)
    with pytest.raises(error) as caught:
        await give_kudos(ali, KudosDraft(**{**given, **wrong[kind]}), once=Once())
    assert getattr(caught.value, "path", None) == (path,)
    assert await Kudos.count() == 0


async def test_the_same_colleague_is_thanked_so_many_times_a_day_also_by_racing_requests(store: Database) -> None:
    ayse, ali, zehra = await make_actor(Role.AGENT), await make_actor(Role.EXPERT), await make_actor(Role.EXPERT)
    question, value = await make_question(), await make_value()
    many = [thank(ayse, ali, question.id, value_id=value.id) for _ in range(MOST_A_DAY + 3)]
    answers = await asyncio.gather(*many, return_exceptions=True)

    assert sum(isinstance(one, Kudos) for one in answers) == MOST_A_DAY
    assert sum(isinstance(one, LimitReached) for one in answers) == 3
    first = next(one for one in answers if isinstance(one, Kudos))
    await withdraw_kudos(ayse, first.id, expected_version=first.version)
    with pytest.raises(LimitReached):
        await thank(ayse, ali, question.id, value_id=value.id)
    await thank(ayse, zehra, question.id, value_id=value.id)
    later(hours=24)
    await thank(ayse, ali, question.id, value_id=value.id)


async def test_only_who_gave_kudos_takes_them_back(store: Database) -> None:
    ayse, ali = await make_actor(Role.AGENT), await make_actor(Role.EXPERT)
    given = await thank(ayse, ali, (await make_question()).id)
    with pytest.raises(Forbidden):
        await withdraw_kudos(ali, given.id, expected_version=given.version)
    await withdraw_kudos(ayse, given.id, expected_version=given.version)
    assert [await seen(one) for one in (ayse, ali, MANAGER)] == [[], [], []]
    with pytest.raises(NotFound):
        await withdraw_kudos(ayse, given.id, expected_version=given.version)


async def test_moderators_hide_kudos_that_were_reported(store: Database) -> None:
    ayse, ali, zehra = await make_actor(Role.AGENT), await make_actor(Role.EXPERT), await make_actor(Role.EXPERT)
    given = await thank(ayse, ali, (await make_case()).id)
    with pytest.raises(NotFound):
        await report_content(zehra, ReportDraft(content_id=given.id, reason=ReportReason.CONFIDENTIAL))
    with pytest.raises(InvalidInput):
        await report_content(ayse, ReportDraft(content_id=given.id, reason=ReportReason.SPAM))
    item = await report_content(ali, ReportDraft(content_id=given.id, reason=ReportReason.CONFIDENTIAL))
    verdict = Verdict(decision=ModerationDecision.HIDE, reason="Müşterinin adı geçiyor.")
    await decide_item(MANAGER, item.id, verdict, expected_version=item.version)
    assert [await seen(one) for one in (ayse, MANAGER, ali)] == [[given.id], [given.id], []]


async def test_kudos_follow_their_question_into_a_closed_space(store: Database) -> None:
    ayse, ali = await make_actor(Role.AGENT), await make_actor(Role.EXPERT)
    question = await make_question(ayse)
    given = await thank(ayse, ali, (await make_answer(question, ali)).id)
    draft = SpaceDraft(name="Birleşme", description="Kapalı", slug="birlesme", visibility=SpaceVisibility.SECRET)
    space = await create_space(MANAGER, draft, once=Once())
    owner = make_caller(Role.MANAGER, reach=frozenset({space.id}), member_id=MANAGER.member)
    moved = SpaceMove(content_id=question.id, space_id=space.id)
    await move_to_space(owner, moved, expected_version=(await fresh(question)).version)
    for _ in range(2):
        await settle_kudos(question.id)

    assert (await fresh(given)).closed_space_id == space.id
    assert [await seen(one) for one in (owner, ayse, ali)] == [[given.id], [], []]
    with pytest.raises(InvalidInput):
        await thank(owner, ali, question.id)


async def test_who_asked_anonymously_thanks_anonymously(store: Database) -> None:
    ayse, ali = await make_actor(Role.AGENT), await make_actor(Role.EXPERT)
    question = await make_question(ayse, anonymous=True)
    given = await thank(ayse, ali, (await make_answer(question, ali)).id)

    assert (given.author_id, given.hidden_author_id) == (question.author_id, ayse.member)
    (row,) = (await everything(Kudos))["kudos"]
    assert ayse.member not in str(row["pending"])
    with pytest.raises(InvalidInput):
        await thank(ayse, ayse, question.id)
    await withdraw_kudos(ayse, given.id, expected_version=given.version)
    assert ayse.member not in str((await everything(Kudos))["kudos"][0]["pending"])


async def test_the_same_request_thanks_once(store: Database) -> None:
    ayse, ali = await make_actor(Role.AGENT), await make_actor(Role.EXPERT)
    question, value = await make_question(), await make_value()
    keyed = [make_once(b"gizli", actor=ayse.id, operation="giveKudos", key="k", given={}) for _ in range(2)]
    given = [await thank(ayse, ali, question.id, value_id=value.id, once=once) for once in keyed]
    assert given[0].id == given[1].id
    assert await Kudos.count() == 1


async def test_practice_is_not_thanked_for(store: Database) -> None:
    mentor, learner = await make_actor(Role.MENTOR), await make_actor(Role.TRAINEE)
    run = await make_run(learner)
    with pytest.raises(InvalidInput, match="Practice") as refused:
        await thank(mentor, learner, run.case_id)
    assert (refused.value.path, await Kudos.count()) == (("subject_id",), 0)
