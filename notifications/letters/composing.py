"""An e-mail to a member, as text and as HTML in their language: the same one however often it is made."""

from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from care.mail.composing import Letter as Mail
from community.documents import Member
from core.secrets import Keyring
from notifications.documents import MailFrequency, Notification
from notifications.letters.documents import Letter
from notifications.letters.names import DIGESTS, EVERYTHING, wire_id, write_token
from notifications.letters.settings import PostSettings
from notifications.letters.texts import WORDS, Words, language_of

_POLICY = policy.SMTP.clone(cte_type="7bit", max_line_length=998)
_MOST_SHOWN = 100
_LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class _Row:
    """What is told of one object for one reason: the last words, and how often."""

    text: str
    link: str | None


def compose(letter: Letter, member: Member, told: list[Notification], post: PostSettings, *, keyring: Keyring) -> Mail:
    """Make the e-mail of what a member was told; Message-ID, date and boundary come from the letter."""
    language = language_of(member.locales)
    words, named = WORDS[language], wire_id(keyring, letter.id, domain=post.domain)
    at_once = letter.frequency is MailFrequency.AT_ONCE
    scope = told[0].kind.value if at_once else DIGESTS
    stop = _stop_url(post, keyring, member.id, scope)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = post.sender
    mail["To"] = Address(addr_spec=member.email)
    mail["Subject"] = _line(told[0].text if at_once else words.digest.format(total=len(told)))
    mail["Date"] = format_datetime(letter.due_at)
    mail["Message-ID"] = f"<{named}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{stop}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    links = [
        (words.stop_kind if at_once else words.stop_digests, stop),
        (words.stop_all, _stop_url(post, keyring, member.id, EVERYTHING)),
    ]
    rows, greeting = _rows(told, words, post), words.greeting.format(name=member.display_name)
    mail.set_content(_plain(greeting, rows, links))
    mail.add_alternative(_page(greeting, rows, links, words, language), subtype="html")
    mail["Content-Language"] = language  # not before the content, whose making moves such headers into the part
    mail.set_boundary(f"={letter.id}=")
    return Mail(post.bounces, member.email, mail.as_bytes(), named)


def _rows(told: list[Notification], words: Words, post: PostSettings) -> list[_Row]:
    """Give one row for each object and reason, in the order in which they were last told."""
    last: dict[tuple[str, str], list[Notification]] = {}
    for one in told:
        key = (one.kind.value, one.target_id)
        last[key] = [*last.pop(key, []), one]
    rows = []
    for group in list(last.values())[:_MOST_SHOWN]:
        often = f" ({words.times.format(total=len(group))})" if len(group) > 1 else ""
        link = post.app_url.replace("{id}", group[-1].target_id) if post.app_url else None
        rows.append(_Row(_line(group[-1].text, longest=500) + often, link))
    return rows


def _plain(greeting: str, rows: list[_Row], links: list[tuple[str, str]]) -> str:
    lines = [f"- {row.text}" + (f"\n  {row.link}" if row.link else "") for row in rows]
    stops = [f"{text}: {url}" for text, url in links]
    return "\n\n".join([greeting, "\n".join(lines), "-- \n" + "\n".join(stops)]) + "\n"


def _page(greeting: str, rows: list[_Row], links: list[tuple[str, str]], words: Words, language: str) -> str:
    items = [
        f"<li>{escape(row.text)}" + (f' <a href="{escape(row.link)}">{escape(words.open)}</a>' if row.link else "") + "</li>"
        for row in rows
    ]
    stops = [f'<a href="{escape(url)}">{escape(text)}</a>' for text, url in links]
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="{words.direction}"><head><meta charset="utf-8"></head>'
        f'<body dir="{words.direction}">\n<p>{escape(greeting)}</p>\n<ul>\n{chr(10).join(items)}\n</ul>\n'
        f"<p><small>{' · '.join(stops)}</small></p>\n</body></html>\n"
    )


def _stop_url(post: PostSettings, keyring: Keyring, member_id: str, scope: str) -> str:
    return f"{post.public_url}/notifications/unsubscribe/{write_token(keyring, member_id, scope)}"


def _line(text: str, *, longest: int = _LONGEST_SUBJECT) -> str:
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
