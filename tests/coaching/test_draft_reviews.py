import asyncio
from datetime import timedelta

import pytest

from auth.actor import Actor, Role
from care.cases.changing import Overtaken
from care.cases.merging import MergeDraft, merge_cases
from care.documents.cases import Case
from care.documents.channels import Channel
from care.documents.conversations import DeliveryStatus, Message
from care.documents.customers import Customer
from care.documents.phrases import PhraseBookKind
from care.handlers import subscribe as subscribe_care
from care.phrase_books import PhraseBookDraft, holding_reply, set_phrases
from care.replies import ReplyDraft, reply_to_case
from care.waiting_replies import undo_reply
from coaching import letting_go
from coaching.documents import DraftReview, DraftReviewStatus
from coaching.draft_reviews import (
    DecisionDraft,
    DraftDecision,
    ResubmissionDraft,
    release_reply,
    resubmit_draft,
    review_draft,
    settle_review,
)
from coaching.handlers import subscribe
from coaching.letting_go import holding_id, let_go
from coaching.opening import Opening, open_review
from coaching.reading import (
    count_own_reviews,
    count_waiting_reviews,
    own_reviews,
    reviews_by_ids,
    reviews_of_case,
    waiting_reviews,
)
from coaching.superseding import act_on_reviews, retime_reviews
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from core.idempotency import Once, once
from core.paging import Window
from core.records import fresh, save
from tests.care.stored import event_types, everything, handle_twice
from tests.care.test_automatic_sending import set_template
from tests.care.test_message_templates import open_channel, talk_on
from tests.dying import dying
from tests.factories import community, shifts
from tests.factories.care import conversation_of, later, make_actor, make_case, make_conversation, make_reply, reread, say

REVIEW_WITHIN, RESERVE = timedelta(minutes=10), timedelta(minutes=5)
HELD = DeliveryStatus.HELD_FOR_REVIEW
BEHIND = Window()


async def hand_in(case: Case | None = None, author: Actor | None = None) -> DraftReview:
    author = author or await community.make_actor(Role.TRAINEE)
    reply = await make_reply(case or await make_case(), author)
    review = await open_review(reply.message.id)
    assert review is not None
    return review


def decision(review: DraftReview, what: DraftDecision = DraftDecision.APPROVE, **given: object) -> DecisionDraft:
    return DecisionDraft.model_validate({"draft_review_id": review.id, "decision": what, **given})


async def reply_of(review: DraftReview) -> Message:
    found = await Message.get(review.message_id)
    assert found is not None
    return found


async def test_held_reply_waits_for_reviewer_on_duty_until_its_clock_runs_short(store: Database) -> None:
    case = await make_case()
    members = [await community.make_actor(Role.MENTOR) for _ in range(3)]
    there, *others = sorted(members, key=lambda one: one.member, reverse=True)
    channel = await Channel.get(case.channel_id)
    assert channel is not None
    await shifts.make_shift(there, channel, now() - timedelta(hours=1), now() + timedelta(hours=1))
    review = await hand_in(case)

    assert (review.status, review.reviewer_id, review.asked) == (DraftReviewStatus.PENDING, there.member, [there.member])
    assert review.turn_ends_at - review.created_at == REVIEW_WITHIN
    assert (await open_review(review.message_id)) == review
    assert (await reply_of(review)).delivery_status is HELD
    later(hours=2)
    late = [await hand_in() for _ in range(2)]
    assert sorted(one.reviewer_id or "" for one in late) == sorted(one.member for one in others)


async def test_turn_ends_before_the_clock_of_the_case_does(store: Database) -> None:
    case = await make_case()
    assert case.first_response.due_at is not None
    later(seconds=(case.first_response.due_at - RESERVE - now()).total_seconds() - 60)
    review = await hand_in(case)

    assert review.turn_ends_at == case.first_response.due_at - RESERVE


async def test_approved_reply_leaves_once_with_the_words_of_the_mentor(store: Database) -> None:
    review, mentor = await hand_in(), make_actor(Role.MENTOR)

    approved = (await review_draft(mentor, decision(review, body="Bugün yola çıkıyor."), expected_version=1)).review

    assert (approved.status, approved.edited, approved.decided_by) == (DraftReviewStatus.APPROVED, True, mentor.member)
    message = await reply_of(review)
    assert (message.delivery_status, message.body) == (DeliveryStatus.QUEUED, "Bugün yola çıkıyor.")
    before = await everything()
    await let_go(approved)
    await handle_twice(subscribe)
    with pytest.raises(AlreadyDone):
        await review_draft(mentor, decision(review), expected_version=2)
    assert await everything() == before
    assert await event_types(DraftReview) == ["DraftSubmitted", "DraftEscalated", "DraftApproved"]


