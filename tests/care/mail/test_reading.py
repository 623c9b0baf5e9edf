"""Making out e-mails: character sets, parts, HTML, quotations, and whatever else comes."""

import time
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from care.documents.conversations import DeliveryStatus, Message
from care.mail import parts as mail_parts
from care.mail.plain_text import without_quotation, words_of_html
from care.mail.reading import read_mail
from core.database import Database
from tests.care.mail.post import arrive, make_mail_channel, written
from tests.care.mail.test_taking_in import bounce


def text_of(raw: bytes) -> str:
    mail = read_mail(raw)
    assert mail is not None
    return mail.text


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("windows-1254", "Siparişim gelmedi, ığüşöç İĞÜŞÖÇ"),
        ("iso-8859-9", "Siparişim gelmedi"),
        ("windows-1256", "سفارش من نرسيد"),
        ("utf-8", "سفارش من نرسید، خواهش می‌کنم"),
    ],
)
def test_words_are_read_in_the_character_set_they_name(charset: str, text: str) -> None:
    head = f"From: a@example.com\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"

    assert text_of(head.encode() + text.encode(charset)) == text


@pytest.mark.parametrize("named", ["", "; charset=nonsense", "; charset=us-ascii", '; charset="utf-8', "; charset=utf-7"])
def test_character_set_that_is_wrong_or_missing_is_guessed(named: str) -> None:
    head = f"From: a@example.com\r\nContent-Type: text/plain{named}\r\n\r\n".encode()

    assert text_of(head + "Şikâyet".encode()) == "Şikâyet"
    assert text_of(head + "Şikâyet".encode("windows-1254")) == "Şikâyet"


def parts(*, html: str, plain: str | None = None) -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "a@example.com"
    if plain is None:
        mail.set_content(html, subtype="html")
    else:
        mail.set_content(plain)
        mail.add_alternative(html, subtype="html")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="fatura/şubat.png")
    return mail.as_bytes()


def test_of_two_renderings_the_plain_one_is_read_and_files_are_listed() -> None:
    mail = read_mail(parts(html="<p>HTML</p>", plain="Düz metin"))

    assert mail is not None
    assert mail.text == "Düz metin"
    assert [(one.place, one.name, one.content_type, one.size, one.content) for one in mail.parts] == [
        (1, "fatura şubat.png", "image/png", 4, b"\x89PNG")
    ]


def test_html_alone_becomes_words() -> None:
    html = (
        "<style>p{}</style><p>Merhaba <b>Narin</b>,</p><ul><li>bir</li><li>iki</li></ul><a href='https://n.example/x'>buraya</a>"
    )

    assert text_of(parts(html=html)) == "Merhaba Narin,\n\n- bir\n- iki\nburaya (https://n.example/x)"


@pytest.mark.parametrize(
    ("link", "read"),
    [
        ("<a href='https://n.example/x'>n.example/x</a>", "n.example/x"),
        ("<a href='javascript:alert(1)'>buraya</a>", "buraya"),
        ("<a href='https://n.example/x'></a>son", "son"),
    ],
)
def test_address_of_a_link_is_written_only_where_it_says_more(link: str, read: str) -> None:
    assert words_of_html(link) == read


def test_files_and_parts_over_the_bound_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "a@example.com"
    mail.set_content("Ekte")
    for name in ("1.png", "2.png", "3.png"):
        mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename=name)

    def names() -> list[str | None]:
        read = read_mail(mail.as_bytes())
        assert read is not None
        assert read.text == "Ekte"
        return [one.name for one in read.parts]

    assert names() == ["1.png", "2.png", "3.png"]
    monkeypatch.setattr(mail_parts, "MOST_PARTS", 2)
    assert names() == ["1.png", "2.png"]
    monkeypatch.setattr(mail_parts, "MOST_LOOKED_AT", 3)  # the whole, the words and one file
    assert names() == ["1.png"]


def test_quotation_in_html_is_marked() -> None:
    assert words_of_html("Yeni<blockquote>eski<br>söz</blockquote>") == "Yeni\n> eski\n> söz"


@pytest.mark.parametrize(
    "quoted",
    [
        "On Thu, 26 Nov 2026 at 10:00, Narin\n<destek@narin.example> wrote:\n\n> old\n>> older",
        "26 Kas 2026 Per, 10:00 tarihinde Narin <destek@narin.example> şunu yazdı:\n> old",
        "در پنجشنبه ۵ آذر ۱۴۰۵، نارین نوشت:\n> old",
        "-----Original Message-----\nFrom: Narin\nold",
        "Kimden: Narin <destek@narin.example>\nGönderildi: 26 Kasım 2026\nKime: Ayşe\nold",
        "> old\n> older\n",
    ],
)
def test_what_an_answer_quotes_at_its_end_is_left_out(quoted: str) -> None:
    assert without_quotation(f"Hâlâ bekliyorum.\n\n{quoted}") == "Hâlâ bekliyorum."


@pytest.mark.parametrize(
    "text",
    [
        "> soru\ncevap\n> soru 2\ncevap 2",
        "> yalnız alıntı",
        "Dedi ki:\nolmaz",
        "a\nYazdı:\n> x\nve y",
        "a\nOn Thu, 26 Nov 2026, Narin wrote:\n> x\nve y",
        "Merhaba\n\nŞunlar eksik:\nvida",
        "On " + "çok " * 300 + "\nwrote:\n> x\nson",
    ],
)
def test_answers_between_the_lines_keep_everything(text: str) -> None:
    assert without_quotation(text) == text


