"""The bench compares the same bytes, so its peer has to follow what the product answers."""

import argparse
from collections.abc import AsyncIterator

import pytest

from bench.first import opened
from bootstrap.documents import DOCUMENTS
from core.database import Database, declare

pytestmark = pytest.mark.slow


@pytest.fixture
async def bound_again(database: Database) -> AsyncIterator[None]:
    """Bind the document classes to the store of the tests again: filling the bench's own binds them to that."""
    yield
    await declare(database, DOCUMENTS)


@pytest.mark.usefixtures("bound_again")
async def test_the_peer_by_hand_answers_with_the_same_bytes() -> None:
    options = argparse.Namespace(cases=20, pages=120, questions=60, rows=10, connections=1, seconds=0.1)
    async with opened("embedded", options) as (bench, tasks):
        screens = [task for task in tasks if task.secret is None]
        for task in screens:
            await bench.check_equal(task)
        assert [task.name for task in screens] == [
            "Inbox, 10 rows",
            "CaseScreen",
            "WikiPageScreen",
            "QuestionScreen",
            "Experts, 10 rows",
        ]
