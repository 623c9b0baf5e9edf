"""Documents that hold before anybody has written them: the company's policies, what is said once of a member or a channel.

There is one under each id. Until somebody says something nothing is stored and a default holds, of version 0, made by the
code that reads; who writes names the version that they saw, 0 for the first time.
"""

from collections.abc import Callable
from typing import TypeVar

from core.errors import Conflict
from core.records import Record, change, insert_or_read

RecordT = TypeVar("RecordT", bound=Record)


async def stored_or(default: RecordT) -> RecordT:
    """Give what is stored under the id of the default, and the default itself while nothing is."""
    return await type(default).get(default.id) or default


async def change_or_insert(
    document: RecordT, rule: Callable[[RecordT], object], *, expected_version: int | None = None, is_shown: bool = True
) -> RecordT:
    """Apply a rule to a document that need not be stored yet (`stored_or`), and store the outcome; give what came of it.

    What is stored is changed as `change` does. What is not is inserted with its events; who comes second changes what the
    first one wrote. Raises what `change` and the rule raise, Conflict when there is no version to expect but 0 (it shows the
    default unless that is nothing that clients see: `is_shown`), and DuplicateKeyError when another unique key is taken.
    """
    if not document.revision:
        if expected_version:
            message = "Nothing was said of this yet; name the version 0."
            raise Conflict(message, current=document if is_shown else None)
        rule(document)
        stored = await insert_or_read(document)
        if stored is document:
            return document
        document = stored
    return await change(document, rule, expected_version=expected_version)