async def test_decision_without_follow_up_is_completed_by_the_handler(store: Database) -> None:
    review = await hand_in()
    review.status, review.released_by, review.body = DraftReviewStatus.APPROVED, "mem_1", "Yolda."
    await save(review)

    await let_go(review)
    await let_go(review)

    message = await reply_of(review)
    assert (message.delivery_status, message.body) == (DeliveryStatus.QUEUED, "Yolda.")


@pytest.mark.parametrize("lost", [1, 2], ids=["case", "message"])
async def test_approval_that_was_cut_off_is_completed_by_the_handlers(store: Database, lost: int) -> None:
    review = await hand_in()

    async with dying(lost):
        await review_draft(make_actor(Role.MENTOR), decision(review, body="Yolda."), expected_version=1)
    await handle_twice(subscribe, (DraftReview,))
    await handle_twice(subscribe_care, (Case,))

    message = await reply_of(review)
    assert (message.delivery_status, message.body) == (DeliveryStatus.QUEUED, "Yolda.")
    assert [job["_id"] for job in (await everything())["jobs"]] == [f"send:{message.id}"]
    assert (await event_types(Case)).count("ReplyReleased") == 1


@pytest.mark.parametrize("landing", [[], [1], [2]], ids=["neither", "one", "the other"])
async def test_release_that_was_cut_off_is_completed_by_the_handlers(store: Database, landing: list[int]) -> None:
    review = await hand_in()

    async with dying(1, landing=landing):
        await release_reply(make_actor(Role.MENTOR), review.message_id)
    await handle_twice(subscribe_care, (Case,))
    await handle_twice(subscribe, (Case,))

    settled, message = await fresh(review), await reply_of(review)
    assert (settled.status, settled.next_act_at) == (DraftReviewStatus.APPROVED, None)
    assert message.delivery_status is DeliveryStatus.QUEUED
    assert [job["_id"] for job in (await everything())["jobs"]] == [f"send:{message.id}"]
    assert (await event_types(Case)).count("ReplyReleased") == 1
    assert (await event_types(DraftReview)).count("DraftApproved") == 1


@pytest.mark.parametrize("landing", [[], [1], [2]], ids=["neither", "one", "the other"])
async def test_newcomer_s_reply_that_was_cut_off_is_held_and_reviewed_once(store: Database, landing: list[int]) -> None:
    mentor, author = await community.make_actor(Role.MENTOR), await community.make_actor(Role.TRAINEE)
    case = await make_case()
    words = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Bakıyorum.")

    async with dying(1, landing=landing):
        await Opening(author).around(lambda beside: reply_to_case(author, words, once=Once(), beside=beside))
    landed = await DraftReview.count() + await Message.find({"direction": "OUTBOUND"}).count()
    assert landed <= len(landing)  # which of the two is sent first, if both are, is the store's pace to say
    await handle_twice(subscribe, (Case,))
    await handle_twice(subscribe_care, (Case,))

    (review,) = await DraftReview.find_all().to_list()
    assert (review.status, review.reviewer_id, review.body) == (DraftReviewStatus.PENDING, mentor.member_id, "Bakıyorum.")
    assert (await reply_of(review)).delivery_status is HELD
    assert await event_types(DraftReview) == ["DraftSubmitted"]


async def test_reply_of_a_newcomer_that_is_refused_opens_no_review(store: Database) -> None:
    author, case = await community.make_actor(Role.TRAINEE), await make_case()
    words = ReplyDraft(case_id=case.id, conversation_id="cnv_other", body="Bakıyorum.")

    with pytest.raises(InvalidInput):
        await Opening(author).around(lambda beside: reply_to_case(author, words, once=Once(), beside=beside))

    assert await DraftReview.count() == 0


async def test_review_of_a_reply_that_was_said_before_is_given_again(store: Database) -> None:
    author, case = await community.make_actor(Role.TRAINEE), await make_case()
    words = ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body="Bakıyorum.")
    key = once(b"a secret key of thirty-two bytes", actor="mem_a", operation="replyToCase", key="k", given={"a": 1})
    openings = [Opening(author), Opening(author)]

    said = [await one.around(lambda beside: reply_to_case(author, words, once=key, beside=beside)) for one in openings]

    assert said[0].message == said[1].message
    assert openings[0].review is not None
    assert openings[0].review == openings[1].review


