"""The bench compares the same bytes, so its peer has to follow what the product answers."""

import argparse

import pytest

from bench.first import opened

pytestmark = pytest.mark.slow


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
