"""Drafts of questions: kept on the server until their member asks or discards them, and read by nobody else."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationError

from auth.actor import Actor, Permission
from community.creation import insert_once, made_before
from community.documents import Question
from community.drafts import InvitedIds, TagNames, may_be_id, text
from community.questions import QuestionDraft, ask_question
from community.sketches.documents import QuestionSketch
from core.clock import now
from core.errors import Conflict, DomainError, InvalidFields, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.paging import Order, Slice, Window, read_slice
from core.paging import count as count_rows
from core.records import change

MOST_SKETCHES: Final = 100
_LAST_WRITTEN_FIRST: Final = Order((("updated_at", -1),))
_FIELDS: Final = ("title", "body", "tag_slugs", "invited_expert_ids", "space_id", "anonymous", "campaign_id")

_Id = Annotated[str, Field(max_length=100)]


class SketchWords(BaseModel):
    """What is written so far; all of it may still be missing, and a field that is not given stays."""

    title: Annotated[str, text(0, 200, lines="one")] = ""
    body: Annotated[str, text(0, 20_000)] = ""
    tag_slugs: TagNames = Field(default_factory=list)
    invited_expert_ids: InvitedIds = Field(default_factory=list)
    space_id: _Id | None = None
    anonymous: bool = False
    campaign_id: _Id | None = None


_NOTHING: Final = SketchWords(
    title="", body="", tag_slugs=[], invited_expert_ids=[], space_id=None, anonymous=False, campaign_id=None
)


async def begin_sketch(actor: Actor, words: SketchWords, *, once: Once) -> QuestionSketch:
    """Begin to write a question. Raises Forbidden without `question:ask`, LimitReached, IdempotencyMismatch."""
    actor.require(Permission.QUESTION_ASK)
    identifier, at, owner = once.identifier("qdr"), now(), actor.member
    if (before := await made_before(QuestionSketch, identifier, once)) is not None:
        return before
    if await count_sketches(actor) >= MOST_SKETCHES:
        raise LimitReached(f"You have {MOST_SKETCHES} drafts; ask or discard some first.")
    sketch = QuestionSketch(id=identifier, created_at=at, updated_at=at, owner_id=owner, fingerprint=once.fingerprint)
    _take(sketch, words)
    return await insert_once(sketch, once)


async def edit_sketch(actor: Actor, sketch_id: str, words: SketchWords, *, expected_version: int) -> QuestionSketch:
    """Go on writing. Raises NotFound, Forbidden without `question:ask`, Conflict."""
    sketch = await _require_sketch(actor, sketch_id)
    actor.require(Permission.QUESTION_ASK)

    def rule(current: QuestionSketch) -> None:
        _require_there(current)
        _take(current, words)
        current.updated_at = now()

    return await change(sketch, rule, expected_version=expected_version)


async def discard_sketch(actor: Actor, sketch_id: str, *, expected_version: int) -> QuestionSketch:
    """Throw away what was written. Raises NotFound, Conflict."""
    return await change(await _require_sketch(actor, sketch_id), _empty, expected_version=expected_version)


async def ask_sketch(actor: Actor, sketch_id: str, *, expected_version: int) -> Question:
    """Ask what was written; the draft is gone by it. Asked twice at once, and again after a cut, it is one question.

    Raises NotFound, Conflict, and what `ask_question` raises, InvalidInput for what is still missing.
    """
    sketch = await _require_sketch(actor, sketch_id)
    if sketch.version != expected_version:
        raise Conflict(current=sketch)
    try:
        question = await ask_question(actor, _whole(sketch), once=Once(("sketch", sketch.id), b"", sketch.id))
    except DomainError as refusal:
        refusal.path = refusal.path and ("draft_id",)
        raise
    await change(sketch, _empty)
    return question


async def sketches_by_ids(actor: Actor, sketch_ids: Sequence[str]) -> dict[str, QuestionSketch]:
    """Give those of the drafts that are the actor's own."""
    wanted = [one for one in dict.fromkeys(sketch_ids) if may_be_id(one, "qdr")]
    if not wanted or actor.member_id is None:
        return {}
    found = await QuestionSketch.find({"_id": {"$in": wanted}, **_own(actor)}).to_list()
    return {one.id: one for one in found}


async def list_sketches(actor: Actor, window: Window) -> Slice[QuestionSketch]:
    """Give a window of the actor's drafts, the last written first."""
    return await read_slice(QuestionSketch, _own(actor), _LAST_WRITTEN_FIRST, window)


async def count_sketches(actor: Actor) -> int:
    """Count the actor's drafts."""
    return await count_rows(QuestionSketch, _own(actor))


def _own(actor: Actor) -> dict[str, Any]:
    return {"owner_id": actor.member_id or "", "deleted_at": {"$exists": False}}


async def _require_sketch(actor: Actor, sketch_id: str) -> QuestionSketch:
    sketch = (await sketches_by_ids(actor, [sketch_id])).get(sketch_id)
    if sketch is None:
        raise NotFound("You have no such draft.", path=("draft_id",))
    return sketch


def _require_there(sketch: QuestionSketch) -> None:
    if sketch.deleted_at is not None:
        raise NotFound("You have no such draft.", path=("draft_id",))


def _take(sketch: QuestionSketch, words: SketchWords) -> None:
    for name in words.model_fields_set:
        setattr(sketch, name, getattr(words, name))


def _empty(sketch: QuestionSketch) -> None:
    """Let nothing of it stay: what was asked anonymously must not be found in a draft that names its member."""
    if sketch.deleted_at is None:
        _take(sketch, _NOTHING)
        sketch.deleted_at = now()


def _whole(sketch: QuestionSketch) -> QuestionDraft:
    """Give what is to be asked; what is missing or too short is told of the draft, for that is all that the input names."""
    try:
        return QuestionDraft.model_validate({name: getattr(sketch, name) for name in _FIELDS})
    except ValidationError as error:
        problems = InvalidFields.of(error).problems
        raise InvalidFields([InvalidInput(f"{one.path[0]}: {one.message}", path=("draft_id",)) for one in problems]) from error
