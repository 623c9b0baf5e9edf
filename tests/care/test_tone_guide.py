"""The company's own tone guide, and the note of what a customer needs."""

from collections.abc import Mapping

import pytest
from pydantic import ValidationError

from auth.actor import Role
from care.documents.brands import Brand
from care.documents.tone import AdviceSeverity, ToneGuide
from care.merging import merge_customers
from care.needs import KEPT_NEEDS, NeedsDraft, set_needs
from care.reading.customers import customers_by_ids
from care.reply_checks import AdviceKind, check_reply
from care.tone_guide import ToneGuideDraft, read_tone_guide, set_tone_guide, show_tone_guide
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.records import fresh, save
from tests.care.stored import event_types, everything
from tests.factories.care import make_actor, make_case, make_channel, make_conversation, make_customer

AGENT, MANAGER = make_actor(), make_actor(Role.MANAGER)


def guide(*rules: Mapping[str, object]) -> ToneGuideDraft:
    return ToneGuideDraft.model_validate({"rules": [{"reason": "Soğuk duruyor.", **rule} for rule in rules]})


async def test_reply_is_checked_by_the_rules_of_its_language_and_brand(store: Database) -> None:
    brand = Brand(id="brd_a", created_at=now(), name="Köprü Spor")
    await save(brand)
    channel = await make_channel(brand_id=brand.id)
    case = await make_case(await make_conversation(channel, await make_customer(channel)))
    rules = guide(
        {"avoid": "mağdur*", "prefer": "yaşadığınız aksaklık", "severity": "HIGH", "locale": "tr"},
        {"avoid": "as per policy", "locale": "en"},
        {"avoid": "iyi günler dileriz", "brand_id": brand.id, "severity": "LOW"},
    )
    await set_tone_guide(MANAGER, rules, expected_version=0)
    body = "Merhaba Ayşe Hanım, MAĞDURİYETİNİZ için üzgünüz. As per policy bakıyoruz, iyi günler dileriz."

    found = [one for one in await check_reply(AGENT, case.id, body) if one.kind is AdviceKind.TONE]

    assert [(body[one.start : one.end], one.severity, one.reason) for one in found] == [
        ("MAĞDURİYETİNİZ", AdviceSeverity.HIGH, "Soğuk duruyor. Rather: yaşadığınız aksaklık"),
        ("iyi günler dileriz", AdviceSeverity.LOW, "Soğuk duruyor."),
    ]
    other = await make_case()
    assert [one.kind for one in await check_reply(AGENT, other.id, "Merhaba Ayşe, iyi günler dileriz")] == []
    assert [one.kind for one in await check_reply(AGENT, other.id, "Hello Ayşe, this is as per policy")] == [AdviceKind.TONE]


async def test_guide_is_set_as_a_whole_by_who_may(store: Database) -> None:
    assert ((await show_tone_guide(AGENT)).version, (await read_tone_guide()).rules) == (0, [])
    first = await set_tone_guide(MANAGER, guide({"avoid": "kesinlikle"}), expected_version=0)
    second = await set_tone_guide(MANAGER, guide(), expected_version=first.version)
    assert (second.version, second.rules) == (first.version + 1, [])
    assert (await event_types(ToneGuide)).count("ToneGuideChanged") == 2
    before = await everything(ToneGuide)

    for version in (0, 9):
        with pytest.raises(Conflict):
            await set_tone_guide(MANAGER, guide(), expected_version=version)
    with pytest.raises(Forbidden):
        await set_tone_guide(AGENT, guide(), expected_version=second.version)
    with pytest.raises(InvalidInput) as refused:
        await set_tone_guide(MANAGER, guide({"avoid": "x"}, {"avoid": "y", "brand_id": "brd_none"}), expected_version=2)
    assert refused.value.path == ("rules", "1", "brand_id")
    for wrong in ({"avoid": "!?"}, {"avoid": "x", "locale": "de"}, {"avoid": ""}):
        with pytest.raises(ValidationError):
            guide(wrong)
    assert await everything(ToneGuide) == before


async def test_needs_of_a_customer_are_noted_with_what_was_noted_before(store: Database) -> None:
    customer = await make_customer()

    for number, text in enumerate(("Hızlı teslimat", "Hızlı teslimat, akşam saatleri", None), start=1):
        await set_needs(AGENT, NeedsDraft(customer_id=customer.id, needs=text), expected_version=number)

    noted = await fresh(customer)
    assert [(note.text, note.by) for note in noted.needs] == [
        ("Hızlı teslimat", AGENT.id),
        ("Hızlı teslimat, akşam saatleri", AGENT.id),
        (None, AGENT.id),
    ]
    for number in range(KEPT_NEEDS):
        noted = await set_needs(AGENT, NeedsDraft(customer_id=customer.id, needs=f"{number}"), expected_version=noted.version)
    assert [note.text for note in noted.needs] == [f"{number}" for number in range(KEPT_NEEDS)]


async def test_needs_of_a_duplicate_are_shown_with_the_survivors(store: Database) -> None:
    survivor, duplicate = await make_customer(), await make_customer()
    await set_needs(AGENT, NeedsDraft(customer_id=duplicate.id, needs="Fatura"), expected_version=1)
    await set_needs(AGENT, NeedsDraft(customer_id=survivor.id, needs="Teslimat"), expected_version=1)
    await merge_customers(AGENT, survivor.id, duplicate.id, expected_version=2, once=Once())

    shown = (await customers_by_ids(AGENT, [survivor.id]))[survivor.id]

    assert [note.text for note in shown.needs] == ["Fatura", "Teslimat"]
    assert [note.text for note in (await fresh(survivor)).needs] == ["Teslimat"]


async def test_noting_needs_is_refused_without_a_trace(store: Database) -> None:
    customer = await make_customer()
    draft = NeedsDraft(customer_id=customer.id, needs="Teslimat")
    noted = await set_needs(AGENT, draft, expected_version=1)
    before = await everything()

    with pytest.raises(AlreadyDone):
        await set_needs(AGENT, draft, expected_version=noted.version)
    with pytest.raises(Conflict):
        await set_needs(AGENT, NeedsDraft(customer_id=customer.id, needs="Fatura"), expected_version=9)
    with pytest.raises(Forbidden):
        await set_needs(make_actor(Role.TRAINEE), draft, expected_version=noted.version)
    with pytest.raises(NotFound):
        await set_needs(AGENT, NeedsDraft(customer_id="cus_none", needs="x"), expected_version=1)

    assert await everything() == before
