"""Who may read which cases, consultations' cases, requests and answers, as conditions."""

from auth.actor import Actor, ActorKind, Permission
from care.documents.answer_bank import AnswerBankStatus
from care.documents.case_states import CaseOrigin
from care.documents.channels import Environment
from core.gates import NOTHING, PRESENT, Eq, Exists, Gate, In, Some, both


def visible_cases(actor: Actor) -> Gate:
    """Say which cases somebody may know of, in the world and in practice."""
    return Some((visible_cases_in(actor, Environment.LIVE), visible_cases_in(actor, Environment.PRACTICE)))


def visible_cases_in(actor: Actor, environment: Environment) -> Gate:
    """Say which cases of one environment somebody may know of.

    LIVE: all with `case:read` (in their channels, when their reach is bounded), and those a member was consulted
    about. PRACTICE: a member's own, and all of them for mentors.
    """
    if actor.kind in {ActorKind.CUSTOMER, ActorKind.ANONYMOUS}:
        return NOTHING
    ways = _live(actor) if environment is Environment.LIVE else _practice(actor)
    inside = Eq("environment", environment.value)
    return both(PRESENT, inside, ways[0] if len(ways) == 1 else Some(ways)) if ways else NOTHING


def _live(actor: Actor) -> tuple[Gate, ...]:
    reads = actor.may(Permission.CASE_READ)
    if reads and not actor.scoped:
        return (PRESENT,)
    inside = (In("channel_id", tuple(sorted(actor.reach))),) if reads and actor.reach else ()
    return (*inside, *_named(actor, "consulted"))


def _practice(actor: Actor) -> tuple[Gate, ...]:
    if actor.may(Permission.CASE_READ) and actor.may(Permission.REPLY_RELEASE) and not actor.scoped:
        return (PRESENT,)
    return _named(actor, "participants")


def _named(actor: Actor, field: str) -> tuple[Gate, ...]:
    return (Eq(field, actor.member_id),) if actor.member_id else ()


def reads_all_live(actor: Actor) -> bool:
    """Tell whether the actor's view of the LIVE cases is bounded by nothing."""
    return actor.may(Permission.CASE_READ) and not actor.scoped


def own_requests(actor: Actor) -> Gate:
    """Say which cases are a customer's own requests: theirs and LIVE; what the company began, once it reached them."""
    if actor.kind is not ActorKind.CUSTOMER or actor.customer_id is None:
        return NOTHING
    heard_of = Some((Eq("origin", CaseOrigin.CUSTOMER.value), Exists("reached_at")))
    return both(PRESENT, Eq("customer_id", actor.customer_id), Eq("environment", Environment.LIVE.value), heard_of)


def visible_answers(actor: Actor) -> Gate:
    """Say which entries of the answer bank somebody may read; drafts only who may edit, and their owner."""
    if not actor.may(Permission.ANSWER_BANK_READ):
        return NOTHING
    if actor.may(Permission.ANSWER_BANK_EDIT):
        return both(
            PRESENT, In("status", tuple(status.value for status in AnswerBankStatus))
        )  # every status: the index leads with it
    usable = In("status", (AnswerBankStatus.APPROVED.value, AnswerBankStatus.EXPIRED.value))
    own = (Eq("owner_id", actor.member_id),) if actor.member_id else ()
    return both(PRESENT, Some((usable, *own)))
