"""Variables in what is written to customers: `{{customer.name}}` becomes the name of the one who reads it."""

import re
from typing import Final

from auth.actor import Actor
from care.documents.cases import Case
from care.documents.customers import Customer
from care.reading.cases import require_case
from care.reading.customers import customers_by_ids
from care.written import body_of
from community.directory import members_by_ids
from core.errors import InvalidInput

VARIABLES: Final = ("case.number", "customer.firstName", "customer.name", "member.name")
"""What can stand in double braces."""

PLACEHOLDER: Final = re.compile(r"\{\{\s*([^{}\n]{1,100}?)\s*\}\}")
_MARKDOWN: Final = str.maketrans("", "", "[]<>{}`*_|\\")
"""Letters left out of names: a customer chose theirs, and it must not become a link or another variable."""


async def preview_reply(actor: Actor, case_id: str, body: str) -> str:
    """Give a reply as the case's customer would read it, with its variables filled; nothing is stored.

    Raises NotFound, InvalidInput for an unknown variable and one that has no value here.
    """
    case = await require_case(actor, case_id)
    return await personalised(actor, case, body_of(body), author_id=actor.member)


async def personalised(actor: Actor, case: Case, body: str, *, author_id: str | None) -> str:
    """Give the text with its variables filled for the case's customer and the reply's author; other braces stay.

    Raises InvalidInput for an unknown variable, naming those that there are, and for one that has no value here.
    """
    wanted = {found.group(1) for found in PLACEHOLDER.finditer(body)}
    if not wanted:
        return body
    unknown = sorted(wanted - set(VARIABLES))
    if unknown:
        raise InvalidInput(f"There is no variable {unknown[0]}; use {', '.join(VARIABLES)}.", path=("body",))
    values = await variable_values(actor, case, author_id)
    missing = sorted(name for name in wanted if not values.get(name))
    if missing:
        raise InvalidInput(f"The variable {missing[0]} has no value in this case; write it out.", path=("body",))
    return body_of(PLACEHOLDER.sub(lambda found: values[found.group(1)], body))


async def variable_values(actor: Actor, case: Case, author_id: str | None) -> dict[str, str]:
    """Give what each variable stands for in a case, an empty text where there is nothing."""
    customers = await customers_by_ids(actor, [case.customer_id] if case.customer_id else [])
    members = await members_by_ids(actor, [author_id] if author_id else [])
    customer = next(iter(customers.values()), None)
    name = _name(customer) if customer else ""
    return {
        "case.number": str(case.number),
        "customer.name": name,
        "customer.firstName": name.partition(" ")[0],
        "member.name": next((_plain(member.display_name) for member in members.values()), ""),
    }


def _name(customer: Customer) -> str:
    """Give the name, nothing for who is known by no name but an id or a handle."""
    names = {identity.external_id for identity in customer.identities} | {identity.handle for identity in customer.identities}
    return "" if customer.display_name in names or not customer.identities else _plain(customer.display_name)


def _plain(name: str) -> str:
    return " ".join(name.translate(_MARKDOWN).split())
