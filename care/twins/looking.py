"""Finding customers by the beginnings of what they are called and reached by."""

import re
from typing import Any, Final

from auth.actor import Actor
from care.documents.customers import Customer
from care.documents.twins import LikenessKeys
from care.reading.customer_lists import require_all_customers
from care.reading.customers import customers_by_ids
from care.twins.called import digits_in, plain, words_in
from care.twins.finding import find_twins
from core.errors import InvalidInput
from core.records import AT_ONCE

MOST_FOUND: Final = 20
LONGEST_TEXT: Final = 200
_FEWEST_LETTERS: Final = 2
_MOST_LOOKED_AT: Final = 100
_MOST_WORDS: Final = 8
_NUMBER: Final = re.compile(r"\+?[\d\s()./-]+")
_PAGE: Final = 500


async def find_customers(actor: Actor, typed: str) -> list[Customer]:
    """Give customers of whom every word of a text begins a name, handle, address, number or foreign id; nobody for too little.

    Who was merged is found as the survivor. Raises Forbidden for who may not read all customers, InvalidInput.
    """
    require_all_customers(actor)
    if len(typed) > LONGEST_TEXT:
        raise InvalidInput(f"Look for at most {LONGEST_TEXT} characters.", path=("text",))
    beginnings = _beginnings(typed)
    if sum(map(len, beginnings)) < _FEWEST_LETTERS:
        return []
    begins = [{"found_by": {"$elemMatch": {"$gte": one, "$lt": f"{one}\uffff"}}} for one in beginnings]
    rows = await LikenessKeys.find({"$and": begins}, batch_size=AT_ONCE).limit(_MOST_LOOKED_AT).to_list()
    shown = {one.id: one for one in (await customers_by_ids(actor, [row.customer_id for row in rows])).values()}
    whole = plain(typed)
    return sorted(shown.values(), key=lambda one: _order(one, whole))[:MOST_FOUND]


async def complete_found_by() -> int:
    """Let customers of older releases be found; tell of how many. `kopru migrate` does so; can run twice."""
    last, count = "", 0
    old: dict[str, Any] = {"found_by": {"$exists": False}}
    while rows := await LikenessKeys.find({**old, "_id": {"$gt": last}}).sort("_id").limit(_PAGE).to_list():
        for row in rows:
            await find_twins(row.customer_id)
        last, count = rows[-1].id, count + len(rows)
    return count


def _beginnings(typed: str) -> list[str]:
    whole = plain(typed)
    if "@" in whole.lstrip("@"):
        return [whole.lstrip("@")]
    if _NUMBER.fullmatch(whole):
        return [digits_in(whole)]
    return list(words_in([typed]))[:_MOST_WORDS]


def _order(customer: Customer, whole: str) -> tuple[bool, str, str]:
    name = plain(customer.display_name)
    return not name.startswith(whole), name, customer.id
