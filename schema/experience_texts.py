"""What interactive content says, for both schemas: a member reads it as customers do."""

from typing import Self

import strawberry

from care.experiences import documents
from care.experiences.drafts import MOST_CHOICES, MOST_PAGES, MOST_QUESTIONS
from schema.context import Info
from schema.directives import list_size
from schema.public_html import html


@strawberry.type(description="A page of a brochure.")
class ExperiencePage:
    """A page of a brochure."""

    title: str = strawberry.field(description="Its heading.")
    body: str = strawberry.field(description="Its text, in Markdown.")

    @strawberry.field(description="The text as HTML that is safe to show.")
    def body_html(self, info: Info) -> str:
        """Render the text."""
        return html(info, self.body)


@strawberry.type(description="What is asked.")
class ExperienceQuestion:
    """What is asked."""

    prompt: str = strawberry.field(description="The question.")
    choices: list[str] = strawberry.field(description="What can be chosen.", directives=list_size(MOST_CHOICES))


@strawberry.type(description="Interactive content in one language.")
class ExperienceText:
    """Interactive content in one language."""

    locale: str = strawberry.field(description="The language: `tr`, `fa` or `en`.")
    title: str = strawberry.field(description="What it is called.")
    intro: str | None = strawberry.field(description="What stands before it, in Markdown; null for nothing.")
    video_url: str | None = strawberry.field(description="The address of the video, of http or https; null for none.")
    pages: list[ExperiencePage] = strawberry.field(description="The pages to turn.", directives=list_size(MOST_PAGES))
    questions: list[ExperienceQuestion] = strawberry.field(description="What is asked.", directives=list_size(MOST_QUESTIONS))

    @classmethod
    def of(cls, text: documents.ExperienceText) -> Self:
        """Show a text."""
        return cls(
            locale=text.locale,
            title=text.title,
            intro=text.intro,
            video_url=text.video_url,
            pages=[ExperiencePage(title=one.title, body=one.body) for one in text.pages],
            questions=[ExperienceQuestion(prompt=one.prompt, choices=list(one.choices)) for one in text.questions],
        )

    @strawberry.field(description="What stands before it as HTML that is safe to show; null for nothing.")
    def intro_html(self, info: Info) -> str | None:
        """Render the text."""
        return html(info, self.intro) if self.intro is not None else None
