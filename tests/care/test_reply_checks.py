import pytest

from auth.actor import Role
from care.documents.cases import Case
from care.documents.tone import AdviceSeverity
from care.personal_data import PersonalData, find_personal_data
from care.reply_checks import AdviceKind, check_reply
from core.database import Database
from core.errors import InvalidInput, NotFound
from tests.care.stored import everything
from tests.factories.care import deliver, make_actor, make_case, make_channel, make_conversation, make_customer, make_reply

AGENT = make_actor()


async def case_of(name: str | None = "Ayşe Demir") -> Case:
    channel = await make_channel()
    return await make_case(await make_conversation(channel, await make_customer(channel, name=name)))


async def kinds(case: Case, body: str) -> list[AdviceKind]:
    return [advice.kind for advice in await check_reply(AGENT, case.id, body)]


@pytest.mark.parametrize(
    ("text", "kind", "passage"),
    [
        ("Kart 4111 1111 1111 1111 ile", PersonalData.CARD_NUMBER, "4111 1111 1111 1111"),
        ("kart ۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱", PersonalData.CARD_NUMBER, "۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱"),
        ("TR33 0006 1005 1978 6457 8413 26 hesabına", PersonalData.IBAN, "TR33 0006 1005 1978 6457 8413 26"),
        ("IBAN: GB82WEST12345698765432.", PersonalData.IBAN, "GB82WEST12345698765432"),
        ("TC 10000000146", PersonalData.NATIONAL_ID, "10000000146"),
        ("ara: 0532 123 45 67", PersonalData.PHONE_NUMBER, "0532 123 45 67"),
        ("call +90 (532) 123-45-67!", PersonalData.PHONE_NUMBER, "+90 (532) 123-45-67"),
        ("زنگ ۰۹۱۲۳۴۵۶۷۸۹", PersonalData.PHONE_NUMBER, "۰۹۱۲۳۴۵۶۷۸۹"),
        ("Kart mı, telefon mu: 00905321112237", PersonalData.CARD_NUMBER, "00905321112237"),
    ],
)
def test_personal_data_is_known_by_its_check_digits(text: str, kind: PersonalData, passage: str) -> None:
    ((found, start, end),) = find_personal_data(text)

    assert (found, text[start:end]) == (kind, passage)


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "TR34 0006 1005 1978 6457 8413 26",
        "TR33 0006 1005 1978",
        "10000000147",
        "Sipariş 123456",
        "2026-11-26 13:00",
        "0000 0000 0000 0000",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert list(find_personal_data(text)) == []


async def test_passages_are_named_with_reason_and_severity(store: Database) -> None:
    case = await case_of()
    body = "Merhaba Ayşe, SİZE KAÇ KERE söyledik!!! {{customer.iban}} {{case.number}} 10000000146"
    before = await everything()

    found = await check_reply(AGENT, case.id, body)

    rows = [(advice.kind, advice.severity, body[advice.start : advice.end]) for advice in found]
    assert rows == [
        (AdviceKind.SHOUTING, AdviceSeverity.MEDIUM, "SİZE KAÇ KERE"),
        (AdviceKind.SHOUTING, AdviceSeverity.LOW, "!!!"),
        (AdviceKind.UNFILLED_VARIABLE, AdviceSeverity.HIGH, "{{customer.iban}}"),
        (AdviceKind.NATIONAL_ID, AdviceSeverity.HIGH, "10000000146"),
    ]
    assert all(advice.reason for advice in found)
    assert await everything() == before


async def test_first_answer_greets_by_name_and_later_ones_need_not(store: Database) -> None:
    case, nameless = await case_of(), await case_of(None)

    assert await kinds(case, "Bakıyoruz.") == [AdviceKind.GREETING_MISSING, AdviceKind.NAME_MISSING]
    assert await kinds(case, "Sayın {{customer.name}}, bakıyoruz.") == []
    assert await kinds(case, "AYŞE hanım iyi günler") == []
    assert await kinds(nameless, "سلام، بررسی می‌کنیم") == []
    await deliver((await make_reply(case)).message)
    assert await kinds(case, "Bakıyoruz.") == []


async def test_only_who_may_know_of_the_case_is_advised(store: Database) -> None:
    case = await case_of()

    with pytest.raises(NotFound):
        await check_reply(make_actor(Role.AGENCY), case.id, "Merhaba")
    with pytest.raises(InvalidInput):
        await check_reply(AGENT, case.id, " ")
