"""A record and events that mean nothing, to test what holds for all of them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, Field
from pymongo import ASCENDING, IndexModel

from core.clock import now
from core.events import Event
from core.records import PENDING_EVENTS, Record


class Colour(StrEnum):
    RED = "RED"
    BLUE = "BLUE"


class Part(BaseModel):
    name: str
    weight: int | None = None


class Thing(Record):
    gate_fields: ClassVar[tuple[str, ...]] = ("room",)

    name: str = "thing"
    room: str = "hall"
    score: int = 0
    note: str | None = None
    colour: Colour = Colour.RED
    parts: list[Part] = Field(default_factory=list)
    labels: dict[str, int] = Field(default_factory=dict)

    class Settings:
        name = "things"
        indexes: ClassVar = [
            IndexModel([("name", ASCENDING)], unique=True),
            IndexModel([("score", ASCENDING), ("_id", ASCENDING)]),
            PENDING_EVENTS,
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingMade(Event):
    topics: ClassVar[tuple[str, ...]] = ("THINGS",)

    thing_id: str
    colours: tuple[Colour, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingScored(Event):
    node_field: ClassVar[str | None] = "thing_id"

    thing_id: str
    score: int


def make_thing(identifier: str = "thing_1", **fields: object) -> Thing:
    thing: Thing = Thing.model_validate({"id": identifier, "created_at": now(), "name": identifier, **fields})
    return thing
