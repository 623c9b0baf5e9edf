"""The chain that what the company does and learns goes through: listen, analyse, engage, evolve, and listen again."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import BaseModel

from core.errors import AlreadyDone, InvalidInput

KEPT_STEPS: Final = 50


class Stage(StrEnum):
    """Where something stands in the chain that begins anew after its end."""

    LISTEN = "LISTEN"
    ANALYSE = "ANALYSE"
    ENGAGE = "ENGAGE"
    EVOLVE = "EVOLVE"


CHAIN: Final = tuple(Stage)


class StageStep(BaseModel):
    """That something came to a stage; at EVOLVE with what was changed."""

    stage: Stage
    at: datetime
    by: str
    change: str | None = None


def require_next(now_at: Stage, asked: Stage, change: str | None) -> None:
    """Raise AlreadyDone for the stage that it is at, InvalidInput for another than the next, and for EVOLVE without a change."""
    if now_at is asked:
        raise AlreadyDone(f"It is at {asked.value} already.", path=("stage",))
    following = CHAIN[(CHAIN.index(now_at) + 1) % len(CHAIN)]
    if asked is not following:
        raise InvalidInput(f"After {now_at.value} comes {following.value}.", path=("stage",))
    if asked is Stage.EVOLVE and change is None:
        raise InvalidInput("Say what was changed because of what was learned.", path=("change",))