async def test_decided_reply_is_shown_as_it_was_written(store: Database) -> None:
    first, second = await hand_in(), await hand_in()

    approved = await review_draft(make_actor(Role.MENTOR), decision(first), expected_version=1)
    returned = await review_draft(
        make_actor(Role.MENTOR), decision(second, DraftDecision.RETURN, feedback="Daha sıcak."), expected_version=1
    )

    assert approved.message == await reply_of(first)
    assert returned.message == await reply_of(second)
    assert [one.message and one.message.delivery_status for one in (approved, returned)] == [DeliveryStatus.QUEUED, HELD]


async def test_review_in_a_merged_case_is_decided_on_where_its_reply_went(store: Database) -> None:
    conversation = await make_conversation()
    case = await make_case(conversation)
    customer = await Customer.get(conversation.customer_id)
    review, other = await hand_in(case), await make_case(await make_conversation(await Channel.get(case.channel_id), customer))
    merged = MergeDraft(case_id=case.id, into_id=other.id)
    await merge_cases(make_actor(Role.MANAGER), merged, expected_version=(await reread(case)).version)

    decided = await review_draft(make_actor(Role.MENTOR), decision(review), expected_version=1)

    assert decided.message is not None
    assert (decided.message.case_id, decided.message.delivery_status) == (other.id, DeliveryStatus.QUEUED)


async def test_returned_reply_comes_back_in_other_words(store: Database) -> None:
    author, mentor = await community.make_actor(Role.TRAINEE), make_actor(Role.MENTOR)
    review = await hand_in(author=author)
    comments = [{"start": 0, "end": 5, "text": "Daha sıcak."}]
    back = decision(review, DraftDecision.RETURN, feedback="Özür dileyin.", comments=comments, alternatives=["Üzgünüz."])

    returned = (await review_draft(mentor, back, expected_version=1)).review
    assert (returned.status, returned.feedback, returned.alternatives) == (
        DraftReviewStatus.RETURNED,
        "Özür dileyin.",
        ["Üzgünüz."],
    )
    assert [(one.start, one.end, one.text) for one in returned.comments] == [(0, 5, "Daha sıcak.")]
    with pytest.raises(AlreadyDone):
        await review_draft(mentor, decision(review), expected_version=2)
    with pytest.raises(NotFound):
        await resubmit_draft(make_actor(Role.TRAINEE), ResubmissionDraft(draft_review_id=review.id, body="x"), expected_version=2)
    again = ResubmissionDraft(draft_review_id=review.id, body="Özür dileriz, bakıyoruz.")
    handed_in = await resubmit_draft(author, again, expected_version=2)
    assert (handed_in.status, handed_in.reviewer_id, handed_in.body) == (DraftReviewStatus.PENDING, mentor.member, again.body)
    with pytest.raises(AlreadyDone):
        await resubmit_draft(author, again, expected_version=3)
    assert (await reply_of(review)).delivery_status is HELD
    reply = await release_reply(mentor, review.message_id)
    assert (reply.message.delivery_status, reply.message.body) == (DeliveryStatus.QUEUED, again.body)
    assert (await fresh(review)).status is DraftReviewStatus.APPROVED


async def test_what_can_not_be_decided_leaves_no_trace(store: Database) -> None:
    author = await community.make_actor(Role.TRAINEE)
    review, mentor = await hand_in(author=author), make_actor(Role.MENTOR)
    before = await everything(DraftReview, Case, Message)

    with pytest.raises(Forbidden):
        await review_draft(author, decision(review), expected_version=1)
    with pytest.raises(NotFound):
        await review_draft(make_actor(Role.AGENT), decision(review), expected_version=1)
    with pytest.raises(Conflict):
        await review_draft(mentor, decision(review), expected_version=7)
    for given in ({}, {"body": "Merhaba"}, {"comments": [{"start": 3, "end": 900, "text": "?"}]}):
        with pytest.raises(InvalidInput):
            await review_draft(mentor, decision(review, DraftDecision.RETURN, **given), expected_version=1)
    assert await everything(DraftReview, Case, Message) == before


