"""Reading any object by its id, whatever its kind: one batched read behind each kind's gate."""

from collections.abc import Mapping
from typing import Any, Final

from auth.actor import Actor, ActorKind
from care.brands.reading import brands_by_ids
from care.cases.custom_fields import custom_fields_by_ids
from care.cases.mistake_kinds import mistake_kinds_by_ids
from care.reading.answer_bank import entries_by_ids
from care.reading.assignment import assignment_policies_by_ids
from care.reading.cases import cases_by_ids, obligations_by_ids
from care.reading.claims import claims_by_ids
from care.reading.consultations import consultations_by_ids
from care.reading.conversations import channels_by_ids, conversations_by_ids, messages_by_ids
from care.reading.customers import customers_by_ids, merges_by_ids
from care.reading.imports import imports_by_ids
from care.reading.information import information_by_ids
from care.reading.listening import alerts_by_ids, mentions_by_ids, queries_by_ids
from care.reading.misses import misses_by_ids
from care.reading.prospects import plans_by_ids as action_plans_by_ids
from care.reading.service_levels import calendars_by_ids, policies_by_ids
from care.reading.shifts import leaves_by_ids, plans_by_ids, rotations_by_ids
from community.directory import departments_by_ids, members_by_ids, skills_by_ids
from community.reading import answers_by_ids, comments_by_ids, questions_by_ids
from community.wiki.reading import pages_by_ids, revisions_by_ids
from core.errors import Forbidden
from core.ids import prefix_of
from notifications.reading import notifications_by_ids
from schema.context import BatchRead, Context, Info

READERS: Final[Mapping[str, BatchRead]] = {
    "abe": entries_by_ids,
    "ans": answers_by_ids,
    "asp": assignment_policies_by_ids,
    "bcl": calendars_by_ids,
    "case": cases_by_ids,
    "clm": claims_by_ids,
    "cfd": custom_fields_by_ids,
    "chn": channels_by_ids,
    "cmt": comments_by_ids,
    "cnv": conversations_by_ids,
    "con": consultations_by_ids,
    "cus": customers_by_ids,
    "dep": departments_by_ids,
    "imp": imports_by_ids,
    "inf": information_by_ids,
    "lve": leaves_by_ids,
    "brd": brands_by_ids,
    "lal": alerts_by_ids,
    "lsq": queries_by_ids,
    "mem": members_by_ids,
    "men": mentions_by_ids,
    "mik": mistake_kinds_by_ids,
    "mis": misses_by_ids,
    "mrg": merges_by_ids,
    "msg": messages_by_ids,
    "ntf": notifications_by_ids,
    "obl": obligations_by_ids,
    "pln": action_plans_by_ids,
    "qst": questions_by_ids,
    "rot": rotations_by_ids,
    "shf": plans_by_ids,
    "skl": skills_by_ids,
    "slp": policies_by_ids,
    "wik": pages_by_ids,
    "wrv": revisions_by_ids,
}


def is_staff(actor: Actor) -> bool:
    """Tell whether a caller is of the company: a member, or a program of its own."""
    return actor.kind not in {ActorKind.ANONYMOUS, ActorKind.CUSTOMER}


def require_staff(info: Info) -> None:
    """Refuse callers that are not of the company; Forbidden."""
    if not is_staff(info.context.actor):
        raise Forbidden("Sign in as a member of the company.")


async def reach(context: Context, identifier: str | None) -> Any:
    """Give the document behind an id together with all others asked for in this turn.

    None for ids that nobody has, that the viewer may not know of, and for callers that are not of the company.
    """
    read = READERS.get(prefix_of(identifier or ""))
    if read is None or identifier is None or not is_staff(context.actor):
        return None
    return await context.load(read, identifier)
