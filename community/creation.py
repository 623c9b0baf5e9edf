"""Creating once: a repeated request finds what the first one made instead of making it again."""

from typing import TypeVar

from core.idempotency import Once
from core.records import CreatedOnce, insert_or_read

CreatedT = TypeVar("CreatedT", bound=CreatedOnce)


async def made_before(model: type[CreatedT], identifier: str, once: Once) -> CreatedT | None:
    """Give what an earlier, equal request made; None when this is the first. IdempotencyMismatch for another input."""
    if not once.may_be_repeat:
        return None
    found = await model.get(identifier)
    if found is not None:
        once.same_input(found.fingerprint)
    return found


async def insert_once(document: CreatedT, once: Once) -> CreatedT:
    """Insert; when a racing equal request was first, give what that one made. IdempotencyMismatch for another input.

    Raises DuplicateKeyError when it is another unique key than the id that is taken.
    """
    stored = await insert_or_read(document)
    if stored is not document:
        once.same_input(stored.fingerprint)
    return stored
