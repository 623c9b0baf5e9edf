import pytest
from pydantic import BaseModel, ValidationError

from community.documents import Tag
from community.drafts import Body, TagNames, Title, ids, may_be_id, slug_of, tag_of
from community.questions import QuestionDraft


class Texts(BaseModel):
    title: Title = "A title"
    body: Body = "b"
    tags: TagNames = []


def message(**given: object) -> str:
    with pytest.raises(ValidationError) as caught:
        Texts.model_validate(given)
    return str(caught.value.errors()[0]["msg"])


def test_a_title_is_one_trimmed_line() -> None:
    assert Texts(title="  Kargo\r\n nerede,\tkaldı?  ").title == "Kargo nerede, kaldı?"


def test_a_body_keeps_its_lines_and_joiners_and_loses_control_characters() -> None:
    assert Texts(body="کتاب\u200cها\r\nرا\x00\x1b پس\rدهید\t!").body == "کتاب\u200cها\nرا پس\nدهید\t!"


def test_letters_are_composed() -> None:
    assert Texts(body="u\u0308ru\u0308n").body == "ürün"


@pytest.mark.parametrize("title", ["abcd", "x" * 201, "   a   "])
def test_a_title_has_5_to_200_characters(title: str) -> None:
    assert message(title=title) == "Write 5 to 200 characters"


@pytest.mark.parametrize("length", [5, 200])
def test_the_limits_of_a_title_are_inside(length: int) -> None:
    assert Texts(title="x" * length).title == "x" * length


@pytest.mark.parametrize("body", ["", " \n ", "x" * 20_001])
def test_a_body_has_1_to_20000_characters(body: str) -> None:
    assert message(body=body) == "Write 1 to 20,000 characters"


def test_what_cannot_be_seen_is_no_text() -> None:
    assert message(title="\u200d\u200c\u200e\u2060\u200b") == "Write something that can be read"


def test_half_a_character_is_refused() -> None:
    assert message(body="a\ud800b") == "This contains half of a character; send well-formed Unicode"
    assert message(tags=["a\ud800b"]) == "This contains half of a character; send well-formed Unicode"


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("kargo", Tag(slug="kargo", name="kargo")),
        ("Ürün İadesi", Tag(slug="urun-iadesi", name="Ürün İadesi")),
        ("kargo-gecikmesi", Tag(slug="kargo-gecikmesi", name="kargo gecikmesi")),
        ("IŞIK_hızı", Tag(slug="isik-hizi", name="IŞIK_hızı")),
        ("مرجوعي\u200cكالا", Tag(slug="مرجوعی-کالا", name="مرجوعي\u200cكالا")),
    ],
)
def test_a_tag_is_found_under_one_spelling(name: str, tag: Tag) -> None:
    assert tag_of(name) == tag


def test_tags_in_two_spellings_are_one_the_first() -> None:
    assert Texts(tags=["İade", "iade", "kargo", "IADE"]).tags == ["İade", "kargo"]


@pytest.mark.parametrize("tag", ["", "---", "a/b", "<b>", "x" * 41, "c++"])
def test_a_tag_has_letters_digits_and_hyphens(tag: str) -> None:
    assert message(tags=[tag]) == f"A tag has letters, digits and hyphens, at most 40 characters: not “{tag[:40]}”"


def test_at_most_five_tags() -> None:
    assert Texts(tags=["a", "b", "c", "d", "e"]).tags == ["a", "b", "c", "d", "e"]
    assert message(tags=["a", "b", "c", "d", "e", "f"]) == "Use at most 5 tags"


def test_at_most_ten_invited_each_once() -> None:
    ten = [f"mem_{number}" for number in range(10)]
    assert QuestionDraft(title="Five letters", body="b", invited_expert_ids=[*ten, *ten]).invited_expert_ids == ten

    with pytest.raises(ValidationError) as caught:
        QuestionDraft(title="Five letters", body="b", invited_expert_ids=[*ten, "mem_x"])

    assert [(error["loc"], error["msg"]) for error in caught.value.errors()] == [
        (("invited_expert_ids",), "Name at most 10 experts")
    ]


@pytest.mark.parametrize(
    ("identifier", "may_be"),
    [("qst_0abc", True), ("qst_", False), ("qst", False), ("ans_0abc", False), ("qst_\ud800", False), ("qst_" + "x" * 90, False)],
)
def test_only_what_has_the_form_of_an_id_is_looked_up(identifier: str, *, may_be: bool) -> None:
    assert may_be_id(identifier, "qst") is may_be


def test_slug_of_hyphens_is_nothing() -> None:
    assert slug_of(" - _ ") == ""


def test_the_rule_of_ids_keeps_the_order() -> None:
    assert ids(3, "experts").func(["b", "a", "b"]) == ["b", "a"]  # type: ignore[call-arg]  # pydantic types both forms of a validator
