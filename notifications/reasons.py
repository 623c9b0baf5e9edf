"""Why something was reported, in the languages that the product speaks."""

from collections.abc import Mapping
from typing import Final

from community.moderation.documents import ReportReason

R = ReportReason
REASONS: Final[Mapping[ReportReason, Mapping[str, str]]] = {
    R.SPAM: {"en": "spam", "tr": "istenmeyen içerik (spam)", "fa": "هرزنامه"},
    R.OFFENSIVE: {"en": "offensive", "tr": "saldırgan", "fa": "توهین‌آمیز"},
    R.HARASSMENT: {"en": "harassment", "tr": "taciz", "fa": "آزار"},
    R.CONFIDENTIAL: {"en": "confidential", "tr": "gizli bilgi içeriyor", "fa": "محرمانه"},
    R.MISLEADING: {"en": "misleading", "tr": "yanıltıcı", "fa": "گمراه‌کننده"},
    R.OTHER: {"en": "another reason", "tr": "başka bir neden", "fa": "دلیلی دیگر"},
}
