"""The second look: whether anything of the real people is left in a scenario that was made of their case."""

from collections.abc import Sequence

from care.documents.cases import Case
from care.documents.customers import Customer
from care.reading.customers import same_customers
from coaching.practice.anonymising import Original, leftovers, original_of
from coaching.practice.documents import PracticeScenario
from core.errors import InvalidInput
from core.records import by_ids


async def customers_of(case: Case) -> list[Customer]:
    """Give everybody who is read as the customer of a case, merged ones too."""
    if case.customer_id is None:
        return []
    same = (await same_customers([case.customer_id])).get(case.customer_id, [case.customer_id])
    return list((await by_ids(Customer, [case.customer_id, *same])).values())


async def original_behind(scenario: PracticeScenario) -> Original | None:
    """Give what tells who the people behind a scenario are, as it is known today; None for one made by hand."""
    case = await Case.get(scenario.source_case_id) if scenario.source_case_id else None
    if case is None:
        return None
    return original_of(case, await customers_of(case), scenario.also_removed)


def require_nothing_left(scenario: PracticeScenario, original: Original, *, fields: Sequence[str], otherwise: str) -> None:
    """Refuse a scenario in which something of the real people is still to be found; InvalidInput names where.

    `fields` are those of the input; what was found elsewhere is laid to `otherwise`.
    """
    texts = {
        "title": [scenario.title],
        "summary": [scenario.summary],
        "personas": [word for one in scenario.personas for word in (one.name, one.handle, one.about or "")],
        "injects": [text for one in scenario.injects for text in (one.phase, *one.texts)],
    }
    for name, parts in texts.items():
        if found := leftovers(parts, original):
            what = ", ".join(dict.fromkeys(one.kind for one in found))
            message = f"This still tells who it was: {what}. Take it out of the {name}, or name it in `alsoRemove`."
            raise InvalidInput(message, path=(name if name in fields else otherwise,))
