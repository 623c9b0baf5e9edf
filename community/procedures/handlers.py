"""What follows upon events of procedures and policies: an edition is kept, should the request have died before."""

from community.procedures.documents import Guideline
from community.procedures.events import GuidelinePublished
from community.procedures.guidelines import keep_edition
from core.events import Recorded
from core.handlers import Handlers


def subscribe(handlers: Handlers) -> None:
    """Put the reactions into the table."""
    handlers.group("community.procedures", start="first").on(GuidelinePublished, _keep)


async def _keep(event: Recorded[GuidelinePublished]) -> None:
    guideline = await Guideline.get(event.fact.guideline_id)
    if guideline is not None and guideline.edition is not None and guideline.edition.number == event.fact.number:
        await keep_edition(guideline)
