"""The queue of what care still has to do: replies to send, early news, mailboxes to look into, searches, imports."""

from care.documents.conversations import Message
from core.leases import LeaseQueue

COLLECTION = "jobs"
SEND = "send"
APPLY = "apply"
POLL = "poll"
IMPORT = "import"
LISTEN = "listen"


def jobs() -> LeaseQueue:
    """Give the queue in the database that the documents are in; `kind` tells what a job asks for."""
    return LeaseQueue(Message.get_pymongo_collection().database, COLLECTION)
