"""Texts of real people: what could tell who they are goes, and a second look finds what did not."""

from datetime import UTC, datetime

import pytest

from care.documents.cases import Case
from care.documents.channels import ChannelKind
from care.documents.customers import Customer, Identity
from coaching.practice.anonymising import Disguise, Original, leftovers, original_of

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def known(name: str, handle: str, **more: object) -> Original:
    identity = Identity(key="c:u", channel_id="c", channel_kind=ChannelKind.X, external_id="u-93012", handle=handle)
    customer = Customer.model_construct(id="cus_1", created_at=AT, display_name=name, identities=[identity], **more)
    case = Case.model_construct(fields=[])
    return original_of(case, [customer], ["Selin"])


TURKISH = known("Ayşe Demirtaş", "@aysedemirtas", email="ayse.d@posta.example", phone="+90 532 417 66 08")
PERSIAN = known("نگار صادقی", "@negar_s", phone="۰۹۱۲ ۳۴۵ ۶۷ ۸۹")
ENGLISH = known("Margaret O'Neill", "@maggie_on", email="maggie@oneill.org")

TEXTS = [
    (TURKISH, "Ben Ayşe Demirtaş, AYŞE'nin kargosu gelmedi. Demirtaşların adresi: Gül Sokak No: 12, Ada Mahallesi."),
    (TURKISH, "Numaram 0532 417 66 08, sipariş TR-481920, mail ayse.d@posta.example, sayfam https://aysedemirtas.biz/x"),
    (TURKISH, "@aysedemirtas olarak yazıyorum; @narin cevap vermiyor. Selin'e de söyledim. aysedemirtas.com"),
    (TURKISH, "IBAN TR33 0006 1005 1978 6457 8413 26; kart 5400-3612-0000-1234"),
    (PERSIAN, "من نگار صادقی هستم، شماره‌ام ۰۹۱۲ ۳۴۵ ۶۷ ۸۹ و آدرس: خیابان گلستان پلاک ۱۲"),
    (PERSIAN, "سفارش ٤٨١٩٢٠ نرسید، صادقي نوشتم، negar_s@mail.example"),
    (ENGLISH, "This is Margaret O'Neill of 12 Baker Street. Margaret's order no 99182-77, call (020) 7946 0018."),
    (ENGLISH, "I am MARGARET, maggie@oneill.org, www.oneill.org/shop, @maggie_on or maggie_on"),
]  # fmt: skip
REAL = [
    "ayşe", "AYŞE", "Demirtaş", "532", "417 66", "481920", "posta.example", "biz/x", "aysedemirtas", "narin cevap", "Selin",
    "6457", "3612", "نگار", "صادق", "صادقي", "۳۴۵", "گلستان", "٤٨١", "negar", "Margaret", "MARGARET", "O'Neill", "Baker",
    "99182", "7946", "oneill", "maggie", "Gül", "Ada Mah",
]  # fmt: skip


@pytest.mark.parametrize(("original", "text"), TEXTS)
def test_nothing_of_the_real_person_stays(original: Original, text: str) -> None:
    hidden = Disguise(original).put_on(text)

    assert [word for word in REAL if word in hidden and word != "narin cevap"] == []
    assert leftovers([hidden], original) == []
    assert leftovers([text], original) != []


def test_what_was_meant_stays_to_be_read() -> None:
    text = "Merhaba, 2 paketim 14 gündür gelmedi; Ayşe Demirtaş adına, kargo firması yanıt vermiyor!"

    assert Disguise(TURKISH).put_on(text) == (
        "Merhaba, 2 paketim 14 gündür gelmedi; Deniz Deniz adına, kargo firması yanıt vermiyor!"
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Bunu ayse yazdı", "a name"),
        ("A y s e d e m i r t a s", "a handle or value"),
        ("0(532)417-66.08", "a number"),
        ("٠٥٣٢٤١٧٦٦٠٨", "a number"),
        ("Sipariş 77123", "a number"),
        ("birine@yaz.example", "an e-mail address"),
        ("bkz. http://narin.example/1", "a link"),
        ("selinle konuştum", "a name"),
    ],
)
def test_second_look_finds_what_is_written_otherwise(text: str, kind: str) -> None:
    assert kind in {one.kind for one in leftovers([text], TURKISH)}


def test_name_of_two_letters_is_known_by_itself_alone() -> None:
    original = known("Su Ay", "@su_ay")

    assert Disguise(original).put_on("Su'nun suyu aylardır yok") == "Deniz'nun suyu aylardır yok"
    assert [len(leftovers([text], original)) for text in ("su geldi", "suyu geldi")] == [1, 0]


def test_stand_in_is_nobody_with_the_same_name() -> None:
    assert Disguise(known("Deniz Kaya", "@dk")).name == ("Sam", "Sample")
    assert Disguise(ENGLISH).name == ("Deniz", "Örnek")


def test_short_numbers_and_places_without_names_tell_nobody() -> None:
    assert leftovers(["3 gün, 20 TL, %15, 10:30", "someone@example.com", "https://example.com/", "0000"], TURKISH) == []
