"""Who may do what with strategies: pure rules, shown and enforced alike; reading and writing them is as of every wiki page."""

from auth.actor import Actor, Permission
from community.policies import ALLOWED, Ruling
from community.strategies.documents import OfferState, StrategyOffer
from community.wiki.documents import WikiPage
from community.wiki.policies import may_write
from core.errors import AlreadyDone, Forbidden, InvalidInput


def authors_together(page: WikiPage) -> set[str]:
    """Give who writes a strategy together: who owns it, who began it, and the co-authors."""
    return {page.author_id, *([page.owner_id] if page.owner_id else []), *(page.strategy.co_author_ids if page.strategy else [])}


def may_lead(actor: Actor, page: WikiPage) -> Ruling:
    """Allow who writes it together with others, and with `wiki:manage`; who may write at all."""
    if not (ruling := may_write(actor)):
        return ruling
    if actor.member_id in authors_together(page) or actor.may(Permission.WIKI_MANAGE):
        return ALLOWED
    return Ruling(Forbidden("Only who owns, began or co-authors the page, or somebody with wiki:manage, can do this."))


def may_fork(actor: Actor, page: WikiPage) -> Ruling:
    """Allow who may write, a strategy of which something was published."""
    if not (ruling := may_write(actor)):
        return ruling
    if page.strategy is None or page.unpublished:
        return Ruling(InvalidInput("Only a published strategy is forked.", path=("page_id",)))
    return ALLOWED


def may_offer(actor: Actor, page: WikiPage) -> Ruling:
    """Allow who leads a fork of which something was published."""
    if not (ruling := may_lead(actor, page)):
        return ruling
    if page.strategy is None or page.strategy.origin_id is None or page.unpublished:
        return Ruling(InvalidInput("Only a published fork has something to offer back.", path=("page_id",)))
    return ALLOWED


def may_decide_offer(actor: Actor, origin: WikiPage, offer: StrategyOffer) -> Ruling:
    """Allow who leads what the fork came from, while the offer is open."""
    if not (ruling := may_lead(actor, origin)):
        return ruling
    if offer.state is not OfferState.OPEN:
        return Ruling(AlreadyDone(f"This offer is {offer.state.value} already.", path=("offer_id",)))
    return ALLOWED