@pytest.mark.parametrize(
    ("header", "sender"),
    [
        ("=?windows-1254?Q?Ay=FEe?= <AYSE@Example.com>", ("Ayşe", "ayse@example.com")),
        ('"Demir, Ayşe" <ayse@example.com>', ("Demir, Ayşe", "ayse@example.com")),
        ("ayse@example.com", (None, "ayse@example.com")),
        ("Ayşe ayse@example.com (evde)", (None, "ayse@example.com")),
        ("Ayşe", (None, None)),
    ],
)
def test_sender_is_made_out(header: str, sender: tuple[str | None, str | None]) -> None:
    mail = read_mail(f"From: {header}\r\n\r\nx".encode())

    assert mail is not None
    assert (mail.sender_name, mail.sender) == sender


def test_email_nested_a_thousand_deep_is_refused_or_read_and_never_fails() -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(2000))

    mail = read_mail(b"From: a@example.com\r\n" + nested)

    assert mail is None or mail.sender == "a@example.com"


SAMPLES = [
    written(),
    parts(html="<p>a</p>", plain="b"),
    parts(html="<div><p>c<blockquote>d"),
    bounce("msg_00000000000000000000.00000000000000@narin.example"),
    b"From: =?utf-8?B?xZ8=?= <a@b.c>\r\nDate: Thu, 99 Nov 2026\r\nReferences: <a@b> <c@d>\r\nSubject: =?x?Q?=FE?=\r\n\r\n",
]
JUNK = st.sampled_from(
    [
        *(b"", b"\r\n", b"\x00", b"\xff", b"<", b">", b"@", b'"', b";", b"=", b"=?utf-8?Q?=", b"\r\n\r\n", b"--"),
        *(b"From: x@y.z\r\n", b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n"),
        *(b"Message-ID: <\r\n", b"charset=x", b"Content-Transfer-Encoding: base64\r\n", b"Date: \r\n"),
        b"Content-Disposition: attachment; filename*=utf-8''%\r\n",
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Give an e-mail in which some places were cut, doubled or overwritten."""
    raw = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 6))):
        begin = draw(st.integers(0, len(raw)))
        end = min(len(raw), begin + draw(st.integers(0, 40)))
        put = draw(st.one_of(JUNK, st.binary(max_size=8), st.just(raw[begin:end] * 2)))
        raw = raw[:begin] + put + raw[end:]
    return raw


@given(raw=st.one_of(mutated(), st.binary(max_size=300)))
@settings(max_examples=600, deadline=None)
def test_no_email_makes_the_reader_fail(raw: bytes) -> None:
    mail = read_mail(raw)

    assert mail is None or "\x00" not in mail.text + mail.message_id + (mail.sender or "")


@given(raw=mutated())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_every_email_is_a_message_or_news_of_one(store: Database, raw: bytes) -> None:
    """Each is understood or shown unparsed with a clock; nothing raises and nothing is lost."""
    for name in ("cases", "messages", "conversations", "customers", "channels"):
        await store[name].delete_many({})
    channel = await make_mail_channel()

    await arrive(channel, raw)

    (message,) = await Message.find_all().to_list()
    assert message.delivery_status in {None, DeliveryStatus.SENT}
    assert message.delivery_id is not None
    case = await store["cases"].find_one({"_id": message.case_id})
    assert case is not None
    assert case["first_response"]["due_at"] is not None


@pytest.mark.parametrize(
    "raw",
    [
        b"References: " + b"<a@b> " * 100_000,
        b"To: " + b"a@b.c, " * 50_000,
        b"To: a@b.c\r\n" * 50_000,
        b"Content-Type: text/plain; " + b"a*1*=utf-8''x; " * 60_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 50_000,
        b"Content-Type: text/html\r\n\r\n" + b"<!--" * 50_000,
        b"Content-Type: text/html\r\n\r\n" + b"<blockquote>" * 20_000,
        b"In-Reply-To: <a@b>\r\n\r\n" + (b" " * 900 + b":\r\n") * 300,
    ],
    ids=lambda raw: raw[:30].decode(),
)
def test_email_that_is_made_to_keep_the_reader_busy_does_not(raw: bytes) -> None:
    begun = time.process_time()

    mail = read_mail(b"From: a@example.com\r\n" + raw)

    assert mail is None or mail.sender == "a@example.com"
    assert time.process_time() - begun < 10


def receipt(disposition: str) -> bytes:
    """Write a notice of what became of an e-mail with its reader, by RFC 8098."""
    return f"""From: Ayse@Example.com\r
To: destek@narin.example\r
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
Okundu.\r
--b\r
Content-Type: message/disposition-notification\r
\r
Original-Message-ID: <one@narin.example>\r
Disposition: {disposition}\r
--b--\r
""".encode()


@pytest.mark.parametrize(
    ("disposition", "status"),
    [
        ("manual-action/MDN-sent-manually; displayed", DeliveryStatus.READ),
        ("automatic-action/MDN-sent-automatically; deleted", None),
    ],
)
def test_receipt_tells_whether_an_email_was_read(disposition: str, status: DeliveryStatus | None) -> None:
    mail = read_mail(receipt(disposition))
    assert mail is not None
    assert mail.report is not None
    assert (mail.report.status, mail.report.original_ids) == (status, ("one@narin.example",))


def test_checks_that_failed_are_known_by_the_server_that_made_them() -> None:
    results = [
        b"mx.narin.example; dmarc=pass",
        b"mx.other.example 1; spf=pass; DMARC = fail",
        b"; dmarc=fail",
        b"mx.third.example",
    ]
    heads = b"".join(b"Authentication-Results: " + one + b"\r\n" for one in results)
    mail = read_mail(heads + b"From: a@example.com\r\n\r\nMerhaba")
    assert mail is not None
    assert mail.failed_checks == frozenset({"mx.other.example", ""})
