"""Experiences: interactive content for customers, and what came of it."""

from datetime import datetime
from typing import Self

import strawberry

from care.experiences import documents
from care.experiences import report as reports
from care.experiences.documents import ExperienceStatus
from care.experiences.drafts import MOST_CHOICES, MOST_LANGUAGES, MOST_PAGES, MOST_QUESTIONS
from care.experiences.reading import count_experiences, list_experiences
from care.experiences.report import experience_report
from core.paging import Window
from schema.connections import Connection
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.experience_kinds import ExperienceKind
from schema.experience_texts import ExperienceText
from schema.nodes import Node
from schema.paging import paged, pages

told(
    ExperienceStatus,
    "Where an experience stands.",
    DRAFT="Customers do not have it, and it can be changed.",
    PUBLISHED="Customers have it.",
    WITHDRAWN="Customers have it no longer; what was counted stays.",
)


@strawberry.type(description="How many people saw a page.")
class ExperiencePageCount:
    """How many people saw a page."""

    page: int = strawberry.field(description="The page, from 1.")
    people_count: int = strawberry.field(description="How many people.")


@strawberry.type(description="How many people chose something.")
class ExperienceChoiceCount:
    """How many people chose something."""

    question: int = strawberry.field(description="The question, from 1.")
    choice: int = strawberry.field(description="The choice, from 1.")
    people_count: int = strawberry.field(description="How many people.")
    right: bool | None = strawberry.field(description="Whether it is right; null where nothing is right or wrong.")


@strawberry.type(description="What came of an experience, counted from what people did, each of them once.")
class ExperienceReport:
    """What came of an experience."""

    people_count: int = strawberry.field(
        description="How many people opened it: customers who consent, each once, and others, each once a client key."
    )
    known_customer_count: int = strawberry.field(description="How many of them are customers who consent; never who.")
    finished_count: int = strawberry.field(description="How many saw and answered all of it.")
    completion_rate: float | None = strawberry.field(
        description="The part of the people who finished, 0 to 1; null before the first."
    )
    pages: list[ExperiencePageCount] = strawberry.field(description="Who came how far.", directives=list_size(MOST_PAGES))
    choices: list[ExperienceChoiceCount] = strawberry.field(
        description="What was chosen.", directives=list_size(MOST_QUESTIONS * MOST_CHOICES)
    )

    @classmethod
    def of(cls, found: reports.ExperienceReport, right: list[int]) -> Self:
        """Show a report."""
        return cls(
            people_count=found.people,
            known_customer_count=found.known_customers,
            finished_count=found.finished,
            completion_rate=found.completion_rate,
            pages=[ExperiencePageCount(page=place, people_count=number) for place, number in found.by_page.items()],
            choices=[
                ExperienceChoiceCount(
                    question=question,
                    choice=choice,
                    people_count=number,
                    right=right[question - 1] == choice if right else None,
                )
                for (question, choice), number in found.by_choice.items()
            ],
        )


@strawberry.type(description="Interactive content for customers.")
class Experience(Node):
    """Interactive content for customers."""

    document: strawberry.Private[documents.Experience]
    kind: ExperienceKind = strawberry.field(description="What it is.")
    status: ExperienceStatus = strawberry.field(description="Where it stands.")
    texts: list[ExperienceText] = strawberry.field(description="It in its languages.", directives=list_size(MOST_LANGUAGES))
    right: list[int] = strawberry.field(
        description="The right choice of each question, from 1; empty where nothing is right or wrong.",
        directives=list_size(MOST_QUESTIONS),
    )
    published_at: datetime | None = strawberry.field(description="When customers had it first; null before.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")

    @classmethod
    def from_document(cls, document: documents.Experience) -> Self:
        """Show an experience."""
        return cls(
            id=strawberry.ID(document.id),
            document=document,
            kind=document.kind,
            status=document.status,
            texts=[ExperienceText.of(one) for one in document.texts],
            right=list(document.right),
            published_at=document.published_at,
            version=document.version,
        )

    @strawberry.field(description="What came of it; null without `report:read`.")
    async def report(self, info: Info) -> ExperienceReport | None:
        """Count."""
        found = await experience_report(info.context.actor, self.document)
        return ExperienceReport.of(found, self.document.right) if found is not None else None


@strawberry.type
class ExperienceQueries:
    """What customers are offered."""

    @paged("Interactive content for customers, the newest first.", graphql_type=Connection[Experience])
    async def experiences(self, info: Info, window: Window) -> object:
        """Give a page of it."""
        actor = info.context.actor
        return pages(info, await list_experiences(actor, window), count=lambda: count_experiences(actor))
