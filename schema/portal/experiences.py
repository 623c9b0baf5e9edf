"""Interactive content as customers and the public have it, and what they do with it."""

from typing import Annotated, Any, ClassVar, Self

import strawberry

from care.experiences import documents, engaging
from care.experiences.documents import ExperienceVisit, GivenAnswer
from care.experiences.drafts import MOST_LANGUAGES, MOST_PAGES, MOST_QUESTIONS
from care.experiences.engaging import EngagementBadge, EngagementDraft, EngagementKind, engage, forget_engagement, is_right
from care.experiences.reading import count_offered, list_offered
from core.errors import NotFound
from core.ids import with_prefix
from core.paging import Window
from schema.connections import connection_of
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.experience_kinds import ExperienceKind
from schema.experience_texts import ExperienceText
from schema.inputs import INPUT, changed, given, required, values_of
from schema.nodes import Node
from schema.paging import paged, pages

told(
    EngagementKind,
    "What somebody did.",
    OPENED="They opened it.",
    PAGE_TURNED="They turned to a page.",
    ANSWERED="They answered a question.",
    FINISHED="They saw and answered all of it.",
)
told(
    EngagementBadge,
    "What you have for what you finished.",
    GOLD="You finished ten.",
    SILVER="You finished three.",
    BRONZE="You finished one.",
)


@strawberry.type(description="Interactive content: a video, a brochure, a quiz or a poll.")
class Experience(Node):
    """Interactive content, without its right answers."""

    kind: ExperienceKind = strawberry.field(description="What it is.")
    texts: list[ExperienceText] = strawberry.field(description="It in its languages.", directives=list_size(MOST_LANGUAGES))

    @classmethod
    def from_document(cls, document: documents.Experience) -> Self:
        """Show an experience."""
        texts = [ExperienceText.of(one) for one in document.texts]
        return cls(id=strawberry.ID(with_prefix("pex", document.id)), kind=document.kind, texts=texts)


@strawberry.type(description="What you chose; of a question the first answer counts.")
class ExperienceAnswer:
    """What somebody chose."""

    question: int = strawberry.field(description="The question, from 1.")
    choice: int = strawberry.field(description="The choice, from 1.")
    right: bool | None = strawberry.field(description="Whether it is right; null where nothing is right or wrong.")

    @classmethod
    def of(cls, answer: GivenAnswer, experience: documents.Experience) -> Self:
        """Show an answer."""
        return cls(question=answer.question, choice=answer.choice, right=is_right(experience, answer))


@strawberry.type(description="How far you are.")
class ExperienceProgress:
    """How far somebody is."""

    pages: list[int] = strawberry.field(description="The pages that you turned to, from 1.", directives=list_size(MOST_PAGES))
    answers: list[ExperienceAnswer] = strawberry.field(description="What you chose.", directives=list_size(MOST_QUESTIONS))
    finished: bool = strawberry.field(description="Whether you finished.")

    @classmethod
    def of(cls, visit: ExperienceVisit, experience: documents.Experience) -> Self:
        """Show how far somebody is."""
        answers = [ExperienceAnswer.of(one, experience) for one in visit.answers]
        return cls(pages=list(visit.pages), answers=answers, finished=visit.finished_at is not None)


@strawberry.type(description="What you did by your consent; nobody else sees it.")
class OwnEngagement:
    """What a customer did by consent."""

    finished_count: int = strawberry.field(description="How many you finished.")
    right_count: int = strawberry.field(description="How many of your answers are right.")
    badge: EngagementBadge | None = strawberry.field(description="Your badge; null before the first that you finish.")

    @classmethod
    def of(cls, found: engaging.OwnEngagement) -> Self:
        """Show what a customer did."""
        return cls(finished_count=found.finished_count, right_count=found.right_count, badge=found.badge)


@strawberry.type
class ExperienceQueries:
    """What there is to see and play."""

    @paged("Interactive content, the latest first.", graphql_type=connection_of("schema.portal.experiences", "Experience"))
    async def experiences(self, info: Info, window: Window) -> Any:
        """List what is published."""
        return pages(info, await list_offered(window), count=count_offered)


@strawberry.input(description="What you did.")
class RecordEngagementInput:
    """What somebody did."""

    experience_id: strawberry.ID = required("The id of the content.")
    client_key: str = required("A UUID that your client makes once and sends with all that you do: so nothing counts twice.")
    kind: EngagementKind = required("What you did.")
    page: int | None = given("The page that you turned to, from 1.")
    question: int | None = given("The question that you answer, from 1.")
    choice: int | None = given("What you choose, from 1.")
    consents: bool | None = given("Whether it is kept as yours, for your badge; absent: it is nobody's.")


@strawberry.type(description="The answer of `recordEngagement`.")
class RecordEngagementPayload(Payload):
    """The answer of `recordEngagement`."""

    progress: ExperienceProgress | None = changed("How far you are.")


@strawberry.input(description="That what you did is to be nobody's.")
class ForgetEngagementInput:
    """That what a customer did is to be nobody's."""

    confirmed: bool = required("True, to take your consent back for all that you did; it stays counted without you.")


@strawberry.type(description="The answer of `forgetEngagement`.")
class ForgetEngagementPayload(Payload):
    """The answer of `forgetEngagement`."""

    written: ClassVar[str | None] = None

    forgotten_count: int | None = changed("Of how much content nobody knows any more that it was you.")


@strawberry.type
class ExperienceMutations:
    """What customers and the public can do with interactive content."""

    @mutation(RecordEngagementPayload, description="Tell what you did; each thing counts once.")
    async def record_engagement(self, info: Info, input: Annotated[RecordEngagementInput, INPUT]) -> RecordEngagementPayload:
        """Keep what somebody did."""
        if not input.experience_id.startswith("pex_"):
            raise NotFound("There is no such experience.", path=("experience_id",))
        draft = parse(EngagementDraft, **{**values_of(input), "experience_id": with_prefix("exp", input.experience_id)})
        experience, visit = await engage(info.context.actor, draft)
        return RecordEngagementPayload(progress=ExperienceProgress.of(visit, experience))

    @mutation(ForgetEngagementPayload, description="Take your consent back: what you did is nobody's from now on.")
    async def forget_engagement(self, info: Info, input: Annotated[ForgetEngagementInput, INPUT]) -> ForgetEngagementPayload:
        """Let it be nobody's."""
        forgotten = await forget_engagement(info.context.actor, confirmed=input.confirmed)
        return ForgetEngagementPayload(forgotten_count=forgotten)
