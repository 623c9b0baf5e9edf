"""What is wrong with an input is said in words that name the fix."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, ValidationError

from core.errors import InvalidFields


class Order(BaseModel):
    """A draft with a bound of every kind."""

    names: list[str] = Field(default=["a"], min_length=1, max_length=2)
    title: str = Field(default="abc", min_length=2, max_length=5)
    count: int = Field(default=5, ge=2, le=9)
    share: float = Field(default=0.5, gt=0, lt=1)
    weights: dict[str, Annotated[int, Field(ge=0)]] = {}
    needed: int


@pytest.mark.parametrize(
    ("given", "path", "words"),
    [
        ({"names": []}, ("names",), "Give at least 1, not 0."),
        ({"names": ["a", "b", "c"]}, ("names",), "Give at most 2, not 3."),
        ({"title": "a"}, ("title",), "Write at least 2 characters."),
        ({"title": "abcdef"}, ("title",), "Write at most 5 characters."),
        ({"count": 1}, ("count",), "Give at least 2."),
        ({"count": 10}, ("count",), "Give at most 9."),
        ({"share": 0}, ("share",), "Give more than 0.0."),
        ({"share": 1}, ("share",), "Give less than 1.0."),
        ({"weights": {"a": -1}}, ("weights", "a"), "Give at least 0."),
        ({"needed": None}, ("needed",), "Input should be a valid integer."),
    ],
)
def test_problem_names_its_place_and_the_fix(given: dict[str, Any], path: tuple[str, ...], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Order.model_validate({"needed": 1} | given)

    (problem,) = InvalidFields.of(caught.value, "input").problems
    assert (problem.path, problem.message) == (("input", *path), words)


def test_what_is_missing_is_asked_for() -> None:
    with pytest.raises(ValidationError) as caught:
        Order.model_validate({})

    assert [(one.path, one.message) for one in InvalidFields.of(caught.value).problems] == [(("needed",), "Give this.")]
