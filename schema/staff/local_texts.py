"""Words that are written once a language."""

from collections.abc import Iterable
from typing import Self

import strawberry

from care.documents import cycles
from schema.inputs import required


@strawberry.type(description="Words in one language.")
class LocalText:
    """Words in one language."""

    locale: str = strawberry.field(description="The language: `tr`, `fa` or `en`.")
    text: str = strawberry.field(description="The words.")

    @classmethod
    def all_of(cls, texts: Iterable[cycles.LocalText]) -> list[Self]:
        """Show the texts of all languages."""
        return [cls(locale=text.locale, text=text.text) for text in texts]


@strawberry.input(description="Words in one language.")
class LocalTextInput:
    """Words in one language."""

    locale: str = required("The language: `tr`, `fa` or `en`.")
    text: str = required("The words, 1 to 1,000 characters, for a label 100.")
