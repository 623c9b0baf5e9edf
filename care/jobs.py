"""The queue of what care still has to do: replies to send or take back, early news, mailboxes, searches, imports, segments."""

from care.documents.conversations import Message
from core.leases import LeaseQueue

COLLECTION = "jobs"
SEND = "send"
RETRACT = "retract"
APPLY = "apply"
POLL = "poll"
IMPORT = "import"
LISTEN = "listen"
SEGMENT = "segment"
EXPORT = "wiki export"
REASSIGN = "reassign"
PROBE = "probe"


def jobs() -> LeaseQueue:
    """Give the queue in the database that the documents are in; `kind` tells what a job asks for."""
    return LeaseQueue(Message.get_pymongo_collection().database, COLLECTION)
