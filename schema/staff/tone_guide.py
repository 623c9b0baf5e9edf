"""The tone guide of the company's own."""

from typing import Annotated, ClassVar, Self

import strawberry

from care.documents import tone
from care.documents.tone import AdviceSeverity
from care.tone_guide import MOST_RULES, ToneGuideDraft, set_tone_guide, show_tone_guide
from schema.context import Info
from schema.directives import list_size
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of


@strawberry.type(description="A phrase that the company does not want to say.")
class ToneRule:
    """A phrase that the company does not want to say."""

    avoid: str = strawberry.field(description="The phrase; a star at its end stands for any ending of the last word.")
    prefer: str | None = strawberry.field(description="What to say instead; null: nothing of the kind.")
    reason: str = strawberry.field(description="Why, for who writes.")
    severity: AdviceSeverity = strawberry.field(description="How much it matters.")
    locale: str | None = strawberry.field(description="The language in which it holds: `tr`, `fa` or `en`; null: all.")
    brand_id: strawberry.ID | None = strawberry.field(description="The id of the brand for which it holds; null: all.")

    @classmethod
    def of(cls, rule: tone.ToneRule) -> Self:
        """Show a rule."""
        return cls(
            avoid=rule.avoid,
            prefer=rule.prefer,
            reason=rule.reason,
            severity=rule.severity,
            locale=rule.locale,
            brand_id=strawberry.ID(rule.brand_id) if rule.brand_id is not None else None,
        )


@strawberry.type(description="How the company wants to speak; empty as long as nobody has set any rule.")
class ToneGuide:
    """How the company wants to speak."""

    version: int = strawberry.field(description="Rises with each change, from 0; pass it as `expectedVersion`.")
    rules: list[ToneRule] = strawberry.field(description="The rules, in their order.", directives=list_size(MOST_RULES))

    @classmethod
    def from_document(cls, document: tone.ToneGuide) -> Self:
        """Show the guide."""
        return cls(version=document.version, rules=[ToneRule.of(rule) for rule in document.rules])


@strawberry.type
class ToneGuideQueries:
    """How the company wants to speak."""

    @strawberry.field(description="The tone guide, which `checkReply` heeds; needs `answer_bank:read`.")
    async def tone_guide(self, info: Info) -> ToneGuide:
        """Give the guide."""
        return ToneGuide.from_document(await show_tone_guide(info.context.actor))


@strawberry.input(description="A phrase that the company does not want to say.")
class ToneRuleInput:
    """A phrase that the company does not want to say."""

    avoid: str = required("The phrase, found however it is spelled; a star at its end stands for any ending of the last word.")
    prefer: str | None = given("What to say instead.")
    reason: str = required("Why, for who writes.")
    severity: AdviceSeverity | None = given("How much it matters; absent: MEDIUM.")
    locale: str | None = given("The language in which it holds: `tr`, `fa` or `en`; absent: all.")
    brand_id: strawberry.ID | None = given("The id of the brand for which it holds; absent: all.")


@strawberry.input(description="All rules of the tone guide.")
class SetToneGuideInput:
    """All rules of the tone guide."""

    rules: list[ToneRuleInput] = required("All of them, at most 200, in the place of those before.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setToneGuide`.")
class SetToneGuidePayload(Payload):
    """The answer of `setToneGuide`."""

    written: ClassVar[str | None] = "tone_guide"

    tone_guide: ToneGuide | None = changed()


@strawberry.type
class ToneGuideMutations:
    """What is done with the tone guide."""

    @mutation(SetToneGuidePayload, description="Sets all rules of the tone guide; needs `answer_bank:approve`.")
    async def set_tone_guide(self, info: Info, input: Annotated[SetToneGuideInput, INPUT]) -> object:
        """Set the guide."""
        draft = parse(ToneGuideDraft, **values_of(input))
        guide = await set_tone_guide(info.context.actor, draft, expected_version=input.expected_version)
        return SetToneGuidePayload(tone_guide=ToneGuide.from_document(guide))
