"""Asking anonymously: the id that stands for who asked, in all they do with their question, and who is behind it.

Nobody is told who is behind it, moderators and administrators neither, and there is no operation that reveals it.
"""

from collections.abc import Iterable
from typing import Any, Final

from auth.actor import Actor
from community.documents import Question, Written
from core.ids import new_id, prefix_of

PREFIX: Final = "anm"
"""That of the ids that stand for somebody."""


def authorship(actor: Actor, *, anonymous: bool) -> dict[str, Any]:
    """Give the fields that say who asks: the member, or an id made for this question alone."""
    if not anonymous:
        return {"author_id": actor.member}
    return {"author_id": new_id(PREFIX), "hidden_author_id": actor.member}


def authorship_in(actor: Actor, question: Question | None) -> dict[str, Any]:
    """Give the fields that say who writes below a question: who asked it anonymously stays so."""
    if question is not None and is_hidden(actor, question):
        return {"author_id": question.author_id, "hidden_author_id": question.hidden_author_id}
    return {"author_id": actor.member}


def acting_as(actor: Actor, written: Question | Written) -> str:
    """Give the id under which events say who did something with a question, or with what was written below it."""
    return written.author_id if is_hidden(actor, written) else actor.id


def is_hidden(actor: Actor, written: Question | Written) -> bool:
    """Tell whether the actor is who wrote this anonymously."""
    return written.hidden_author_id is not None and written.hidden_author_id == actor.member_id


def stands_for_somebody(author_id: str) -> bool:
    """Tell whether an id is one of somebody who asked anonymously."""
    return prefix_of(author_id) == PREFIX


def but_who_acted(member_ids: Iterable[str], question: Question, actor_id: str) -> list[str]:
    """Leave out who asked anonymously where that id stands for who acted: nobody is told of what they did themselves."""
    acted = question.writer_id if actor_id == question.author_id else None
    return [one for one in member_ids if one != acted]
