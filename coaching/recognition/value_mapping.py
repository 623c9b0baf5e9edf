"""What stands for the company's values, in guidelines and initiatives, and the values that nothing stands for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BaseModel, Field

from auth.actor import Actor
from coaching.governance.documents import Initiative
from coaching.governance.policies import may_govern
from coaching.governance.reading import initiatives_by_ids
from coaching.recognition.documents import CompanyValue, ValueAnchor
from coaching.recognition.events import CompanyValueChanged
from coaching.recognition.reading import list_values, require_value, values_by_ids
from community.drafts import Remark
from community.procedures.documents import Guideline, Section
from community.procedures.reading import guidelines_by_ids
from core.errors import InvalidInput, NotFound
from core.paging import Window
from core.records import change

MOST_ANCHORS: Final = 50
MOST_GAPS: Final = 100


class AnchorDraft(BaseModel):
    """What is to stand for a value, and in what way."""

    subject_id: str
    section_key: str | None = None
    how: Remark


class MappingDraft(BaseModel):
    """All that stands for a value."""

    anchors: Annotated[list[AnchorDraft], Field(max_length=MOST_ANCHORS)]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands for a value, as it is now; it holds while the section is published or the initiative goes on."""

    anchor: ValueAnchor
    guideline: Guideline | None
    section: Section | None
    initiative: Initiative | None

    @property
    def holds(self) -> bool:
        """Tell whether it stands for the value now."""
        if self.initiative is not None:
            return not self.initiative.archived
        return self.guideline is not None and not self.guideline.archived and self.section is not None


async def map_value(actor: Actor, value_id: str, draft: MappingDraft, *, expected_version: int) -> CompanyValue:
    """Say what stands for a value; what is named takes the place of what was named before.

    Raises NotFound, also for what it names, Forbidden without `governance:manage`, InvalidInput for a guideline without a section
    or one named twice, Conflict.
    """
    may_govern(actor).enforce()
    value = await require_value(actor, value_id)
    anchors = [ValueAnchor(**one.model_dump()) for one in draft.anchors]
    places = [(one.subject_id, one.section_key) for one in anchors]
    if len(set(places)) < len(places):
        raise InvalidInput("Name each section and each initiative once.", path=("anchors",))
    await _require_known(actor, anchors)

    def rule(current: CompanyValue) -> None:
        current.anchors = anchors
        current.record(CompanyValueChanged(value_id=current.id), actor=actor.id)

    return await change(value, rule, expected_version=expected_version)


async def standings_of(actor: Actor, value_ids: Sequence[str]) -> dict[str, list[Standing]]:
    """Give what stands for values as far as the actor may read it."""
    values = await values_by_ids(actor, value_ids)
    named = [anchor.subject_id for value in values.values() for anchor in value.anchors]
    guidelines, initiatives = await guidelines_by_ids(actor, named), await initiatives_by_ids(actor, named)
    return {key: [_standing(one, guidelines, initiatives) for one in value.anchors] for key, value in values.items()}


async def value_gaps(actor: Actor) -> list[CompanyValue]:
    """Give the values, of the first hundred that hold, for which nothing stands now."""
    values = (await list_values(actor, Window(limit=MOST_GAPS))).items
    standings = await standings_of(actor, [one.id for one in values])
    return [one for one in values if not any(standing.holds for standing in standings[one.id])]


def _standing(anchor: ValueAnchor, guidelines: Mapping[str, Guideline], initiatives: Mapping[str, Initiative]) -> Standing:
    guideline = guidelines.get(anchor.subject_id)
    published = guideline.edition.sections if guideline is not None and guideline.edition is not None else []
    section = next((one for one in published if one.key == anchor.section_key and one.body.strip()), None)
    return Standing(anchor, guideline, section, initiatives.get(anchor.subject_id))


async def _require_known(actor: Actor, anchors: Sequence[ValueAnchor]) -> None:
    named = [one.subject_id for one in anchors]
    guidelines, initiatives = await guidelines_by_ids(actor, named), await initiatives_by_ids(actor, named)
    for place, anchor in enumerate(anchors):
        path = ("anchors", str(place), "subject_id")
        guideline = guidelines.get(anchor.subject_id)
        if guideline is None and anchor.subject_id not in initiatives:
            raise NotFound("There is no such guideline or initiative.", path=path)
        if guideline is None and anchor.section_key is not None:
            raise InvalidInput("An initiative has no sections.", path=("anchors", str(place), "section_key"))
        if guideline is not None and anchor.section_key not in _keys(guideline):
            raise InvalidInput("Name a section of that guideline.", path=("anchors", str(place), "section_key"))


def _keys(guideline: Guideline) -> set[str]:
    published = guideline.edition.sections if guideline.edition is not None else []
    return {one.key for one in (*guideline.sections, *published)}
