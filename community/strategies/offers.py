"""Offering back: a fork's changes are shown to what it came from, and taken by a three-way merge, or declined."""

import asyncio
from typing import Annotated

from pydantic import BaseModel
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor
from community.creation import insert_once, made_before
from community.drafts import Remark, Title, text
from community.strategies.documents import OfferState, StrategyOffer
from community.strategies.events import StrategyOffered, StrategyOfferSettled, StrategyOfferTaken
from community.strategies.policies import may_decide_offer, may_offer
from community.strategies.reading import require_offer, revision_at
from community.wiki.approvals import approvals_needed
from community.wiki.documents import WikiPage
from community.wiki.merging import Merge, has_markers, merge
from community.wiki.places import page_to_edit
from community.wiki.reading import pages_by_ids, require_page
from community.wiki.revisions import keep_if_many, keep_revisions
from community.wiki.writing import PageBody, Wording, latest, write
from core.clock import now
from core.errors import AlreadyDone, InvalidInput, NotFound
from core.idempotency import Once
from core.records import change


class OfferDraft(BaseModel):
    """What is offered, in words."""

    note: Remark


class TakingDraft(BaseModel):
    """How to take an offer: with the words as a person merged them, or, without any, as they merge by themselves."""

    title: Title | None = None
    body: PageBody | None = None


class DecliningDraft(BaseModel):
    """Why an offer is declined."""

    reason: Annotated[str, text(3, 1_000)]


async def offer_back(actor: Actor, page_id: str, draft: OfferDraft, *, once: Once) -> StrategyOffer:
    """Offer what a fork says now to what it came from, once at a time.

    Raises NotFound, also when what it came from is gone or not the actor's to read, Forbidden for who does not lead the
    fork, InvalidInput for what is no published fork, says the same, or stands in a closed space of its own, AlreadyDone
    while an offer is open, IdempotencyMismatch.
    """
    fork = await keep_revisions(await require_page(actor, page_id))
    may_offer(actor, fork).enforce()
    identifier, mark = once.identifier("sof"), fork.strategy
    if (before := await made_before(StrategyOffer, identifier, once)) is not None:
        return before
    origins = await pages_by_ids(actor, [mark.origin_id]) if mark is not None and mark.origin_id is not None else {}
    if mark is None or mark.origin_id not in origins:
        raise NotFound("What it came from is not there any more.", path=("page_id",))
    origin = origins[mark.origin_id]
    if fork.closed_space_id is not None and fork.closed_space_id != origin.closed_space_id:
        raise InvalidInput("What a closed space holds stays there; it can't be offered to a page outside.", path=("page_id",))
    if (fork.title, fork.body) == (origin.title, origin.body):
        raise InvalidInput("It says the same as what it came from.", path=("page_id",))
    offer = StrategyOffer(
        id=identifier,
        created_at=now(),
        fork_id=fork.id,
        origin_id=origin.id,
        base_number=mark.origin_number or 1,
        title=fork.title,
        body=fork.body,
        note=draft.note,
        offered_by=actor.member,
        open_key=fork.id,
        fingerprint=once.fingerprint,
    )
    offer.record(StrategyOffered(offer_id=identifier), actor=actor.id)
    try:
        return await insert_once(offer, once)
    except DuplicateKeyError:
        raise AlreadyDone("What this fork offered before is not decided yet.", path=("page_id",)) from None


async def merged_with(offer: StrategyOffer, origin: WikiPage) -> Merge:
    """Merge what is offered with what the origin says now, from what the fork began with."""
    base = await revision_at(offer.origin_id, offer.base_number)
    begun = base.body if base is not None else ""
    return await asyncio.to_thread(merge, begun, latest(origin).body, offer.body)


async def take_offer(actor: Actor, offer_id: str, draft: TakingDraft, *, expected_version: int) -> StrategyOffer:
    """Let what a fork came from take its changes in a revision of its own; `expected_version` is that of the page.

    Where its edits need approval it is proposed. Raises NotFound, Forbidden for who does not lead it, AlreadyDone,
    InvalidInput while both disagree and nobody says what holds, or a conflict is still marked, Locked, Conflict.
    """
    offer = await require_offer(actor, offer_id)
    origin = await page_to_edit(actor, offer.origin_id, path="offer_id")
    may_decide_offer(actor, origin, offer).enforce()
    needed, merged = await approvals_needed(origin), await merged_with(offer, origin)
    if draft.body is None and merged.conflicts:
        message = f"Both changed {merged.conflicts} places, each in another way; merge them by hand and give the text."
        raise InvalidInput(message, path=("body",))
    if draft.body is not None and has_markers(draft.body):
        raise InvalidInput("A conflict is still marked in the text; keep what shall stay, without the markers.", path=("body",))
    body, summary = draft.body or merged.text, f"Taken from a fork: {offer.note}"[:300]

    def rule(current: WikiPage) -> None:
        said = latest(current)
        write(current, actor, Wording(draft.title or said.title, body, said.tags, " ".join(summary.split())), needed=needed)
        taken = StrategyOfferTaken(page_id=current.id, offer_id=offer.id, number=current.version + 1)
        current.record(taken, actor=actor.id)

    page = await keep_if_many(await change(origin, rule, expected_version=expected_version))
    return await settle_taken(offer, page.version, actor.member)


async def settle_taken(offer: StrategyOffer, number: int, by: str) -> StrategyOffer:
    """Say of an offer that a revision took it. Can run twice."""

    def rule(current: StrategyOffer) -> None:
        if current.state is OfferState.TAKEN:
            return
        current.state, current.open_key, current.taken_number = OfferState.TAKEN, None, number
        current.decided_by, current.decided_at, current.reason = by, now(), None
        current.record(StrategyOfferSettled(offer_id=current.id), actor=by)

    return await change(offer, rule)


async def decline_offer(actor: Actor, offer_id: str, draft: DecliningDraft, *, expected_version: int) -> StrategyOffer:
    """Decline what a fork offers, with a reason; who offered it is told.

    Raises NotFound, Forbidden for who does not lead what it came from, AlreadyDone, Conflict.
    """
    offer = await require_offer(actor, offer_id)
    origin = await require_page(actor, offer.origin_id)
    may_decide_offer(actor, origin, offer).enforce()

    def rule(current: StrategyOffer) -> None:
        may_decide_offer(actor, origin, current).enforce()
        current.state, current.open_key = OfferState.DECLINED, None
        current.decided_by, current.decided_at, current.reason = actor.member, now(), draft.reason
        current.record(StrategyOfferSettled(offer_id=current.id), actor=actor.id)

    return await change(offer, rule, expected_version=expected_version)
