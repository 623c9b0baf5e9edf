"""Phrases that the company uses over and over: those that oblige it, and those that are offered as holding replies."""

from typing import Annotated, ClassVar, Self

import strawberry

from care.documents import phrases as stored
from care.phrase_books import MOST_PHRASES, PhraseBookDraft, set_phrases, show_phrases
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, required, values_of

PhraseBookKind = stored.PhraseBookKind
told(
    PhraseBookKind,
    "What phrases are for.",
    CONTACT_DETAILS="A reply that holds one asks for contact details, and the company owes to use them.",
    HOLDING_REPLY="What is offered to be sent while an answer is looked for.",
    PUBLIC_CLOSING="What is offered to be said in public, once a complaint was solved in private.",
)


@strawberry.type(description="Words in one language.")
class Phrase:
    """Words in one language."""

    locale: str = strawberry.field(description="The language: `tr`, `fa` or `en`.")
    text: str = strawberry.field(description="The words.")


@strawberry.type(description="All phrases of one kind; the product's own as long as nobody has set any.")
class PhraseBook:
    """All phrases of one kind."""

    version: int = strawberry.field(description="Rises with each change, from 0; pass it as `expectedVersion`.")
    phrases: list[Phrase] = strawberry.field(description="The phrases, in their order.", directives=list_size(MOST_PHRASES))

    @classmethod
    def from_document(cls, document: stored.PhraseBook) -> Self:
        """Show a book."""
        return cls(
            version=document.version,
            phrases=[Phrase(locale=phrase.locale, text=phrase.text) for phrase in document.phrases],
        )


@strawberry.type
class PhraseBookQueries:
    """Which phrases are in use."""

    @strawberry.field(
        description="Phrases that oblige the company to use the contact details it asks for by them, whatever the case, marks "
        "and endings, and with up to four other words between theirs."
    )
    async def stock_phrases(self, info: Info) -> PhraseBook:
        """Give the phrases."""
        return PhraseBook.from_document(await show_phrases(info.context.actor, PhraseBookKind.CONTACT_DETAILS))

    @strawberry.field(description="What is offered to be sent while an answer is looked for.")
    async def holding_replies(self, info: Info) -> PhraseBook:
        """Give the phrases."""
        return PhraseBook.from_document(await show_phrases(info.context.actor, PhraseBookKind.HOLDING_REPLY))


@strawberry.input(description="Words in one language.")
class PhraseInput:
    """Words in one language."""

    locale: str = required("The language: `tr`, `fa` or `en`.")
    text: str = required("The words, 8 letters to 1,000 characters; found in a text however it is spelled.")


@strawberry.input(description="All phrases of one kind.")
class SetPhrasesInput:
    """All phrases of one kind."""

    kind: PhraseBookKind = required("What they are for.")
    phrases: list[PhraseInput] = required("All of them, at most 100, in the place of those before.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setPhrases`.")
class SetPhrasesPayload(Payload):
    """The answer of `setPhrases`."""

    written: ClassVar[str | None] = "phrase_book"

    phrase_book: PhraseBook | None = changed()


@strawberry.type
class PhraseBookMutations:
    """What is done with phrases."""

    @mutation(SetPhrasesPayload, description="Sets all phrases of one kind; needs `answer_bank:approve`.")
    async def set_phrases(self, info: Info, input: Annotated[SetPhrasesInput, INPUT]) -> object:
        """Set the phrases."""
        draft = parse(PhraseBookDraft, **values_of(input))
        book = await set_phrases(info.context.actor, draft, expected_version=input.expected_version)
        return SetPhrasesPayload(phrase_book=PhraseBook.from_document(book))
