"""What an e-mail to a customer says: what they were told in the portal, as the portal shows it to them now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from auth.accounts import account_of_customer
from auth.actor import Actor
from auth.identify import actor_of
from care.documents.cases import Case
from care.documents.conversations import Direction, Message, RetractionState
from care.documents.customers import Customer
from care.reading.requests import request_messages_by_ids, requests_by_ids
from community.ideas.reading import ideas_by_ids
from community.notices.documents import Notice, NoticeKind
from community.outcomes.outcomes import outcomes_by_ids
from community.reading import questions_by_ids
from core.ids import prefix_of, with_prefix
from core.records import by_ids
from core.secrets import Keyring
from notifications.letters.choosing import letter_preferences_of, note_letters_undeliverable
from notifications.letters.composing import Contents, Row, line, stop_url
from notifications.letters.customer_texts import CUSTOMER_WORDS, CustomerWords
from notifications.letters.documents import Letter, LetterTopic
from notifications.letters.names import EVERYTHING
from notifications.letters.settings import PostSettings
from notifications.letters.texts import WORDS, language_of

MOST_SAID: Final = 10
"""So many of the last replies an e-mail shows; all of them are in the portal."""
LONGEST_SAID: Final = 5_000
_MOST_SHOWN: Final = 100
_LONGEST_ROW: Final = 500
_TARGETS: Final[dict[str, Any]] = {"qst": questions_by_ids, "ide": ideas_by_ids, "out": outcomes_by_ids}
_PORTAL_PREFIXES: Final = {"qst": "pqs", "ide": "pid", "out": "pou"}


@dataclass(frozen=True, slots=True)
class Reader:
    """A customer who can sign in to the portal and takes e-mails: who they are there, and where they are written to."""

    actor: Actor
    customer: Customer
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class _Told:
    """What is left to tell: rows that are made in a language, and the language in which the customer wrote lately."""

    rows: list[Callable[[CustomerWords], Row]]
    language: str | None = None


def topic_of(kind: NoticeKind) -> LetterTopic:
    """Tell what a notice is about."""
    return LetterTopic.REQUESTS if kind is NoticeKind.REQUEST_ANSWERED else LetterTopic.COMMUNITY


async def reader_of(customer_id: str, topic: LetterTopic) -> Reader | None:
    """Give a customer who is written to of a topic; None where they can't sign in, want none, or their address takes none."""
    account, customer = await account_of_customer(customer_id), await Customer.get(customer_id)
    if account is None or account.email is None or customer is None or customer.deleted_at is not None or customer.is_practice:
        return None
    if not (await letter_preferences_of(customer_id)).wants(topic, account.email):
        return None
    return Reader(await actor_of(account.id), customer, account.email, account.name)


async def contents_for_customer(letter: Letter, customer_id: str, post: PostSettings, *, keyring: Keyring) -> Contents | None:
    """Give what an e-mail says; None where there is nothing left to tell, or nobody to tell it to."""
    topic = letter.topic or LetterTopic.REQUESTS
    reader = await reader_of(customer_id, topic)
    if reader is None:
        return None
    notices = await _unread(letter, customer_id)
    told = await (_of_requests if topic is LetterTopic.REQUESTS else _of_community)(reader.actor, notices, post)
    if not told.rows:
        return None
    language = language_of([one for one in (reader.customer.locale, told.language, reader.actor.locale) if one])
    words, rows = CUSTOMER_WORDS[language], [row(CUSTOMER_WORDS[language]) for row in told.rows]
    shown_as = with_prefix("pcu", customer_id)
    stop = stop_url(post, keyring, shown_as, topic.value)
    return Contents(
        address=reader.address,
        language=language,
        greeting=WORDS[language].greeting.format(name=reader.name),
        subject=rows[0].text if len(rows) == 1 else words.several.format(total=len(rows)),
        rows=rows,
        stop_url=stop,
        stops=[(words.stop[topic], stop), (words.stop_all, stop_url(post, keyring, shown_as, EVERYTHING))],
        note=words.note,
    )


