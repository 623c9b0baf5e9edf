"""Mutations of the quality of replies: the form, and the second review."""

from typing import Annotated, ClassVar

import strawberry

from coaching.levels.calibration import CalibrationDraft, calibrate_sample
from coaching.quality.documents import QualityEvidence
from coaching.quality.forms import QualityFormDraft, publish_quality_form
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.quality import QualityForm
from schema.staff.quality_marks import QualityMarkInput
from schema.staff.sampling import SampledReply


@strawberry.input(description="What reviewers are to look at in a reply.")
class QualityCriterionInput:
    """What reviewers are to look at in a reply."""

    name: str = required("What it is called, 2 to 100 characters; its key follows from it.")
    description: str | None = given("What is meant.")
    weight: int = required("How much it counts beside the others, 1 to 100.")


@strawberry.input(description="How much one kind of evidence is to count.")
class QualityWeightInput:
    """How much one kind of evidence is to count."""

    kind: QualityEvidence = required("The kind of evidence.")
    weight: int = required("How much it counts beside the others, 0 to 100; 0: not at all.")


@strawberry.input(description="What replies are to be judged by.")
class PublishQualityFormInput:
    """What replies are to be judged by."""

    criteria: list[QualityCriterionInput] = required("What reviewers look at, 1 to 20.")
    weights: list[QualityWeightInput] | None = given(
        "How much each kind of evidence counts; what is not named as it does by default."
    )
    minimum_cases: int | None = given("On how many cases a figure must stand to be shown, 1 to 1,000; absent: 5.")
    calibration_percent: int | None = given("Of how many of a hundred marked replies a second reviewer marks one; absent: none.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `publishQualityForm`.")
class PublishQualityFormPayload(Payload):
    """The answer of `publishQualityForm`."""

    written: ClassVar[str | None] = "quality_form"

    quality_form: QualityForm | None = changed("The form that holds now.")


@strawberry.input(description="What a second reviewer finds.")
class CalibrateSampledReplyInput:
    """What a second reviewer finds."""

    sampled_reply_id: strawberry.ID = required("The id of the drawn reply.")
    marks: list[QualityMarkInput] = required("One mark for each criterion of the version that the first reviewer marked by.")
    feedback: str | None = given("What the author can do better.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `calibrateSampledReply`.")
class CalibrateSampledReplyPayload(Payload):
    """The answer of `calibrateSampledReply`."""

    written: ClassVar[str | None] = "sampled_reply"

    sampled_reply: SampledReply | None = changed("The reply, with both reviews.")


@strawberry.type
class QualityMutations:
    """What can be done about the quality of replies."""

    @mutation(PublishQualityFormPayload, description="Publishes what replies are judged by from now on; needs `sla:manage`.")
    async def publish_quality_form(self, info: Info, input: Annotated[PublishQualityFormInput, INPUT]) -> object:
        """Publish the form."""
        draft, version = parse(QualityFormDraft, **values_of(input)), input.expected_version
        found = await publish_quality_form(info.context.actor, draft, expected_version=version)
        return PublishQualityFormPayload(quality_form=QualityForm.from_document(found))

    @mutation(
        CalibrateSampledReplyPayload, description="Marks a reply as the second reviewer, who does not know the first marks."
    )
    async def calibrate_sampled_reply(self, info: Info, input: Annotated[CalibrateSampledReplyInput, INPUT]) -> object:
        """Mark a reply a second time."""
        draft, version = parse(CalibrationDraft, **values_of(input, "sampled_reply_id")), input.expected_version
        found = await calibrate_sample(info.context.actor, input.sampled_reply_id, draft, expected_version=version)
        return CalibrateSampledReplyPayload(sampled_reply=SampledReply.from_document(found))
