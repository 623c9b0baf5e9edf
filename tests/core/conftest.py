"""The stores, with a collection of records that mean nothing."""

import pytest

from bootstrap.documents import DOCUMENTS
from core.database import Database, declare
from tests.core.thing import Thing


@pytest.fixture
async def things(store: Database) -> Database:
    await declare(store, [*DOCUMENTS, Thing])
    return store
