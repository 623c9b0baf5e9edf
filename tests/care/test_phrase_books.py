import pytest

from auth.actor import Role
from care.cases.obligations import fulfil_obligation
from care.documents.case_states import CaseStatus
from care.documents.obligations import ObligationKind
from care.documents.phrases import PhraseBookKind
from care.errors import ObligationOpen
from care.phrase_books import OWN_PHRASES, PhraseBookDraft, holding_reply, holds_phrase, read_phrases, set_phrases, show_phrases
from care.policies import may_close
from care.replies import release
from core.database import Database
from core.errors import Conflict, Forbidden, InvalidInput
from tests.factories.care import deliver, make_actor, make_case, make_reply

CONTACT = PhraseBookKind.CONTACT_DETAILS


def book(*texts: str, kind: PhraseBookKind = CONTACT, locale: str = "tr") -> PhraseBookDraft:
    return PhraseBookDraft.model_validate({"kind": kind, "phrases": [{"locale": locale, "text": text} for text in texts]})


@pytest.mark.parametrize(
    "body",
    [
        "Merhaba Ayşe Hanım, LÜTFEN İLETİŞİM BİLGİLERİNİZİ GÖNDERİN.",
        "iletisim bilgilerinizi gonderirseniz sizi ararız",
        "سلام، لطفاً اطلاعات تماس خود را بفرستید.",
        "لطفا اطلاعات تماس خود\u200cرا بفرستيد",
        "Please send us your **contact details** by private message.",
        "Lütfen iletişim bilgilerinizi özel mesajla gönderin.",
        "Telefon numaranızı bize mesaj yoluyla iletir misiniz?",
        "لطفاً اطلاعات تماس خود را از طریق پیام بفرستید.",
        "Please send your contact details by message, our colleagues will take care.",
        "Send us, by message, your current contact details",
    ],
)
def test_phrases_are_found_however_they_are_spelled(body: str) -> None:
    assert holds_phrase(OWN_PHRASES[CONTACT], body)


@pytest.mark.parametrize(
    "body",
    [
        "Kargonuz yolda.",
        "İletişim bilgilerinizi aldık. Paketi yarın gönderiyoruz.",
        "İletişim bilgilerinizi biz değiştirmeden önce size yeni bir bağlantı gönderiyoruz.",
        "Bilgilerinizi aldık, teşekkürler.",
        "اطلاعات شما را دیدیم",
        "",
    ],
)
def test_other_words_oblige_nobody(body: str) -> None:
    assert not holds_phrase(OWN_PHRASES[CONTACT], body)


async def test_reply_with_a_stock_phrase_starts_the_obligation_and_the_case_stays_open(store: Database) -> None:
    case, agent = await make_case(), make_actor(Role.MANAGER)

    reply = await make_reply(case, agent, body="Lütfen iletişim bilgilerinizi gönderin, hemen arayalım.")
    case = await deliver(reply.message)

    assert [(owed.kind, owed.message_id) for owed in case.owed] == [(ObligationKind.CONTACT_DETAILS, reply.message.id)]
    assert case.status is CaseStatus.PENDING
    assert isinstance(may_close(agent, case).refusal, ObligationOpen)

    again = await make_reply(case, agent, body="Tekrar rica edelim: iletişim bilgilerinizi paylaşın.")
    assert len(again.case.obligations) == 1  # the first is still owed

    done, _ = await fulfil_obligation(agent, case.obligations[0].id, expected_version=again.case.version)
    assert done.owed == []


async def test_what_is_released_with_other_words_obliges_by_those(store: Database) -> None:
    mentor, trainee = make_actor(Role.MENTOR), make_actor(Role.TRAINEE)
    with_phrase = await make_reply(await make_case(), trainee, body="Bakıyorum.")
    without = await make_reply(await make_case(), trainee, body="Telefon numaranızı gönderin.")
    assert (with_phrase.case.obligations, without.case.obligations) == ([], [])

    asked = await release(mentor, with_phrase.message.id, body="شماره تماس خود را بفرستید تا پیگیری کنیم.")
    answered = await release(mentor, without.message.id, body="Kargonuz bugün teslim edilecek.")

    assert [owed.kind for owed in asked.case.owed] == [ObligationKind.CONTACT_DETAILS]
    assert (answered.case.owed, answered.case.status) == ([], CaseStatus.OPEN)


async def test_mentors_set_the_phrases_and_others_only_see_them(store: Database) -> None:
    mentor, agent = make_actor(Role.MENTOR), make_actor()
    assert (await show_phrases(agent, CONTACT)).phrases == OWN_PHRASES[CONTACT]

    with pytest.raises(Forbidden):
        await set_phrases(agent, book("numaranızı yazın"), expected_version=0)
    with pytest.raises(Conflict):
        await set_phrases(mentor, book("numaranızı yazın"), expected_version=1)
    assert (await read_phrases(CONTACT)).version == 0

    kept = await set_phrases(mentor, book("numaranızı yazın"), expected_version=0)
    assert (kept.version, [phrase.text for phrase in kept.phrases]) == (1, ["numaranızı yazın"])
    with pytest.raises(Conflict) as stale:
        await set_phrases(mentor, book("başka sözler"), expected_version=0)
    assert stale.value.current == kept

    obliged = await make_reply(await make_case(), agent, body="Numaranızı yazın, arayalım.")
    free = await make_reply(await make_case(), agent, body="iletişim bilgilerinizi gönderin")
    assert (len(obliged.case.owed), len(free.case.owed)) == (1, 0)


async def test_words_for_customers_take_known_variables_alone(store: Database) -> None:
    mentor, kind = make_actor(Role.MENTOR), PhraseBookKind.HOLDING_REPLY

    def draft(text: str) -> PhraseBookDraft:
        return PhraseBookDraft.model_validate({"kind": kind, "phrases": [{"locale": "tr", "text": text}]})

    with pytest.raises(InvalidInput) as refused:
        await set_phrases(mentor, draft("Merhaba {{musteri}}, bakıyoruz."), expected_version=0)
    assert refused.value.path == ("phrases", "0", "text")
    kept = await set_phrases(mentor, draft("Merhaba {{customer.firstName}}, bakıyoruz."), expected_version=0)
    assert kept.version == 1


async def test_holding_reply_is_offered_in_the_customer_s_language(store: Database) -> None:
    own = {phrase.locale: phrase.text for phrase in OWN_PHRASES[PhraseBookKind.HOLDING_REPLY]}
    assert [await holding_reply(locale) for locale in ("tr", "fa", "en", None)] == [own["tr"], own["fa"], own["en"], own["en"]]

    await set_phrases(
        make_actor(Role.ADMIN), book("Uzmanlarımıza soruyoruz.", kind=PhraseBookKind.HOLDING_REPLY), expected_version=0
    )
    assert await holding_reply("fa") == "Uzmanlarımıza soruyoruz."

    await set_phrases(make_actor(Role.ADMIN), book(kind=PhraseBookKind.HOLDING_REPLY), expected_version=1)
    assert await holding_reply("tr") is None


def test_phrases_that_would_be_found_in_everything_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 8 letters"):
        book("a! e")
