"""Variables in what is written to customers: `{{customer.name}}` becomes the name of the one who reads it."""

import asyncio
import re
from collections.abc import Sequence
from typing import Final

from auth.actor import SYSTEM, Actor
from care.citing import cite
from care.documents.cases import Case
from care.documents.customers import Customer
from care.documents.sources import CitedSource
from care.reading.attributions import attributions_of, distinct
from care.reading.cases import require_case
from care.reading.customers import customers_by_ids
from care.reading.links import short_addresses
from care.written import body_of
from community.directory import members_by_ids
from core.errors import InvalidInput

VARIABLES: Final = ("case.number", "customer.firstName", "customer.name", "member.name", "reply.experts")
"""What can stand in double braces, beside `link.` and the code of a tracked link."""

AUTOMATIC: Final = ("case.number", "customer.firstName", "customer.name")
"""Those of them that have a value in what the system says by itself, of which no member is the author."""

LINK: Final = "link."

PLACEHOLDER: Final = re.compile(r"\{\{\s*([^{}\n]{1,100}?)\s*\}\}")
_WITH_BLANKS: Final = re.compile(rf"([ \t]*){PLACEHOLDER.pattern}")
_MARKDOWN: Final = str.maketrans("", "", "[]<>{}`*_|\\")
"""Letters left out of names: a customer chose theirs, and it must not become a link or another variable."""


async def preview_reply(actor: Actor, case_id: str, body: str, source_ids: Sequence[str] = ()) -> str:
    """Give a reply as the case's customer would read it, with its variables filled; nothing is stored.

    Raises NotFound, InvalidInput for an unknown variable, one that has no value here and what can't be cited.
    """
    case = await require_case(actor, case_id)
    sources = await cite(actor, case, source_ids)
    return await personalised(actor, case, body_of(body), author_id=actor.member, sources=sources)


async def personalised(actor: Actor, case: Case, body: str, *, author_id: str | None, sources: Sequence[CitedSource] = ()) -> str:
    """Give the text with its variables filled for the case's customer and the reply's author; other braces stay.

    Raises InvalidInput for an unknown variable, naming those that there are, and for one that has no value here.
    """
    wanted = {found.group(1) for found in PLACEHOLDER.finditer(body)}
    if not wanted:
        return body
    require_variables(body)
    values = await variable_values(actor, case, body, author_id=author_id, sources=sources)
    missing = sorted(name for name in wanted if not values.get(name))
    if missing:
        raise InvalidInput(f"The variable {missing[0]} has no value in this case; write it out.", path=("body",))
    return body_of(PLACEHOLDER.sub(lambda found: values[found.group(1)], body))


async def said_by_itself(case: Case, body: str) -> str:
    """Give what the system says in a case with its variables filled; what has no value is left out, with the blanks before it."""
    if PLACEHOLDER.search(body) is None:
        return body
    values = await variable_values(SYSTEM, case, body, author_id=None)

    def filled(found: re.Match[str]) -> str:
        value = values.get(found.group(2))
        return f"{found.group(1)}{value}" if value else ""

    return _WITH_BLANKS.sub(filled, body).strip() or body


def require_variables(body: str, *, among: Sequence[str] = VARIABLES, path: Sequence[str] = ("body",)) -> None:
    """Raise InvalidInput, naming those that there are, for a variable that there is not."""
    wanted = {found.group(1) for found in PLACEHOLDER.finditer(body)}
    unknown = sorted(name for name in wanted - set(among) if not name.startswith(LINK))
    if unknown:
        known = f"{', '.join(among)} or {LINK} and the code of a link"
        raise InvalidInput(f"There is no variable {unknown[0]}; use {known}.", path=tuple(path))


def require_sayable(body: str, *, among: Sequence[str] = AUTOMATIC, path: Sequence[str]) -> None:
    """Raise InvalidInput for what the system could not say by itself: other variables, and nothing but variables."""
    require_variables(body, among=among, path=path)
    if not PLACEHOLDER.sub("", body).strip():
        raise InvalidInput("Write something beside the variables, for not every customer is known by a name.", path=tuple(path))


async def variable_values(
    actor: Actor, case: Case, body: str, *, author_id: str | None, sources: Sequence[CitedSource] = ()
) -> dict[str, str]:
    """Give what each variable of a text stands for in a case, an empty text where there is nothing."""
    codes = [name.removeprefix(LINK) for found in PLACEHOLDER.finditer(body) if (name := found.group(1)).startswith(LINK)]
    addresses, customers, members, experts = await asyncio.gather(
        short_addresses(actor, case, sorted(set(codes))),
        customers_by_ids(actor, [case.customer_id] if case.customer_id else []),
        members_by_ids(actor, [author_id] if author_id else []),
        attributions_of(actor, [source.id for source in sources]),
    )
    customer = next(iter(customers.values()), None)
    name = _name(customer) if customer else ""
    return {
        "case.number": str(case.number),
        "customer.name": name,
        "customer.firstName": name.partition(" ")[0],
        "member.name": next((_plain(member.display_name) for member in members.values()), ""),
        **{f"{LINK}{code}": address for code, address in addresses.items()},
        "reply.experts": _plain(", ".join(one.line for one in distinct([*experts.values()]))),
    }


def _name(customer: Customer) -> str:
    """Give the name, nothing for who is known by no name but an id or a handle."""
    names = {identity.external_id for identity in customer.identities} | {identity.handle for identity in customer.identities}
    return "" if customer.display_name in names or not customer.identities else _plain(customer.display_name)


def _plain(name: str) -> str:
    return " ".join(name.translate(_MARKDOWN).split())
