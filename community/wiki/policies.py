"""Who may do what in the wiki: pure rules, told before people try and enforced when they do."""

from auth.actor import Actor, Permission
from community.policies import ALLOWED, Ruling
from community.wiki.documents import WikiPage
from core.errors import Forbidden


def may_write(actor: Actor) -> Ruling:
    """Allow a member with `wiki:edit`: to write pages and to change any that they may read."""
    if actor.member_id is None:
        return Ruling(Forbidden("Only a member of the company can write in the wiki."))
    if not actor.may(Permission.WIKI_EDIT):
        return Ruling(Forbidden(f"You need the permission {Permission.WIKI_EDIT.value} for this."))
    return ALLOWED


def may_verify(actor: Actor, page: WikiPage) -> Ruling:
    """Allow the page's owner, or somebody with `wiki:manage`; a page that nobody owns, every member who may write."""
    if actor.may(Permission.WIKI_MANAGE) or (page.owner_id is not None and page.owner_id == actor.member_id):
        return ALLOWED
    if page.owner_id is None:
        return may_write(actor)
    return Ruling(Forbidden("Only the owner of the page, or somebody with wiki:manage, can vouch for it."))


def may_delete(actor: Actor) -> Ruling:
    """Allow somebody with `wiki:manage`."""
    if actor.may(Permission.WIKI_MANAGE):
        return ALLOWED
    return Ruling(Forbidden(f"You need the permission {Permission.WIKI_MANAGE.value} for this."))
