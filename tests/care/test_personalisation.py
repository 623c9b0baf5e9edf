import pytest

from auth.actor import Role
from care.documents.cases import Case
from care.personalisation import VARIABLES, preview_reply
from care.replies import ReplyDraft, release, reply_to_case
from core.database import Database
from core.errors import InvalidInput, NotFound
from core.idempotency import Once
from tests.care.stored import everything
from tests.factories.care import make_actor, make_case, make_channel, make_conversation, make_customer
from tests.factories.community import make_member


async def case_of(name: str | None = "Ayşe Demir") -> Case:
    channel = await make_channel()
    return await make_case(await make_conversation(channel, await make_customer(channel, name=name)))


def draft(case: Case, body: str) -> ReplyDraft:
    return ReplyDraft(case_id=case.id, conversation_id=case.conversation_ids[0], body=body)


async def test_reply_is_filled_for_its_reader_and_its_writer(store: Database) -> None:
    member, case = await make_member(display_name="Zeynep Kaya"), await case_of()
    body = "Merhaba {{customer.firstName}}, {{ customer.name }} adına {{case.number}} numaralı kaydı açtım. {{member.name}} {ok}"

    reply = await reply_to_case(make_actor(member_id=member.id), draft(case, body), once=Once())

    wanted = f"Merhaba Ayşe, Ayşe Demir adına {case.number} numaralı kaydı açtım. Zeynep Kaya {{ok}}"
    assert reply.message.body == wanted
    assert await preview_reply(make_actor(member_id=member.id), case.id, body) == wanted


async def test_released_text_is_filled_with_its_authors_name(store: Database) -> None:
    member, case = await make_member(display_name="Dara Aydın"), await case_of()
    held = await reply_to_case(make_actor(Role.TRAINEE, member_id=member.id), draft(case, "Bakıyorum."), once=Once())

    released = await release(make_actor(Role.MENTOR), held.message.id, body="{{member.name}}: bakıyorum, {{customer.firstName}}.")

    assert released.message.body == "Dara Aydın: bakıyorum, Ayşe."


async def test_a_customers_name_becomes_neither_a_link_nor_a_variable(store: Database) -> None:
    case = await case_of("[Tıkla](https://bad.example) {{case.number}}")

    assert await preview_reply(make_actor(), case.id, "{{customer.name}}") == "Tıkla(https://bad.example) case.number"


@pytest.mark.parametrize(
    ("body", "name", "message"),
    [
        (
            "{{customer.iban}}",
            "Ayşe",
            f"There is no variable customer.iban; use {', '.join(VARIABLES)} or link. and the code of a link.",
        ),
        ("{{member.name}}", "Ayşe", "The variable member.name has no value in this case; write it out."),
        ("{{customer.firstName}}", None, "The variable customer.firstName has no value in this case; write it out."),
    ],
)
async def test_variable_without_a_value_is_refused_and_nothing_is_said(
    store: Database, body: str, name: str | None, message: str
) -> None:
    case = await case_of(name)
    before = await everything()

    with pytest.raises(InvalidInput) as refusal:
        await reply_to_case(make_actor(), draft(case, body), once=Once())

    assert (refusal.value.message, refusal.value.path) == (message, ("body",))
    assert await everything() == before


async def test_preview_needs_a_case_that_one_may_see(store: Database) -> None:
    case = await case_of()
    with pytest.raises(NotFound):
        await preview_reply(make_actor(Role.HR), case.id, "Merhaba")
