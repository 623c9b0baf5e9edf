"""Mutations of strategies: saying whose a page is, forking it, offering back, taking and declining."""

from typing import Annotated, ClassVar

import strawberry

from community.strategies.offers import (
    DecliningDraft,
    OfferDraft,
    TakingDraft,
    decline_offer,
    offer_back,
    take_offer,
)
from community.strategies.strategies import ForkDraft, StrategyDraft, fork_strategy, set_strategy
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, values_of
from schema.staff.strategies import StrategyOffer
from schema.staff.wiki import WikiPage

_DEPARTMENT = "The id of the department whose it is; absent: nobody's."
_CO_AUTHORS = "The ids of who writes it together with its owner, at most 20; absent: nobody."
_OFFER = "The id of the offer."


@strawberry.input(description="Whose strategy a page is to be, taken whole.")
class SetStrategyInput:
    """Whose strategy a page is to be."""

    page_id: strawberry.ID = required("The id of the page.")
    department_id: strawberry.ID | None = given(_DEPARTMENT)
    co_author_ids: list[strawberry.ID] | None = given(_CO_AUTHORS)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setStrategy`.")
class SetStrategyPayload(Payload):
    """The answer of `setStrategy`."""

    written: ClassVar[str | None] = "page"

    page: WikiPage | None = changed()


@strawberry.input(description="Where a fork is to stand.")
class ForkStrategyInput:
    """Where a fork is to stand."""

    page_id: strawberry.ID = required("The id of the strategy.")
    path: str = required("Where the fork stands; the page above must be there.")
    title: str | None = given("Its title; absent: that of the strategy.")
    space_id: strawberry.ID | None = given("The space in which it stands; absent: in none.")
    department_id: strawberry.ID | None = given(_DEPARTMENT)
    co_author_ids: list[strawberry.ID] | None = given(_CO_AUTHORS)
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `forkStrategy`.")
class ForkStrategyPayload(Payload):
    """The answer of `forkStrategy`."""

    page: WikiPage | None = changed("The fork.")


@strawberry.input(description="What a fork offers back.")
class OfferStrategyInput:
    """What a fork offers back."""

    page_id: strawberry.ID = required("The id of the fork.")
    note: str = required("What is offered, in words.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `offerStrategy`.")
class OfferStrategyPayload(Payload):
    """The answer of `offerStrategy`."""

    offer: StrategyOffer | None = changed("The offer.")


@strawberry.input(description="How to take an offer.")
class TakeStrategyOfferInput:
    """How to take an offer."""

    offer_id: strawberry.ID = required(_OFFER)
    title: str | None = given("The title that the page is to have; absent: it stays.")
    body: str | None = given("What the page is to say, merged by hand; required where both disagree. Absent: as they merge.")
    expected_version: int = required("The `version` of the page that takes it; another one now means that somebody was first.")


@strawberry.type(description="The answer of `takeStrategyOffer`.")
class TakeStrategyOfferPayload(Payload):
    """The answer of `takeStrategyOffer`."""

    written: ClassVar[str | None] = "page"

    offer: StrategyOffer | None = changed("The offer.")
    page: WikiPage | None = changed("On CONFLICT the page that was to take it, as it is now.")


@strawberry.input(description="Why an offer is declined.")
class DeclineStrategyOfferInput:
    """Why an offer is declined."""

    offer_id: strawberry.ID = required(_OFFER)
    reason: str = required("Why, 3 to 1,000 characters.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `declineStrategyOffer`.")
class DeclineStrategyOfferPayload(Payload):
    """The answer of `declineStrategyOffer`."""

    written: ClassVar[str | None] = "offer"

    offer: StrategyOffer | None = changed("The offer.")


@strawberry.type
class StrategyMutations:
    """What is done with strategies."""

    @mutation(SetStrategyPayload, description="Lets a wiki page be a strategy, of a department and written together.")
    async def set_strategy(self, info: Info, input: Annotated[SetStrategyInput, INPUT]) -> object:
        """Set whose it is."""
        draft, version = parse(StrategyDraft, **values_of(input, "page_id")), input.expected_version
        found = await set_strategy(info.context.actor, input.page_id, draft, expected_version=version)
        return SetStrategyPayload(page=WikiPage.from_document(found))

    @mutation(ForkStrategyPayload, description="Writes a page that begins with what a strategy says, and keeps where it is from.")
    async def fork_strategy(self, info: Info, input: Annotated[ForkStrategyInput, INPUT]) -> object:
        """Fork a strategy."""
        draft, once = parse(ForkDraft, **values_of(input, "page_id")), once_for(info, "forkStrategy", input)
        found = await fork_strategy(info.context.actor, input.page_id, draft, once=once)
        return ForkStrategyPayload(page=WikiPage.from_document(found))

    @mutation(OfferStrategyPayload, description="Offers what a fork says to what it came from.")
    async def offer_strategy(self, info: Info, input: Annotated[OfferStrategyInput, INPUT]) -> object:
        """Offer back."""
        draft, once = parse(OfferDraft, note=input.note), once_for(info, "offerStrategy", input)
        offer = await offer_back(info.context.actor, input.page_id, draft, once=once)
        return OfferStrategyPayload(offer=StrategyOffer.from_document(offer))

    @mutation(TakeStrategyOfferPayload, description="Takes what a fork offers, merged with what the page says now.")
    async def take_strategy_offer(self, info: Info, input: Annotated[TakeStrategyOfferInput, INPUT]) -> object:
        """Take an offer."""
        draft, version = parse(TakingDraft, **values_of(input, "offer_id")), input.expected_version
        offer = await take_offer(info.context.actor, input.offer_id, draft, expected_version=version)
        return TakeStrategyOfferPayload(offer=StrategyOffer.from_document(offer))

    @mutation(DeclineStrategyOfferPayload, description="Declines what a fork offers, with a reason.")
    async def decline_strategy_offer(self, info: Info, input: Annotated[DeclineStrategyOfferInput, INPUT]) -> object:
        """Decline an offer."""
        draft, version = parse(DecliningDraft, reason=input.reason), input.expected_version
        offer = await decline_offer(info.context.actor, input.offer_id, draft, expected_version=version)
        return DeclineStrategyOfferPayload(offer=StrategyOffer.from_document(offer))
