"""Who may publish for customers: pure rules, told before people try and enforced when they do."""

from auth.actor import Actor, Permission
from community.help.documents import ArticleStatus, HelpArticle
from community.policies import ALLOWED, Ruling
from core.errors import AlreadyDone, Forbidden


def may_publish(actor: Actor) -> Ruling:
    """Allow a member with `question:publish`, who lets customers see questions as well."""
    if actor.member_id is None:
        return Ruling(Forbidden("Only a member of the company can publish for customers."))
    if not actor.may(Permission.QUESTION_PUBLISH):
        return Ruling(Forbidden(f"You need the permission {Permission.QUESTION_PUBLISH.value} for this."))
    return ALLOWED


def may_withdraw(actor: Actor, article: HelpArticle) -> Ruling:
    """Allow the same, an article that is published."""
    if not (ruling := may_publish(actor)):
        return ruling
    if article.status is ArticleStatus.WITHDRAWN:
        return Ruling(AlreadyDone("This article is withdrawn already.", path=("article_id",)))
    return ALLOWED
