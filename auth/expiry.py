"""Forgetting what has expired."""

from datetime import timedelta

from auth.documents import Attempts, Session
from core.clock import now

_KEPT_AFTER = timedelta(minutes=5)


async def forget_expired() -> int:
    """Delete sessions and counters of tries that ended some minutes ago; give how many. Runs again without harm.

    Nothing depends on it but the size of the store: what has expired counts no more whether it is there or not.
    """
    query = {"expires_at": {"$lt": now() - _KEPT_AFTER}}
    deleted = [await model.get_pymongo_collection().delete_many(query) for model in (Session, Attempts)]
    return sum(result.deleted_count for result in deleted)
