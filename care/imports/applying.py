"""Applying rows: who is meant is looked up for the whole batch, new customers are written together, each row once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from care.claims.observing import observe
from care.claims.values import same_value
from care.documents.claims import (
    ClaimField,
    ClaimSource,
    ClaimState,
    ConsentPurpose,
    ConsentStep,
    Fact,
    LicenceClass,
    Said,
    contact_key,
)
from care.documents.customers import Customer, Lifecycle
from care.documents.imports import RowCounts, RowError
from care.events import CustomerChanged
from care.imports.understanding import CustomerRow
from care.profiles import accepted, consented, fact_of, may_be_kept, put_fact, said, value_of
from core.clock import now
from core.ids import derived_id
from core.records import by_ids, change, save_new
from core.text.fold import fold

KEPT_MARKS = 20
_CONTACTS = (ClaimField.EMAIL, ClaimField.PHONE)


class Terms(Protocol):
    """Where rows come from and how they are to be taken: an import's file, or a page of a synchronisation."""

    @property
    def id(self) -> str:
        """The name under which a customer remembers a row; each row's place in it is its own."""

    @property
    def system(self) -> str:
        """The name of the other system."""

    @property
    def told_in(self) -> str:
        """What the rows stood in, for people."""

    @property
    def lifecycle(self) -> Lifecycle:
        """How far new customers have come."""

    @property
    def contacts_verified(self) -> bool:
        """Whether addresses and numbers are known to be theirs."""

    @property
    def dry_run(self) -> bool:
        """Whether it is only counted."""

    @property
    def created_at(self) -> datetime:
        """When the rows are said to be so."""

    @property
    def created_by(self) -> str:
        """Who has them taken in."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a dry run would have made of one key by now: the stored customer, None for a new one, and what rows changed."""

    stored_id: str | None
    rows: list[CustomerRow]


Rehearsal = dict[str, Rehearsed]
"""By key, what the batches of a dry run before would have left behind."""


@dataclass(slots=True)
class Batch:
    """Some rows of an import, what they meet in the store, and what became of them."""

    imported: Terms
    counts: RowCounts = field(default_factory=RowCounts)
    errors: list[RowError] = field(default_factory=list)
    known: dict[str, Customer] = field(default_factory=dict)
    """Customers by their key in the other system."""
    reached: dict[str, dict[str, Customer]] = field(default_factory=dict)
    """Customers by their verified e-mail addresses and telephone numbers."""
    fresh: dict[str, tuple[CustomerRow, Customer]] = field(default_factory=dict)
    """Customers who are to be written, by their key."""
    rehearsal: Rehearsal = field(default_factory=dict)
    """Filled in a dry run only, where nothing is in the store for the batches that follow."""


async def apply_rows(imported: Terms, rows: Sequence[CustomerRow | RowError], rehearsal: Rehearsal) -> Batch:
    """Apply rows in their order. Can run twice: what a row did the first time is counted the second time too.

    `rehearsal` has what a dry run would have done in the batches before, and gets what it would have done in this one.
    """
    batch = Batch(imported, RowCounts(rows=len(rows)), rehearsal=rehearsal)
    await _look_up(batch, [row for row in rows if isinstance(row, CustomerRow)])
    for row in rows:
        if isinstance(row, RowError):
            _refuse(batch, row)
        else:
            await _apply(batch, row)
    await _write_fresh(batch)
    return batch


async def _look_up(batch: Batch, rows: Sequence[CustomerRow]) -> None:
    keys = sorted({crm_key(batch.imported.system, row.key) for row in rows})
    if keys:
        for customer in await Customer.find({"crm_keys": {"$in": keys}}).to_list():
            batch.known |= dict.fromkeys(customer.crm_keys or [], customer)
    contacts = sorted({key for row in rows for key in _contact_keys(row)})
    if contacts:
        for customer in await Customer.find({"verified_keys": {"$in": contacts}}).to_list():
            for key in customer.verified_keys or []:
                batch.reached.setdefault(key, {})[customer.merged_into or customer.id] = customer
    if batch.imported.dry_run:
        await _recall(batch, keys)


async def _recall(batch: Batch, keys: Sequence[str]) -> None:
    """Know customers as the batches before would have left them."""
    before = {key: batch.rehearsal[key] for key in keys if key in batch.rehearsal}
    stored = await by_ids(Customer, [one.stored_id for one in before.values() if one.stored_id is not None])
    for key, done in before.items():
        customer = stored.get(done.stored_id or "")
        customer = customer.model_copy(deep=True) if customer is not None else _new(batch.imported, done.rows[0], key)
        for row in done.rows:
            _merge(batch.imported, row, customer, key)
        batch.known[key] = customer


async def _apply(batch: Batch, row: CustomerRow) -> None:
    key = crm_key(batch.imported.system, row.key)
    if key in batch.fresh:
        await _write_fresh(batch)
    customer = batch.known.get(key)
    if customer is None:
        found = _by_contact(batch, row)
        if len(found) > 1:
            names = ", ".join(sorted(one.id for one in found))
            _refuse(batch, _error(row, f"Several customers have this verified address or number: {names}. Merge them first."))
            return
        customer = found[0] if found else None
    if customer is None:
        batch.fresh[key] = (row, _new(batch.imported, row, key))
    else:
        await _update(batch, row, customer, key)


def _by_contact(batch: Batch, row: CustomerRow) -> list[Customer]:
    """Give who has the row's verified address or number, but is no other record of the same system."""
    prefix = _prefix(batch.imported.system)
    found = {one.id: one for key in _contact_keys(row) for one in batch.reached.get(key, {}).values()}
    return [one for one in found.values() if not any(held.startswith(prefix) for held in one.crm_keys or [])]


