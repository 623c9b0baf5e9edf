"""An e-mail to a member or a customer, as text and as HTML in their language: the same one however often it is made."""

from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from care.mail.composing import Letter as Mail
from core.secrets import Keyring
from core.text.markdown import render_for_portal
from notifications.letters.documents import Letter
from notifications.letters.names import wire_id, write_token
from notifications.letters.settings import PostSettings
from notifications.letters.texts import WORDS

_POLICY = policy.SMTP.clone(cte_type="7bit", max_line_length=998)
_LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is told, where to look at it, and the texts that were said, in Markdown."""

    text: str
    link: str | None
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """What an e-mail says, to whom, and by which links its recipient ends such e-mails."""

    address: str
    language: str
    greeting: str
    subject: str
    rows: list[Row]
    stop_url: str
    """What one click ends: the kind, the gathered ones, or the topic."""
    stops: list[tuple[str, str]]
    """The links at its end: words and address."""
    note: str | None = None
    """What to know before answering it."""


def compose(letter: Letter, contents: Contents, post: PostSettings, *, keyring: Keyring) -> Mail:
    """Make the e-mail that says something; Message-ID, date and boundary come from the letter."""
    named = wire_id(keyring, letter.id, domain=post.domain)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = post.sender
    mail["To"] = Address(addr_spec=contents.address)
    mail["Subject"] = line(contents.subject)
    mail["Date"] = format_datetime(letter.due_at)
    mail["Message-ID"] = f"<{named}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{contents.stop_url}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_plain(contents))
    mail.add_alternative(_page(contents, own_host=urlsplit(post.public_url).netloc), subtype="html")
    mail["Content-Language"] = contents.language  # not before the content, whose making moves such headers into the part
    mail.set_boundary(f"={letter.id}=")
    return Mail(post.bounces, contents.address, mail.as_bytes(), named)


def stop_url(post: PostSettings, keyring: Keyring, recipient_id: str, scope: str) -> str:
    """Give the address that ends e-mails of a scope to a member or, by their portal id, a customer."""
    return f"{post.public_url}/notifications/unsubscribe/{write_token(keyring, recipient_id, scope)}"


def line(text: str, *, longest: int = _LONGEST_SUBJECT) -> str:
    """Give a text as one line that is not too long."""
    whole = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return whole if len(whole) <= longest else f"{whole[: longest - 1]}…"


def _plain(contents: Contents) -> str:
    stops = [f"{text}: {url}" for text, url in contents.stops]
    note = [contents.note] if contents.note else []
    parts = [contents.greeting, "\n".join(map(_plain_row, contents.rows)), *note, "-- \n" + "\n".join(stops)]
    return "\n\n".join(parts) + "\n"


def _plain_row(row: Row) -> str:
    link = f"  {row.link}" if row.link else ""
    if row.said:
        return "\n\n".join([f"- {row.text}", *row.said, *([link] if link else [])])
    return f"- {row.text}" + (f"\n{link}" if link else "")


def _page(contents: Contents, *, own_host: str) -> str:
    words = WORDS[contents.language]
    items = [_item(row, words.open, own_host) for row in contents.rows]
    stops = [f'<a href="{escape(url)}">{escape(text)}</a>' for text, url in contents.stops]
    note = f"<p>{escape(contents.note)}</p>\n" if contents.note else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{contents.language}" dir="{words.direction}"><head><meta charset="utf-8"></head>'
        f'<body dir="{words.direction}">\n<p>{escape(contents.greeting)}</p>\n<ul>\n{chr(10).join(items)}\n</ul>\n'
        f"{note}<p><small>{' · '.join(stops)}</small></p>\n</body></html>\n"
    )


def _item(row: Row, opens: str, own_host: str) -> str:
    link = f' <a href="{escape(row.link)}">{escape(opens)}</a>' if row.link else ""
    said = [f'<blockquote dir="auto">{render_for_portal(text, own_hosts=[own_host])}</blockquote>' for text in row.said]
    return f"<li>{escape(row.text)}{link}{''.join(said)}</li>"
