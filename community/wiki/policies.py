"""Who may do what in the wiki: pure rules, told before people try and enforced when they do."""

from auth.actor import Actor, Permission
from community.policies import ALLOWED, Ruling, still_said
from community.wiki.documents import Proposal, WikiComment, WikiPage
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


def may_manage(actor: Actor) -> Ruling:
    """Allow somebody with `wiki:manage`."""
    return may_delete(actor)


def may_approve(actor: Actor, page: WikiPage, proposal: Proposal | None) -> Ruling:
    """Allow the page's owner, or somebody with `wiki:approve`, to judge an edit that they had no part in."""
    if actor.member_id is None:
        return Ruling(Forbidden("Only a member of the company can approve an edit."))
    if not actor.may(Permission.WIKI_APPROVE) and page.owner_id != actor.member_id:
        return Ruling(Forbidden("Only the owner of the page, or somebody with wiki:approve, can approve or reject an edit."))
    if proposal is not None and actor.member_id in proposal.author_ids:
        return Ruling(Forbidden("You wrote this edit; somebody else must approve or reject it."))
    return ALLOWED


def may_withdraw(actor: Actor, proposal: Proposal) -> Ruling:
    """Allow who wrote a proposed edit, or somebody with `wiki:manage`."""
    if actor.may(Permission.WIKI_MANAGE) or actor.member_id in proposal.author_ids:
        return ALLOWED
    return Ruling(Forbidden("Only who wrote the edit, or somebody with wiki:manage, can take it back."))


def may_comment(actor: Actor) -> Ruling:
    """Allow every member who may read the wiki."""
    if actor.member_id is None or not actor.may(Permission.WIKI_READ):
        return Ruling(Forbidden("Only a member of the company who may read the wiki can comment in it."))
    return ALLOWED


def may_edit_comment(actor: Actor, comment: WikiComment) -> Ruling:
    """Allow who wrote it, what was not taken away."""
    if comment.author_id == actor.member_id:
        return still_said(comment)
    return Ruling(Forbidden("Only who wrote the comment can change it."))


def may_resolve(actor: Actor, comment: WikiComment) -> Ruling:
    """Allow who began the thread, and who may edit the wiki."""
    return ALLOWED if comment.author_id == actor.member_id else may_write(actor)