async def _write_fresh(batch: Batch) -> None:
    """Write the new customers; one who was met meanwhile is brought up to date instead."""
    waiting, batch.fresh = batch.fresh, {}
    if batch.imported.dry_run:
        batch.counts.created += len(waiting)
        batch.known |= {key: customer for key, (_, customer) in waiting.items()}
        batch.rehearsal |= {key: Rehearsed(None, [row]) for key, (row, _) in waiting.items()}
        return
    taken = await save_new([customer for _, customer in waiting.values()])
    for key, (row, customer) in waiting.items():
        if customer.id not in taken:
            batch.counts.created += 1
            batch.known[key] = customer
            continue
        found = await Customer.find_one({"crm_keys": key}) or await Customer.get(customer.id)
        if found is None:
            _refuse(batch, _error(row, "This customer was being made by somebody else; import the row again."))
        else:
            batch.known[key] = found
            await _update(batch, row, found, key)


async def _update(batch: Batch, row: CustomerRow, customer: Customer, key: str) -> None:
    outcome = "unchanged"
    mark = f"{batch.imported.id}:{row.number}:"

    def rule(current: Customer) -> None:
        nonlocal outcome
        before = next((one for one in current.import_marks if one.startswith(mark)), None)
        outcome = before.removeprefix(mark) if before is not None else _merge(batch.imported, row, current, key)
        if before is None and outcome == "updated":
            _mark(current, f"{mark}{outcome}")
            current.record(CustomerChanged(customer_id=current.id))

    if batch.imported.dry_run:
        batch.known[key] = customer = customer.model_copy(deep=True)
        rule(customer)
        if outcome == "updated":
            batch.rehearsal.setdefault(key, Rehearsed(customer.id, [])).rows.append(row)
    else:
        batch.known[key] = customer = await change(customer, rule)
    setattr(batch.counts, outcome, getattr(batch.counts, outcome) + 1)
    batch.counts.proposed += await _propose(batch.imported, row, customer)


def _merge(imported: Terms, row: CustomerRow, customer: Customer, key: str) -> str:
    """Let a customer be what the row says, as far as nobody else has said otherwise; tell whether that changed anything."""
    changed = False
    if key not in (customer.crm_keys or []):
        customer.crm_keys, changed = [*(customer.crm_keys or []), key], True
    if row.consents and not consented(customer.consents):
        customer.consents, changed = [*customer.consents, _consent(imported)], True
    for saying in _sayings(imported, row):
        if _holds(customer, saying):
            put_fact(customer, _fact(imported, saying))
            changed = True
    return "updated" if changed else "unchanged"


def _holds(customer: Customer, saying: Said) -> bool:
    """Tell whether the other system's word counts at once: in a gap, over its own, and over what a network lends."""
    held, known = fact_of(customer, saying.field), value_of(customer, saying.field)
    if known is not None and same_value(saying.field, known, saying.value):
        return False
    if known is None or held is None:
        return True
    is_own = held.source is saying.source and held.origin == saying.origin
    return is_own or held.source is ClaimSource.SOCIAL_PROFILE


async def _propose(imported: Terms, row: CustomerRow, customer: Customer) -> int:
    proposed = 0
    for saying in _sayings(imported, row):
        known = value_of(customer, saying.field)
        if known is None or same_value(saying.field, known, saying.value) or not may_be_kept(customer, saying.field):
            continue
        if imported.dry_run:
            proposed += not _holds(customer, saying)
        else:
            proposed += (await observe(customer, saying)).state is ClaimState.PROPOSED
    return proposed


def _new(imported: Terms, row: CustomerRow, key: str) -> Customer:
    at = now()
    customer = Customer(
        id=derived_id("cus", "crm", key), created_at=at, display_name=row.name, lifecycle=imported.lifecycle, crm_keys=[key]
    )
    if row.consents:
        customer.consents = [_consent(imported)]
    for saying in _sayings(imported, row):
        put_fact(customer, _fact(imported, saying))
    _mark(customer, f"{imported.id}:{row.number}:created")
    customer.record(CustomerChanged(customer_id=customer.id))
    return customer


def _sayings(imported: Terms, row: CustomerRow) -> list[Said]:
    at = imported.created_at
    sayings = [said(of, value, ClaimSource.CRM_IMPORT, at, origin=imported.system) for of, value in row.told.items()]
    right = {"licence": LicenceClass.CONSENT}
    return [one.model_copy(update=right) if one.field in (ClaimField.HOBBIES, ClaimField.BIRTHDAY) else one for one in sayings]


def _fact(imported: Terms, saying: Said) -> Fact:
    is_verified = imported.contacts_verified and saying.field in _CONTACTS
    return accepted(saying, now()).model_copy(update={"verified": is_verified})


def _consent(imported: Terms) -> ConsentStep:
    note = f"Import: {imported.system}, {imported.told_in}"
    return ConsentStep(
        purpose=ConsentPurpose.PERSONAL_DETAILS, given=True, note=note, recorded_by=imported.created_by, recorded_at=now()
    )


def _mark(customer: Customer, mark: str) -> None:
    customer.import_marks = [*customer.import_marks, mark][-KEPT_MARKS:]


def crm_key(system: str, key: str) -> str:
    """Give the key that is unique among all customers of all systems."""
    return f"{_prefix(system)}{key}"


def _prefix(system: str) -> str:
    return f"{fold(system).replace(':', ' ')}:"


def _contact_keys(row: CustomerRow) -> list[str]:
    return [contact_key(of, row.told[of]) for of in _CONTACTS if of in row.told]


def _refuse(batch: Batch, error: RowError) -> None:
    batch.counts.failed += 1
    batch.errors.append(error)


def _error(row: CustomerRow, reason: str) -> RowError:
    return RowError(row=row.number, column="", reason=reason, raw=row.raw)
