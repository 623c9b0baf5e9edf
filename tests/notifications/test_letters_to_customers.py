"""E-mails to customers: who is told of what happens in the portal, in whose words, how often, and of what they are not told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from auth.accounts import disable_account
from auth.actor import ANONYMOUS, SYSTEM, Actor, Role
from care.cases.merging import MergeDraft, merge_cases
from care.documents.case_states import CaseOrigin
from care.documents.conversations import Message, Retraction, RetractionState
from care.documents.customers import Customer
from care.merging import merge_customers, undo_merge
from care.notes import NoteDraft, add_internal_note
from care.replies import ReplyDraft, reply_to_case
from care.requests import Contact, RequestDraft, submit_request
from care.retractions.asking import RetractionDraft, retract_message
from community.documents import Question
from community.ideas.ideas import IdeaDraft, submit_idea
from community.notices.documents import Notice, NoticeKind
from community.notices.notices import ReadDraft, mark_notices_read
from community.outcomes.documents import Outcome, OutcomeStatus
from community.public_questions import PublicQuestionDraft, ask_public_question
from core.clock import clock, now
from core.database import Database
from core.idempotency import Once
from core.ids import new_id, with_prefix
from core.records import change, fresh, save
from notifications.letters.customer_texts import CUSTOMER_WORDS
from notifications.letters.customers import LONGEST_SAID, MOST_SAID
from notifications.letters.documents import Letter, LetterState
from notifications.letters.gathering import GATHERED_FOR
from notifications.letters.names import write_token
from notifications.letters.recipients import contents_of
from tests.care.ingest.sender import KEYRING
from tests.care.mail.post import PostOffice, post_office
from tests.factories.care import deliver, make_actor, make_case, make_reply, reread
from tests.notifications.customers import (
    ADDRESS,
    account_of,
    answer,
    hear_of,
    make_asker,
    make_request,
    open_account,
    shown_as,
    tell,
)
from tests.notifications.post import SENDER, URL, only_letter, send_all, settings_of
from tests.notifications.test_letters import body

K = NoticeKind
LATER = GATHERED_FOR + timedelta(seconds=1)


async def send_now(store: Database, office: PostOffice) -> None:
    """Let the time of gathering pass, and what is due leave."""
    await send_all(store, office, after=LATER)


def gathering_begins() -> None:
    """Let time pass until e-mails begin to gather anew."""
    clock.shift(timedelta(minutes=10 - now().minute % 10, seconds=-now().second))


@pytest.mark.parametrize(
    ("asked", "language", "subject", "note"),
    [
        ("Hello, I sent the parcel back two weeks ago and nobody has told me anything.", "en", "There is an answer to",
         "Please answer in the portal: nobody reads answers to this e-mail."),
        ("Merhaba, kargoyu iki hafta önce geri gönderdim ve kimse bana bir şey söylemedi.", "tr", "numaralı talebinize yanıt var",
         "Lütfen portaldan yanıtlayın: bu e-postaya gelen yanıtlar okunmaz."),
        ("سلام، دو هفته پیش بسته را پس فرستادم و هیچ کس به من چیزی نگفته است.", "fa", "پاسخ داده شد",
         "لطفاً در پرتال پاسخ دهید: پاسخ به این ایمیل خوانده نمی‌شود."),
    ],
)  # fmt: skip
async def test_reply_reaches_the_account_in_the_language_of_the_request(
    store: Database, asked: str, language: str, subject: str, note: str
) -> None:
    actor = await make_asker()
    case = await make_request(actor, RequestDraft(subject="İade <kargo>", body=asked))
    async with post_office() as office:
        await answer(case, "It is **on its way**, <b>today</b>.")
        await send_now(store, office)
        await send_now(store, office)

    ((sender, recipients, _),) = office.taken
    assert (sender, recipients) == (SENDER, [ADDRESS])
    (mail,) = office.mails()
    assert (mail["Content-Language"], mail["Auto-Submitted"]) == (language, "auto-generated")
    assert subject in mail["Subject"]
    assert "İade <kargo>" in mail["Subject"]
    link = f"{URL}/notifications/unsubscribe/{write_token(KEYRING, shown_as(actor), 'REQUESTS')}"
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (f"<{link}>", "List-Unsubscribe=One-Click")
    text = body(mail, "plain")
    place = f"https://portal.narin.example/{with_prefix('req', case.id)}"
    assert f"It is **on its way**, <b>today</b>.\n\n  {place}\n\n{note}\n\n-- \n" in text
    assert "Ayşe Demir" in text.splitlines()[0]
    page = body(mail, "html")
    assert "<strong>on its way</strong>" in page
    assert "<b>today" not in page
    assert "<kargo>" not in page
    assert f'<a href="{place}">' in page
    assert str(actor.customer_id) not in office.taken[0][2].decode()
    assert (await only_letter()).state is LetterState.SENT


async def test_profile_says_the_language_before_words_and_account(store: Database) -> None:
    actor = await make_asker(locale="fa")
    customer = await Customer.get(str(actor.customer_id))
    assert customer is not None
    case = await make_request(actor)
    async with post_office() as office:
        await answer(case)
        await change(customer, lambda current: setattr(current, "locale", "tr-TR"))
        await send_now(store, office)
        question = await ask_public_question(actor, PublicQuestionDraft(title="Kargo ne zaman gelir?", body="-"), once=Once())
        await change(await fresh(customer), lambda current: setattr(current, "locale", None))
        await tell(actor, K.QUESTION_PUBLISHED, question.id)
        await send_now(store, office)

    assert [mail["Content-Language"] for mail in office.mails()] == ["tr", "fa"]


async def test_replies_within_ten_minutes_are_one_email_and_later_ones_the_next(store: Database) -> None:
    actor = await make_asker()
    case = await make_request(actor)
    other = await make_request(actor)
    async with post_office() as office:
        gathering_begins()
        for number, text in enumerate(("First.", "Second."), start=1):
            await answer(case, text, number=number)
        await answer(other, "Elsewhere.", number=3)
        await send_all(store, office)
        assert office.taken == []
        await send_now(store, office)
        await answer(case, "Third.", number=4)
        await send_now(store, office)

    texts = [body(mail, "plain") for mail in office.mails()]
    words = ("First.", "Second.", "Elsewhere.", "Third.")
    assert sorted([word for word in words if word in text] for text in texts) == [
        ["Elsewhere."],
        ["First.", "Second."],
        ["Third."],
    ]
    both = next(text for text in texts if "First." in text)
    assert both.index("First.") < both.index("Second.")


async def test_long_and_many_replies_are_cut(store: Database) -> None:
    case = await make_request(await make_asker())
    async with post_office() as office:
        gathering_begins()
        for number in range(MOST_SAID + 1):
            await answer(case, f"No {number}. " + "x" * (LONGEST_SAID if number == MOST_SAID else 1), number=number + 1)
        await send_now(store, office)

    (mail,) = office.mails()
    text = body(mail, "plain")
    assert "x" * (LONGEST_SAID - 7) in text
    assert "x" * (LONGEST_SAID - 6) not in text
    assert [f"No {number}." in text for number in range(3)] == [False, True, True]


async def test_what_was_read_meanwhile_leaves_no_email(store: Database) -> None:
    actor = await make_asker()
    case = await make_request(actor)
    async with post_office() as office:
        await answer(case)
        (notice,) = await Notice.find_all().to_list()
        assert (notice.kind, notice.target_id) == (K.REQUEST_ANSWERED, with_prefix("req", case.id))
        assert await mark_notices_read(actor, ReadDraft(notice_ids=[notice.id])) == 0
        await send_now(store, office)

    assert office.taken == []
    assert (await only_letter()).state is LetterState.NEEDLESS


async def test_held_internal_and_other_channels_words_are_told_to_nobody(store: Database) -> None:
    actor = await make_asker()
    case = await make_request(actor)
    held = (await make_reply(case, make_actor(Role.TRAINEE), body="INT-held")).message
    note = await add_internal_note(make_actor(), NoteDraft(case_id=case.id, body="INT-note"), once=Once())
    complaint = await make_case()
    await open_account(str(complaint.customer_id), "elsewhere@musteri.example")
    elsewhere = (await make_reply(complaint)).message
    await deliver(elsewhere)
    own = (await Message.find({"case_id": case.id, "direction": "INBOUND"}).to_list())[0]
    for message_id in (held.id, note.id, elsewhere.id, own.id, "msg_gone"):
        await hear_of(message_id)

    assert await Notice.find_all().to_list() == []
    assert await Letter.find_all().to_list() == []


async def test_what_the_company_began_is_told_before_its_case_says_that_it_reached_anybody(store: Database) -> None:
    case = await make_request(await make_asker())
    await change(case, lambda current: setattr(current, "origin", CaseOrigin.COMPANY))
    await make_reply(case, body="We have news.")
    assert (await reread(case)).reached_at is None
    (message,) = await Message.find({"case_id": case.id, "direction": "OUTBOUND"}).to_list()

    await hear_of(message.id)

    (notice,) = await Notice.find_all().to_list()
    assert notice.target_id == with_prefix("req", case.id)


async def test_what_changes_of_an_old_reply_is_no_news(store: Database) -> None:
    case = await make_request(await make_asker())
    message = (await make_reply(case)).message
    clock.shift(timedelta(minutes=2))
    await hear_of(message.id)

    assert await Notice.find_all().to_list() == []


@pytest.mark.parametrize("state", [RetractionState.RETRACTING, RetractionState.RETRACTED])
async def test_reply_that_is_taken_back_before_the_email_left_is_not_in_it(store: Database, state: RetractionState) -> None:
    case = await make_request(await make_asker())
    async with post_office() as office:
        message = await answer(case, "Wrong customer!")
        draft = RetractionDraft(message_id=message.id, reason="Yanlış müşteri")
        back = (await retract_message(make_actor(Role.MANAGER), draft, expected_version=message.version)).message
        assert back.retraction is not None
        await change(back, lambda current: setattr(current, "retraction", retraction_in(current, state)))
        await send_now(store, office)

    assert office.taken == []
    assert (await only_letter()).state is LetterState.NEEDLESS


async def test_reply_that_is_gone_before_anybody_heard_of_it_is_no_news(store: Database) -> None:
    message = (await make_reply(await make_request(await make_asker()))).message
    await change(message, lambda current: setattr(current, "deleted_at", now()))
    await hear_of(message.id)

    assert await Notice.find_all().to_list() == []


def retraction_in(message: Message, state: RetractionState) -> Retraction:
    assert message.retraction is not None
    return message.retraction.model_copy(update={"state": state})


async def test_only_accounts_that_can_sign_in_are_told(store: Database) -> None:
    gone, leaving = await make_asker(), await make_asker("leaving@musteri.example")
    await disable_account(SYSTEM, (await account_of(gone)).id)
    await answer(await make_request(gone))
    stranger = RequestDraft(subject="İade", body="Merhaba?", contact=Contact(email="x@musteri.example"))
    await answer(await reread(await submit_request(ANONYMOUS, stranger, once=Once())), number=8)
    assert await Notice.find_all().to_list() == []

    async with post_office() as office:
        await answer(await make_request(leaving), number=9)
        await disable_account(SYSTEM, (await account_of(leaving)).id)
        await send_now(store, office)

    assert office.taken == []
    assert (await only_letter()).state is LetterState.NEEDLESS


@pytest.mark.parametrize("change_of", [{"deleted_at": True}, {"is_practice": True}])
async def test_customer_who_is_gone_or_only_played_is_not_written_to(store: Database, change_of: dict[str, bool]) -> None:
    actor = await make_asker()
    async with post_office() as office:
        await answer(await make_request(actor))
        customer = await Customer.get(str(actor.customer_id))
        assert customer is not None
        ((name, _),) = change_of.items()
        await change(customer, lambda current: setattr(current, name, now() if name == "deleted_at" else True))
        await send_now(store, office)

    assert office.taken == []


async def version_of(customer_id: str) -> int:
    found = await Customer.get(customer_id)
    assert found is not None
    return found.version


async def test_parted_customers_are_written_only_what_is_theirs(store: Database) -> None:
    agent, ayse, baran = make_actor(), await make_asker(), await make_asker("baran@musteri.example")
    mine, theirs = await make_request(ayse), await make_request(baran, RequestDraft(subject="Fatura", body="Where is it?"))
    survivor, duplicate = str(ayse.customer_id), str(baran.customer_id)
    merged = await merge_customers(agent, survivor, duplicate, expected_version=await version_of(duplicate), once=Once())
    talk = theirs.conversation_ids[0]
    await merge_cases(agent, MergeDraft(case_id=theirs.id, into_id=mine.id), expected_version=theirs.version)
    async with post_office() as office:
        draft = ReplyDraft(case_id=mine.id, conversation_id=talk, body="KANARYA")
        message = (await reply_to_case(agent, draft, once=Once())).message
        await hear_of(message.id)
        assert merged.duplicate.merge is not None
        (notice,) = await Notice.find_all().to_list()
        assert notice.customer_id == survivor
        await undo_merge(agent, merged.duplicate.merge.id)
        await send_now(store, office)

    assert office.taken == []
    assert (await only_letter()).state is LetterState.NEEDLESS


async def test_merged_customer_is_written_to_as_the_portal_shows_it(store: Database) -> None:
    agent, ayse, baran = make_actor(), await make_asker(), await make_asker("baran@musteri.example")
    survivor, duplicate = str(ayse.customer_id), str(baran.customer_id)
    theirs = await make_request(baran)
    await merge_customers(agent, survivor, duplicate, expected_version=await version_of(duplicate), once=Once())
    async with post_office() as office:
        await answer(theirs)
        await send_now(store, office)

    assert [recipients for _, recipients, _ in office.taken] == [["baran@musteri.example"]]


async def asked_in_public(actor: Actor, title: str = "Kargo ne zaman gelir?") -> Question:
    return await ask_public_question(actor, PublicQuestionDraft(title=title, body="Merak ediyorum."), once=Once())


@pytest.mark.parametrize("kind", [kind for kind in K if kind is not K.REQUEST_ANSWERED])
async def test_every_kind_of_notice_is_written_of(store: Database, kind: NoticeKind) -> None:
    actor = await make_asker()
    question = await asked_in_public(actor, "İade <b>süresi</b> nedir?")
    idea = await submit_idea(actor, IdeaDraft(title="Kargo takip bildirimi", body="Yola çıkınca haber verin."), once=Once())
    outcome = Outcome(
        id=new_id("out"), created_at=now(), title="Kutular küçüldü", heard="-", done="-", author_id="mem_x",
        status=OutcomeStatus.PUBLISHED,
    )  # fmt: skip
    await save(outcome)
    target, title, shown = {
        K.IDEA_ANSWERED: (idea.id, idea.title, with_prefix("pid", idea.id)),
        K.OUTCOME_PUBLISHED: (outcome.id, outcome.title, with_prefix("pou", outcome.id)),
    }.get(kind, (question.id, question.title, with_prefix("pqs", question.id)))
    async with post_office() as office:
        await tell(actor, kind, target)
        await tell(actor, kind, target, number=8)
        await send_now(store, office)

    (mail,) = office.mails()
    text = body(mail, "plain")
    assert mail["Subject"] == CUSTOMER_WORDS["en"].told[kind].format(title=title)
    assert f"- {mail['Subject']}\n  https://portal.narin.example/{shown}\n" in text
    assert "No more e-mails about questions, answers and ideas: " in text
    assert "<b>" not in body(mail, "html")


async def test_news_of_the_community_are_gathered_and_what_is_gone_is_left_out(store: Database) -> None:
    actor = await make_asker()
    questions = [await asked_in_public(actor, f"Kargo ne zaman gelir {number}?") for number in range(3)]
    async with post_office() as office:
        gathering_begins()
        for number, question in enumerate(questions):
            await tell(actor, K.QUESTION_ANSWERED, question.id, number=number + 1)
        await change(questions[1], lambda current: setattr(current, "deleted_at", now()))
        await send_now(store, office)

    (mail,) = office.mails()
    assert mail["Subject"] == "2 pieces of news for you"
    assert [title in body(mail, "plain") for title in (one.title for one in questions)] == [True, False, True]


async def test_without_a_portal_there_is_no_link(store: Database) -> None:
    actor = await make_asker()
    await answer(await make_request(actor))
    letter = await only_letter()
    contents = await contents_of(letter, replace(settings_of(25), portal_url=None), keyring=KEYRING)

    assert contents is not None
    assert [(row.link, row.said) for row in contents.rows] == [(None, ("Geld is **on its way**.",))]
