"""An e-mail as it came, made out as far as it can be: who wrote, to whom, what, and in answer to which."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import getaddresses, parsedate_to_datetime

from typing_extensions import override

from auth.emails import LONGEST_EMAIL, fold_email
from care.mail.parts import MailPart, read_parts
from care.mail.reports import MailReport, read_report

LARGEST_MAIL = 12 * 1024 * 1024
CUT_HEADER = "X-Kopru-Cut"
"""What we put before an e-mail of which only the beginning was kept."""

_LONGEST_SUBJECT = 200
_LONGEST_NAME = 200
_LONGEST_ID = 500
_MOST_VALUES = 100
_MOST_BOUNDARIES = 10_000
_LONGEST_HEADER = 16_000
_MOST_REFERENCES = 50
_MOST_RECIPIENTS = 200
_ID = re.compile(r"<\s*([^<>\s]{1,500})\s*>")
_ADDRESS = re.compile(r"[^@\s\x00-\x1f<>\"]+@[^@\s\x00-\x1f<>\"]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_CASE = re.compile(r"\[#(\d{1,12})\]")
_RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc", "resent-to")
_BULK = frozenset({"bulk", "junk", "auto_reply"})


@dataclass(frozen=True, slots=True)
class Mail:
    """What an e-mail says; what is not there or can't be read is None or empty."""

    message_id: str
    sender: str | None
    sender_name: str | None
    recipients: tuple[str, ...]
    subject: str | None
    text: str
    parts: tuple[MailPart, ...]
    sent_at: datetime | None
    in_reply_to: str | None
    references: tuple[str, ...]
    automatic: bool
    """Whether a machine wrote it: an absence note, a bounce, a newsletter. It must never be answered by a machine."""
    failed_checks: frozenset[str]
    """By whom the sender's address was found to be false: the names of the servers that say so."""
    report: MailReport | None
    """What it reports of an e-mail of ours."""

    @property
    def answered(self) -> tuple[str, ...]:
        """List the Message-IDs that it answers, the nearest first."""
        return tuple(dict.fromkeys(([self.in_reply_to] if self.in_reply_to else []) + list(reversed(self.references))))

    @property
    def thread(self) -> str:
        """Give what the thread that it belongs to began with, as far as it says so."""
        return next(iter((*self.references, self.in_reply_to or self.message_id)))

    @property
    def case_number(self) -> int | None:
        """Give the number that the subject carries, as our own e-mails do."""
        found = _CASE.search(self.subject or "")
        return int(found[1]) if found else None


class _Bounded(EmailPolicy):
    """Reads headers up to a length that no honest one has: the parser takes minutes over some that are longer."""

    @override
    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]


_POLICY = _Bounded()


def read_mail(raw: bytes) -> Mail | None:
    """Make out an e-mail; None when not even its sender can be told. It never fails."""
    if raw.count(b"\n--") > _MOST_BOUNDARIES:
        return None
    try:
        message = BytesParser(EmailMessage, policy=_POLICY).parsebytes(raw)
        return _read(message, raw) if isinstance(message, EmailMessage) else None
    except Exception:  # noqa: BLE001 - the standard parser fails by many kinds of errors on broken e-mails
        return None


def _read(message: EmailMessage, raw: bytes) -> Mail:
    sender = _sender(message)
    named = _ids(_all(message, "references"))
    references = named[:1] + named[1:][-_MOST_REFERENCES:]
    replied = _ids(_all(message, "in-reply-to"))
    text, parts = read_parts(message, is_answer=bool(replied or references))
    return Mail(
        message_id=next(iter(_ids(_all(message, "message-id"))), "") or _made_up_id(raw),
        sender=sender[1] if sender else None,
        sender_name=sender[0] if sender else None,
        recipients=_recipients(message),
        subject=_line(_first(message, "subject"), _LONGEST_SUBJECT),
        text=_with_note(message, text),
        parts=parts,
        sent_at=_sent_at(_first(message, "date")),
        in_reply_to=replied[0] if replied else None,
        references=tuple(references),
        automatic=_is_automatic(message),
        failed_checks=_failed_checks(message),
        report=read_report(message),
    )


