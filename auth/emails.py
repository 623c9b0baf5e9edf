"""E-mail addresses as sign-in names: one spelling under which they are compared."""

import re
import unicodedata

from core.errors import InvalidInput

LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3: a path of 256 octets, less its angle brackets
_SHAPE = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")


def fold_email(email: str) -> str:
    """Give the spelling that is stored and looked up: trimmed, composed (NFC), in lower case, `İ` as `i`.

    Accents stay: `rené@…` and `rene@…` are two mailboxes.
    """
    return unicodedata.normalize("NFC", email.strip().replace("İ", "i").lower())


def check_email(email: str) -> str:
    """Give the folded address; InvalidInput unless it has the shape of one."""
    folded = fold_email(email)
    if len(folded) > LONGEST_EMAIL or not _SHAPE.fullmatch(folded):
        raise InvalidInput("This is not an e-mail address; write it as name@example.com.", path=("email",))
    return folded
