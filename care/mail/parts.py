"""The parts of an e-mail: the one that people read, and the files beside it."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message

from care.mail.plain_text import without_quotation, words_of_html

LONGEST_READ = 200_000
MOST_PARTS = 100
MOST_LOOKED_AT = 1_000

_LONGEST_NAME = 200
_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LINE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff/\\]+")
_KIND = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_GUESSES = ("utf-8", "windows-1254")


@dataclass(frozen=True, slots=True)
class MailPart:
    """A file that came with an e-mail; `place` counts the files from 1."""

    place: int
    name: str | None
    content_type: str
    size: int
    content: bytes


def read_parts(message: EmailMessage, *, is_answer: bool) -> tuple[str, tuple[MailPart, ...]]:
    """Give the words, without what an answer quotes at its end, and the files."""
    plain: list[str] = []
    marked: list[str] = []
    files: list[MailPart] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind not in {"text/plain", "text/html"} or _is_file(part):
            if len(files) < MOST_PARTS:
                files.append(_file(part, len(files) + 1))
        elif kind == "text/plain":
            plain.append(text_of(part))
        else:
            marked.append(text_of(part))
    words = "\n\n".join(text for text in plain if text.strip()) or words_of_html("\n".join(marked)[:LONGEST_READ])
    words = _UNSHOWN.sub("", words[:LONGEST_READ].replace("\r\n", "\n").replace("\r", "\n")).strip()
    return (without_quotation(words) if is_answer else words), tuple(files)


def text_of(part: Message) -> str:
    """Decode a part by the character set it names, else by the likely ones; nothing is lost but what nobody can read."""
    content = content_of(part)
    named = (part.get_content_charset() or "").strip()
    for charset in (named, *_GUESSES):
        try:
            return codecs.decode(content, charset or "utf-8")
        except (LookupError, ValueError, TypeError):
            continue
    return content.decode("windows-1254", "replace")


def content_of(part: Message) -> bytes:
    """Give the bytes of a part; those of an e-mail inside an e-mail are that e-mail's."""
    try:
        if part.is_multipart():
            return part.as_bytes()
        content = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - the standard parser fails by many kinds of errors on broken parts
        return str(part.get_payload()).encode("utf-8", "replace")
    return content if isinstance(content, bytes) else b""


def _leaves(message: Message) -> Iterator[Message]:
    """Walk the parts in their order, at most 1,000; an e-mail inside an e-mail is one part."""
    waiting: list[Message] = [message]
    for _ in range(MOST_LOOKED_AT):
        if not waiting:
            return
        part = waiting.pop()
        children = part.get_payload() if part.is_multipart() else None
        if isinstance(children, list) and part.get_content_maintype() != "message":
            waiting += [child for child in reversed(children) if isinstance(child, Message)]
        else:
            yield part


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or _name(part) is not None


def _name(part: Message) -> str | None:
    try:
        given = part.get_filename()
    except Exception:  # noqa: BLE001 - a file whose name can't be read is a file all the same
        return "attachment"
    return (" ".join(_LINE.sub(" ", given).split())[:_LONGEST_NAME] or None) if given else None


def _file(part: Message, place: int) -> MailPart:
    content = content_of(part)
    kind = part.get_content_type()
    return MailPart(place, _name(part), kind if _KIND.fullmatch(kind) else "application/octet-stream", len(content), content)