def header(message: EmailMessage, name: str) -> list[str]:
    """Give a header's values, decoded where they can be, raw where the parser fails on them."""
    found: list[str] = []
    for key, raw in message.raw_items():
        if key.lower() != name or len(found) == _MOST_VALUES:
            continue
        try:
            found.append(str(_POLICY.header_fetch_parse(key, raw)))
        except Exception:  # noqa: BLE001 - what the parser fails on is shown as it came
            found.append(str(raw))
    return found


def _all(message: EmailMessage, name: str) -> str:
    return " ".join(header(message, name))


def _first(message: EmailMessage, name: str) -> str:
    return next(iter(header(message, name)), "")


def _line(text: str, longest: int) -> str | None:
    """Give a text as one line without what can't be shown or stored."""
    return " ".join(_CONTROL.sub(" ", text).split())[:longest].strip() or None


def _ids(text: str) -> list[str]:
    return list(dict.fromkeys(_CONTROL.sub("", found)[:_LONGEST_ID] for found in _ID.findall(text)))


def _made_up_id(raw: bytes) -> str:
    """Name an e-mail that has no name by what it says, without the marks of its way here."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    said = [line for line in head.split(b"\n") if line.lower().startswith((b"from:", b"to:", b"date:", b"subject:"))]
    digest = hashlib.sha256(b"\n".join([*said, b"", body])).hexdigest()
    return f"{digest}@without-id.invalid"


def _addresses(texts: Iterable[str]) -> list[tuple[str, str]]:
    given = [(name, fold_email(address)) for name, address in getaddresses([*texts][:_MOST_RECIPIENTS])]
    return [one for one in given if _ADDRESS.fullmatch(one[1]) and len(one[1]) <= LONGEST_EMAIL]


def _sender(message: EmailMessage) -> tuple[str | None, str] | None:
    """Give the name and address of who wrote; an address that stands bare among other words is taken too."""
    for name in ("from", "sender", "return-path"):
        values = [_CONTROL.sub(" ", value) for value in header(message, name)]
        for shown, address in _addresses(values):
            return _line(shown.strip("'\" "), _LONGEST_NAME), address
        for key, raw in message.raw_items():
            if key.lower() == name and (found := _ADDRESS.search(_CONTROL.sub(" ", str(raw)[:2000]))):
                return None, fold_email(found[0])[:LONGEST_EMAIL]
    return None


def _recipients(message: EmailMessage) -> tuple[str, ...]:
    texts = [_CONTROL.sub(" ", value) for name in _RECIPIENTS for value in header(message, name)]
    return tuple(dict.fromkeys(address for _, address in _addresses(texts)))[:_MOST_RECIPIENTS]


def _sent_at(text: str) -> datetime | None:
    try:
        given = parsedate_to_datetime(text)
        aware = given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return aware.replace(microsecond=0)


def _is_automatic(message: EmailMessage) -> bool:
    """Tell by RFC 3834, by what mail programs do instead, and by the empty return path of bounces."""
    submitted = _first(message, "auto-submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return True
    if _first(message, "precedence").strip().lower() in _BULK or header(message, "x-autoreply"):
        return True
    return _first(message, "return-path").strip() == "<>" or bool(header(message, "x-autorespond"))


def _failed_checks(message: EmailMessage) -> frozenset[str]:
    """List the servers that found the sender's address to be false (DMARC)."""
    found = set()
    for value in header(message, "authentication-results"):
        server, _, results = value.partition(";")
        if re.search(r"\bdmarc\s*=\s*fail\b", results, re.IGNORECASE):
            found.add(server.split()[0].lower() if server.split() else "")
    return frozenset(found)


def _with_note(message: EmailMessage, text: str) -> str:
    """Say so where only the beginning was kept."""
    size = _first(message, CUT_HEADER.lower()).strip()
    return f"{text}\n\n[… {size}]".strip() if size.isdecimal() else text
