"""Reads that are sent together are refused in the order in which they are looked at."""

import asyncio

import pytest

from core.errors import Forbidden, NotFound
from core.outcomes import outcome


async def _given(value: int, error: Exception | None = None) -> int:
    await asyncio.sleep(0)
    if error is not None:
        raise error
    return value


async def test_refusal_is_raised_when_it_is_looked_at() -> None:
    first, second, third = await asyncio.gather(
        outcome(_given(1)), outcome(_given(2, NotFound("nothing"))), outcome(_given(3, Forbidden("never")))
    )

    assert first.take() == 1
    with pytest.raises(Forbidden, match="never"):
        third.take()
    with pytest.raises(NotFound, match="nothing"):
        second.take()


async def test_what_is_no_refusal_is_raised_at_once() -> None:
    with pytest.raises(ZeroDivisionError):
        await outcome(_given(1, ZeroDivisionError()))


async def test_nothing_is_a_value_too() -> None:
    async def nothing() -> None:
        await asyncio.sleep(0)

    assert (await outcome(nothing())).take() is None