async def language_of_customer(customer_id: str) -> str:
    """Give the language in which a customer is written to, as their profile or else their account says it."""
    customer, account = await Customer.get(customer_id), await account_of_customer(customer_id)
    said = (customer.locale if customer else None, account.locale if account else None)
    return language_of([one for one in said if one])


async def note_customer_unreached(customer_id: str, reason: str) -> None:
    """Note that e-mails to the address of a customer's account come back; nothing is noted of who is gone."""
    account = await account_of_customer(customer_id)
    if account is not None and account.email is not None:
        await note_letters_undeliverable(customer_id, account.email, reason)


async def _unread(letter: Letter, customer_id: str) -> list[Notice]:
    """Give the notices of an e-mail that the customer has not read meanwhile, in the order in which they were told."""
    found = (await by_ids(Notice, letter.notification_ids)).values()
    left = [one for one in found if one.customer_id == customer_id and one.read_at is None]
    return sorted(left, key=lambda one: (one.number, one.id))


async def _of_requests(actor: Actor, notices: list[Notice], post: PostSettings) -> _Told:
    """Give a row for each request, with what was said in it: as the portal shows it, and not what is being taken back."""
    found = await request_messages_by_ids(actor, [one.about_id for one in notices if one.about_id is not None])
    heard = sorted((one for one in found.values() if not _is_taken_back(one)), key=lambda one: (one.created_at, one.id))
    said: dict[str, list[Message]] = {}
    for message in heard:
        said.setdefault(with_prefix("req", message.case_id), []).append(message)
    requests = await requests_by_ids(actor, list(said))
    rows = [_request_row(requests[one], one, messages, post) for one, messages in said.items() if one in requests]
    return _Told(rows, await _language_in(heard[-1].conversation_id) if rows else None)


def _request_row(case: Case, shown_as: str, messages: list[Message], post: PostSettings) -> Callable[[CustomerWords], Row]:
    said = tuple(_cut(message.body) for message in messages[-MOST_SAID:])
    title = case.request_subject or f"#{case.number}"

    def row(words: CustomerWords) -> Row:
        text = words.told[NoticeKind.REQUEST_ANSWERED].format(number=case.number, title=title)
        return Row(line(text, longest=_LONGEST_ROW), _link(post, shown_as), said)

    return row


async def _of_community(actor: Actor, notices: list[Notice], post: PostSettings) -> _Told:
    """Give a row for each object and kind, in the order in which they were last told, of what the customer may read now."""
    last: dict[tuple[NoticeKind, str], Notice] = {}
    for one in notices:
        last.pop((one.kind, one.target_id), None)
        last[one.kind, one.target_id] = one
    titles: dict[str, str] = {}
    for prefix, read in _TARGETS.items():
        wanted = [target for _, target in last if prefix_of(target) == prefix]
        titles |= {one: document.title for one, document in (await read(actor, wanted)).items()}
    shown = [key for key in last if key[1] in titles][-_MOST_SHOWN:]
    return _Told([_community_row(kind, target, titles[target], post) for kind, target in shown])


def _community_row(kind: NoticeKind, target: str, title: str, post: PostSettings) -> Callable[[CustomerWords], Row]:
    link = _link(post, with_prefix(_PORTAL_PREFIXES[prefix_of(target)], target))
    return lambda words: Row(line(words.told[kind].format(title=title), longest=_LONGEST_ROW), link)


def _is_taken_back(message: Message) -> bool:
    return message.retraction is not None and message.retraction.state is not RetractionState.FAILED


async def _language_in(conversation_id: str) -> str | None:
    """Give the language of what the customer wrote last in a conversation."""
    own = {"conversation_id": conversation_id, "direction": Direction.INBOUND.value}
    found = await Message.find(own).sort("-created_at", "-_id").limit(1).to_list()
    return found[0].language if found else None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SAID else f"{text[:LONGEST_SAID]}…"


def _link(post: PostSettings, shown_as: str) -> str | None:
    return post.portal_url.replace("{id}", quote(shown_as)) if post.portal_url else None
