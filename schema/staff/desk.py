"""The desk of an expert: what waits for them."""

import asyncio
from typing import Annotated, Any

import strawberry

from care.reading.answer_bank import count_reviews_due, reviews_due
from care.reading.consultations import count_desk_consultations, desk_consultations
from community.directory import members_by_ids, skills_by_ids
from community.documents import QuestionStatus
from community.listing import Comparison, Either, Every, Filter, Where
from community.reading import count_questions, list_questions
from community.wiki.verification import MOST_URGENT_FIRST, count_wiki_reviews_due, wiki_reviews_due
from core.paging import Slice, Window, merge_slices
from schema.connections import Connection
from schema.context import Info
from schema.paging import paged, pages
from schema.staff.answer_bank import AnswerBankEntry
from schema.staff.consultations import Consultation
from schema.staff.questions import Question
from schema.staff.wiki import WikiPage

Reviewable = Annotated[
    WikiPage | AnswerBankEntry, strawberry.union("Reviewable", description="What its owner must look at again from time to time.")
]


@strawberry.type(description="What waits for the viewer as an expert.")
class ExpertDesk:
    """What waits for the viewer as an expert."""

    member_id: strawberry.Private[str]

    @paged("Consultations that wait for the viewer's answer, the most urgent first.", graphql_type=Connection[Consultation])
    async def consultations(self, info: Info, window: Window) -> object:
        """Give a page of the consultations."""
        actor = info.context.actor
        return pages(info, await desk_consultations(actor, window), count=lambda: count_desk_consultations(actor))

    @paged(
        "Questions of others without an answer yet to which the viewer is invited, or that carry the name of a skill of the "
        "viewer's as a label; newest first.",
        graphql_type=Connection[Question],
    )
    async def open_questions(self, info: Info, window: Window) -> object:
        """Give a page of the questions."""
        actor, condition = info.context.actor, await self._could_answer(info)
        found = await list_questions(actor, condition=condition, window=window)
        return pages(info, found, count=lambda: count_questions(actor, condition=condition))

    @paged("What the viewer owns and must review within two weeks, the most urgent first.", graphql_type=Connection[Reviewable])
    async def reviews_due(self, info: Info, window: Window) -> object:
        """Give a page of what is to be reviewed."""
        actor = info.context.actor
        found = await asyncio.gather(reviews_due(actor, window), wiki_reviews_due(actor, window, owner_id=actor.member))
        slices: list[Slice[Any]] = list(found)

        async def count() -> int:
            return await count_reviews_due(actor) + await count_wiki_reviews_due(actor, owner_id=actor.member)

        return pages(info, merge_slices(slices, MOST_URGENT_FIRST, window), count=count)

    async def _could_answer(self, info: Info) -> Filter:
        member = await info.context.load(members_by_ids, self.member_id)
        skills = await info.context.load_many(skills_by_ids, member.skill_ids) if member is not None else []
        ways: list[Filter] = [Where("invited_expert_id", Comparison.EQ, self.member_id)]
        if skills:
            ways.append(Where("tag", Comparison.IN, [skill.slug for skill in skills]))
        of_others = Where("author_id", Comparison.NOT_IN, [self.member_id])
        return Every((Where("status", Comparison.EQ, QuestionStatus.OPEN.value), of_others, Either(tuple(ways))))
