"""What customers are told of the experts behind a reply: department and job title, never a name, and only with consent.

Nothing is told by a source that is not open to the whole staff now: hidden, deleted, only proposed, or in a closed space.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from auth.actor import SYSTEM, Actor
from care.documents.answer_bank import AnswerBankEntry
from community.documents import Answer, Department, Member, Moderated, Question, SpaceContent
from community.wiki.documents import WikiPage
from community.wiki.reading import revisions_by_ids
from core.records import by_ids


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who stands behind a reply, as customers are told."""

    department: str | None
    job_title: str | None

    @property
    def line(self) -> str:
        """Give it in a few words."""
        parts = [part for part in (self.department, self.job_title) if part]
        return f"{parts[0]} ({parts[1]})" if len(parts) > 1 else parts[0]


async def attributions_of(_: Actor, source_ids: Sequence[str]) -> dict[str, Attribution]:
    """Give, by source, who stands behind it; nothing for experts who do not want it.

    The sources are ones of a reply that the actor was given.
    """
    experts = await _experts(source_ids)
    members = {one: found for one, found in (await by_ids(Member, experts.values())).items() if _consents(found)}
    departments = await by_ids(Department, [member.department_id for member in members.values() if member.department_id])
    shown = {}
    for source_id, expert_id in experts.items():
        if (member := members.get(expert_id)) is None:
            continue
        department = departments.get(member.department_id or "")
        if department is not None or member.job_title:
            shown[source_id] = Attribution(department.name if department else None, member.job_title)
    return shown


def distinct(attributions: Sequence[Attribution]) -> list[Attribution]:
    """Give each once, in their order."""
    return list(dict.fromkeys(attributions))


async def _experts(source_ids: Sequence[str]) -> dict[str, str]:
    """Give, by source, the member who wrote it, or owns it: of what is open to the whole staff."""
    revisions, answers, entries = await asyncio.gather(
        revisions_by_ids(SYSTEM, [one for one in source_ids if one.startswith("wrv_")]),
        by_ids(Answer, [one for one in source_ids if one.startswith("ans_")]),
        by_ids(AnswerBankEntry, [one for one in source_ids if one.startswith("abe_")]),
    )
    pages, questions = await asyncio.gather(
        by_ids(WikiPage, [one.page_id for one in revisions.values()]),
        by_ids(Question, [one.question_id for one in answers.values()]),
    )
    return {
        **{one: found.author_id for one, found in revisions.items() if _is_open_page(pages.get(found.page_id))},
        **{one: found.author_id for one, found in answers.items()
           if _is_shown(found) and _is_open(questions.get(found.question_id))},
        **{one: found.owner_id for one, found in entries.items() if found.deleted_at is None},
    }  # fmt: skip


def _is_shown(content: Moderated) -> bool:
    return content.deleted_at is None and content.kept_for is None


def _is_open(content: SpaceContent | None) -> bool:
    return content is not None and _is_shown(content) and content.closed_space_id is None


def _is_open_page(page: WikiPage | None) -> bool:
    return page is not None and _is_open(page) and not page.unpublished


def _consents(member: Member) -> bool:
    return member.deleted_at is None and member.credited
