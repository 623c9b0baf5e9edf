import pytest

from auth.actor import Role
from care.cases.priorities import PriorityDraft, set_priority
from care.cases.severity import feeling_of
from care.documents.case_states import Priority
from care.documents.cases import Case
from care.documents.conversations import Message, SentimentLabel, Visibility
from care.messages import edit_message
from core.clock import now
from core.database import Database
from tests.care.stored import event_types
from tests.factories.care import make_actor, make_channel, make_conversation, make_customer, say

ANGRY = "Rezalet! Siparişim bozuk geldi, kimse ilgilenmiyor!!"
FURIOUS_PERSIAN = "افتضاح است! سفارشم خراب رسید و هیچ‌کس پاسخ نمی‌دهد!!"


async def heard(body: str, *, followers: int | None = 5_400, visibility: Visibility = Visibility.PUBLIC) -> Case:
    channel = await make_channel()
    customer = await make_customer(channel, followers=followers)
    return await say(await make_conversation(channel, customer, visibility=visibility), body)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (ANGRY, SentimentLabel.NEGATIVE),
        (FURIOUS_PERSIAN, SentimentLabel.NEGATIVE),
        ("This is a scam, my order never arrived", SentimentLabel.NEGATIVE),
        ("Çok teşekkürler, harika hizmet!", SentimentLabel.POSITIVE),
        ("خیلی ممنون، عالی بود", SentimentLabel.POSITIVE),
        ("iyi değil", SentimentLabel.NEGATIVE),
        ("Kargom hangi depoda?", SentimentLabel.NEUTRAL),
        ("سلام، روز شما بخیر", SentimentLabel.NEUTRAL),
    ],
)
def test_mood_is_told_in_three_languages(text: str, label: SentimentLabel) -> None:
    felt = feeling_of(text)
    assert felt is not None
    assert felt.label is label
    assert (felt.score < 0, felt.score > 0) == (label is SentimentLabel.NEGATIVE, label is SentimentLabel.POSITIVE)


def test_what_has_no_words_has_no_mood() -> None:
    assert [feeling_of(text) for text in ("", "…", "\u200c")] == [None, None, None]


async def test_severity_is_mood_times_reach_times_repeat(store: Database) -> None:
    quiet, public = await heard(ANGRY, visibility=Visibility.PRIVATE), await heard(ANGRY)
    famous, friendly = await heard(ANGRY, followers=2_000_000), await heard("Teşekkürler, harikasınız!")
    unknown = await heard(ANGRY, followers=None)

    assert 0 == friendly.severity < quiet.severity == unknown.severity < public.severity < famous.severity
    assert (quiet.priority, public.priority, famous.priority) == (Priority.MEDIUM, Priority.MEDIUM, Priority.HIGH)
    assert famous.sentiment is not None
    assert famous.sentiment.label is SentimentLabel.NEGATIVE
    message = await Message.get(famous.last_message_id or "")
    assert message is not None
    assert message.sentiment == famous.sentiment


async def test_saying_it_again_makes_it_graver_and_kind_words_hide_nothing(store: Database) -> None:
    channel = await make_channel()
    conversation = await make_conversation(channel, await make_customer(channel, followers=2_000_000))
    first = await say(conversation, ANGRY)

    second = await say(conversation, "Hâlâ bekliyorum.")
    third = await say(conversation, "Teşekkürler.")

    assert first.severity < second.severity < third.severity
    assert third.sentiment is not None
    assert third.sentiment.label is SentimentLabel.POSITIVE
    assert (first.priority, third.priority) == (Priority.HIGH, Priority.URGENT)
    assert (await event_types(Case)).count("PriorityChanged") == 1


async def test_earlier_case_of_the_same_customer_counts_as_repeat(store: Database) -> None:
    channel = await make_channel()
    customer = await make_customer(channel)
    first = await say(await make_conversation(channel, customer), FURIOUS_PERSIAN)

    second = await say(await make_conversation(channel, customer), FURIOUS_PERSIAN)

    assert (first.earlier_cases, second.earlier_cases) == (0, 1)
    assert second.severity > first.severity


async def test_priority_set_by_hand_stays(store: Database) -> None:
    channel = await make_channel()
    conversation = await make_conversation(channel, await make_customer(channel, followers=2_000_000))
    case = await say(conversation, ANGRY)
    manager = make_actor(Role.MANAGER)
    await set_priority(manager, PriorityDraft(case_id=case.id, priority=Priority.LOW), expected_version=case.version)

    for _ in range(3):
        case = await say(conversation, ANGRY)

    assert (case.priority, case.priority_by_hand) == (Priority.LOW, True)
    assert case.severity > 60


async def test_edited_message_is_judged_anew(store: Database) -> None:
    case = await heard(ANGRY)
    message = await Message.get(case.last_message_id or "")
    assert message is not None

    edited = await edit_message(message, body="Çözüldü, teşekkürler!", at=now())

    assert edited.sentiment is not None
    assert edited.sentiment.label is SentimentLabel.POSITIVE
