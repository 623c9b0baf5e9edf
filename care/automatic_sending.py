"""The last look at what leaves by itself, just before it does: the window in which free words are taken may have closed."""

from functools import partial

from care.cases.merging import home_of
from care.cases.outgoing import find_outgoing
from care.cases.withholding import is_withheld, withhold
from care.documents.cases import Case
from care.documents.conversations import Message
from care.documents.under_way import Outgoing
from care.messages import put_template, withdraw_message
from care.templates.automatic import able_to_leave
from core.clock import now
from core.records import change


async def as_it_can_leave(message: Message) -> Message | None:
    """Give an automatic message as it can leave now, as a template where it must; None when it is withheld. Can run twice.

    What a person wrote, and what is a template already, is given as it is.
    """
    if message.author_id is not None or message.template is not None:
        return message
    case = await Case.find_one({"outgoing.message_id": message.id}) or await _home(message)
    if case is not None and is_withheld(case, message.id):  # cut off before the message was withdrawn
        await withdraw_message(message, at=now())
        return None
    entry = find_outgoing(case, message.id) if case is not None else None
    return message if case is None or entry is None else await _looked_at(message, case, entry)


async def _looked_at(message: Message, case: Case, entry: Outgoing) -> Message | None:
    at = now()
    fitting = await able_to_leave(case, entry, at)
    if fitting is None:
        await change(case, partial(withhold, entry=entry, at=at))
        await withdraw_message(message, at=at)
        return None
    if fitting.template is None:
        return message
    return await put_template(message, fitting.template, fitting.body)


async def _home(message: Message) -> Case | None:
    case = await Case.get(message.case_id)
    return await home_of(case) if case is not None else None