async def test_reply_that_was_taken_back_is_withdrawn(store: Database) -> None:
    author = await community.make_actor(Role.TRAINEE)
    review = await hand_in(author=author)
    await undo_reply(author, review.message_id)

    with pytest.raises(AlreadyDone):
        await review_draft(make_actor(Role.MENTOR), decision(review), expected_version=1)
    await settle_review(review.message_id)
    await settle_review(review.message_id)

    assert (await fresh(review)).status is DraftReviewStatus.WITHDRAWN


async def test_two_mentors_at_once_send_once(store: Database) -> None:
    review = await hand_in()
    done = await asyncio.gather(
        *(review_draft(make_actor(Role.MENTOR), decision(review), expected_version=1) for _ in range(2)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in done) == ["Conflict", "Decided"]
    assert len((await everything())["jobs"]) == 1


async def test_turn_goes_to_the_next_reviewer_then_to_managers_then_to_a_holding_reply(store: Database) -> None:
    case = await make_case()
    mentors = {(await community.make_actor(Role.MENTOR)).member for _ in range(2)}
    review = await hand_in(case)
    assert case.first_response.due_at is not None
    deadline = case.first_response.due_at - RESERVE

    later(minutes=10)
    assert await act_on_reviews(10) == 1
    second = await fresh(review)
    assert ({second.reviewer_id, review.reviewer_id}, second.status) == (mentors, DraftReviewStatus.PENDING)
    later(minutes=10)
    await act_on_reviews(10)
    third = await fresh(review)
    assert (third.escalated_at is not None, third.next_act_at) == (True, deadline)
    later(seconds=(deadline - now()).total_seconds())
    await act_on_reviews(10)
    await act_on_reviews(10)
    last = await fresh(review)
    assert (last.status, last.next_act_at) == (DraftReviewStatus.SUPERSEDED, None)
    assert last.superseded_at is not None
    assert last.superseded_at <= case.first_response.due_at
    holding = await Message.get(holding_id(review))
    assert holding is not None
    assert (holding.body, holding.holding, holding.delivery_status) == (await holding_reply("tr"), True, DeliveryStatus.QUEUED)
    assert (await reply_of(review)).delivery_status is HELD
    assert await event_types(DraftReview) == ["DraftSubmitted", "DraftHandedOn", "DraftEscalated", "DraftSuperseded"]
    before = await everything()
    await handle_twice(subscribe)
    assert await everything() == before
    await review_draft(make_actor(Role.MENTOR), decision(review), expected_version=1)
    assert len((await everything())["jobs"]) == 2


@pytest.mark.parametrize("purpose", [None, "HOLDING_REPLY"])
async def test_holding_reply_outside_of_the_window_is_a_template_or_withheld_once(store: Database, purpose: str | None) -> None:
    channel = await open_channel()
    if purpose is not None:
        await set_template(channel, [{"purpose": purpose, "values": ["{{case.number}}"]}], body="{{1}}: bakıyoruz.")
    case = await say(await talk_on(channel), sent_at=now() - timedelta(hours=23, minutes=55))
    review = await hand_in(case)
    later(minutes=30)
    await act_on_reviews(10)

    with pytest.raises(InvalidInput, match="take this reply back or return it") as refused:
        await review_draft(make_actor(Role.MENTOR), decision(review), expected_version=1)
    assert refused.value.path == ("draft_review_id",)
    before = await everything()
    await handle_twice(subscribe)
    assert await everything() == before
    holding, held = await Message.get(holding_id(review)), await reread(case)
    if purpose is None:
        assert (holding, [str(one.purpose) for one in held.withheld]) == (None, ["HOLDING_REPLY"])
        assert (await event_types(Case)).count("ReplyWithheld") == 1
        return
    assert holding is not None
    assert (holding.body, holding.delivery_status, held.withheld) == (f"{case.number}: bakıyoruz.", DeliveryStatus.QUEUED, [])


async def test_holding_reply_has_its_variables_filled(store: Database) -> None:
    phrases = [{"locale": "tr", "text": "{{case.number}} numaralı konunuza bakıyoruz {{member.name}}."}]
    book = PhraseBookDraft.model_validate({"kind": PhraseBookKind.HOLDING_REPLY, "phrases": phrases})
    await set_phrases(make_actor(Role.ADMIN), book, expected_version=0)
    review = await hand_in()
    later(hours=30)
    await act_on_reviews(10)

    holding, case = await Message.get(holding_id(review)), await Case.get(review.case_id)
    assert holding is not None
    assert case is not None
    assert holding.body == f"{case.number} numaralı konunuza bakıyoruz."


async def test_clock_that_begins_to_run_brings_the_review_forward(store: Database) -> None:
    case = await make_case()
    await make_reply(case)
    author = await community.make_actor(Role.TRAINEE)
    review = await hand_in(await reread(case), author)
    assert (review.turn_ends_at - review.created_at, review.escalated_at) == (REVIEW_WITHIN, review.created_at)
    later(minutes=10)
    await act_on_reviews(10)
    assert (await fresh(review)).next_act_at is None

    answered = await say(await conversation_of(case))
    await retime_reviews(case.id)
    await retime_reviews(case.id)

    assert answered.next_response.due_at is not None
    assert (await fresh(review)).next_act_at == answered.next_response.due_at - RESERVE


async def test_lists_show_what_is_the_viewers(store: Database) -> None:
    author, mentor = await community.make_actor(Role.TRAINEE), make_actor(Role.MENTOR)
    review = await hand_in(author=author)

    assert [one.id for one in (await waiting_reviews(mentor, BEHIND)).items] == [review.id]
    assert (await count_waiting_reviews(mentor), await count_waiting_reviews(author)) == (1, 0)
    assert (await waiting_reviews(author, BEHIND)).items == []
    assert [one.id for one in (await own_reviews(author.member, BEHIND)).items] == [review.id]
    assert (await count_own_reviews(author.member), await count_own_reviews(mentor.member)) == (1, 0)
    of_case = [(await reviews_of_case(who, review.case_id, BEHIND)).items for who in (author, mentor, make_actor(Role.TRAINEE))]
    assert [len(rows) for rows in of_case] == [1, 1, 0]
    seen = [await reviews_by_ids(who, [review.id]) for who in (author, mentor, make_actor(Role.AGENT))]
    assert [len(rows) for rows in seen] == [1, 1, 0]


async def test_no_holding_reply_leaves_where_none_is_offered(store: Database) -> None:
    none = PhraseBookDraft(kind=PhraseBookKind.HOLDING_REPLY, phrases=[])
    await set_phrases(make_actor(Role.ADMIN), none, expected_version=0)
    review = await hand_in()
    later(hours=30)
    await act_on_reviews(10)

    late = await fresh(review)
    assert (late.status, await Message.get(holding_id(review))) == (DraftReviewStatus.SUPERSEDED, None)
    assert ((await reply_of(review)).delivery_status, (await everything())["jobs"]) == (HELD, [])


async def test_a_holding_reply_that_writers_crowd_out_is_tried_again(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crowded_out(*_: object) -> None:
        raise Overtaken

    review = await hand_in()
    later(hours=30)
    monkeypatch.setattr(letting_go, "change_as_read", crowded_out)
    with pytest.raises(Unavailable):
        await act_on_reviews(10)
    monkeypatch.undo()
    await handle_twice(subscribe, (DraftReview,))

    holding = await Message.get(holding_id(review))
    assert holding is not None
    assert (holding.delivery_status, len((await everything())["jobs"])) == (DeliveryStatus.QUEUED, 1)


async def test_nobody_decides_on_what_they_wrote_before_they_became_a_mentor(store: Database) -> None:
    author = await community.make_actor(Role.TRAINEE)
    review = await hand_in(author=author)
    promoted = make_actor(Role.MENTOR, member_id=author.member)
    with pytest.raises(Forbidden, match="of their own"):
        await review_draft(promoted, decision(review), expected_version=review.version)
    assert (await fresh(review)).status is DraftReviewStatus.PENDING


async def test_a_review_is_found_by_its_id_and_by_who_may_know_of_its_case(store: Database) -> None:
    author = await community.make_actor(Role.TRAINEE)
    review = await hand_in(author=author)
    elsewhere = make_actor(Role.EXPERT, member_id=author.member)  # reads no cases any more
    for actor, given in ((author, "msg_1"), (author, "drv_none"), (elsewhere, review.id)):
        told = ResubmissionDraft(draft_review_id=given, body="Yeniden.")
        with pytest.raises(NotFound) as refused:
            await resubmit_draft(actor, told, expected_version=review.version)
        assert refused.value.path == ("draft_review_id",)
    assert (await fresh(review)).body == review.body
