"""Letting kudos stand where what they are about stands; can run twice."""

from functools import partial

from community.contents import content_of
from community.documents import Answer, SpaceContent
from community.kudos.documents import Kudos, KudosSubject
from core.records import change


async def settle_kudos(root_id: str) -> None:
    """Let the kudos about a question, its answers or a page follow it into its space, and answers to another question."""
    for kudos in await Kudos.find({"root_id": root_id}).to_list():
        place = await content_of(await _root_of(kudos))
        if place is not None:
            await change(kudos, partial(_put, place=place))


async def _root_of(kudos: Kudos) -> str:
    if kudos.subject_kind is not KudosSubject.ANSWER:
        return kudos.root_id
    answer = await Answer.get(kudos.subject_id)
    return answer.question_id if answer is not None else kudos.root_id


def _put(kudos: Kudos, *, place: SpaceContent) -> None:
    kudos.root_id, kudos.space_id, kudos.closed_space_id = place.id, place.space_id, place.closed_space_id
