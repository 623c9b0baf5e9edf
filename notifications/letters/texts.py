"""The words of e-mails to members, and those that e-mails to customers share, in the languages of the product."""

from dataclasses import dataclass
from typing import Final

from notifications.texts import FALLBACK


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; `direction` is how it is written."""

    direction: str
    greeting: str
    digest: str
    open: str
    times: str
    stop_kind: str
    stop_digests: str
    stop_all: str
    sure: str
    stop: str
    stopped: str
    unknown: str


WORDS: Final[dict[str, Words]] = {
    "en": Words(
        direction="ltr",
        greeting="Hello {name},",
        digest="{total} things that you were told",
        open="Open",
        times="{total} times",
        stop_kind="No more e-mails of this kind",
        stop_digests="No more gathered e-mails",
        stop_all="No more e-mails at all",
        sure="Do you want no more of these e-mails?",
        stop="Send me no more of them",
        stopped="You get no more of these e-mails. In Köprü you can choose otherwise at any time.",
        unknown="This link is not valid.",
    ),
    "tr": Words(
        direction="ltr",
        greeting="Merhaba {name},",
        digest="Size bildirilen {total} şey",
        open="Aç",
        times="{total} kez",
        stop_kind="Bu türden e-posta gönderme",
        stop_digests="Toplu e-posta gönderme",
        stop_all="Hiç e-posta gönderme",
        sure="Bu e-postaları artık almak istemiyor musunuz?",
        stop="Artık gönderme",
        stopped="Bu e-postaları artık almayacaksınız. Köprü'de bunu her zaman değiştirebilirsiniz.",
        unknown="Bu bağlantı geçerli değil.",
    ),
    "fa": Words(
        direction="rtl",
        greeting="سلام {name}،",
        digest="{total} خبر برای شما",
        open="باز کردن",
        times="{total} بار",
        stop_kind="دیگر چنین ایمیلی نفرست",
        stop_digests="دیگر ایمیل‌های گردآوری‌شده نفرست",
        stop_all="دیگر هیچ ایمیلی نفرست",
        sure="دیگر این ایمیل‌ها را نمی‌خواهید؟",
        stop="دیگر نفرست",
        stopped="دیگر این ایمیل‌ها را نمی‌گیرید. در Köprü هر زمان می‌توانید آن را تغییر دهید.",
        unknown="این پیوند معتبر نیست.",
    ),
}


def language_of(locales: list[str]) -> str:
    """Give the first of somebody's languages that the product speaks, else English."""
    return next((locale[:2] for locale in locales if locale[:2] in WORDS), FALLBACK)
