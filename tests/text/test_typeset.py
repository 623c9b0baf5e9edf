import io

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from core.text.typeset import Surroundings, quoted, typeset


def printed(source: str) -> PdfReader:
    made = typst.compile(source.encode(), format="pdf")
    assert isinstance(made, bytes)
    return PdfReader(io.BytesIO(made))


def words(markdown: str) -> str:
    return " ".join(page.extract_text() for page in printed(f"#{typeset(markdown, Surroundings())}").pages)


@pytest.mark.parametrize(
    ("markdown", "set_as"),
    [
        ('İade **3 "gün"** içinde', '{par({{"İade "; strong({"3 \\"gün\\""}); " içinde"}})}'),
        ("# Yol", '{heading(level: 2, outlined: false, {{"Yol"}})}'),
        ("`a\\b` ~~yok~~ *eğik*", '{par({{raw("a\\\\b"); " "; strike({"yok"}); " "; emph({"eğik"})}})}'),
        ("[dış](https://x.example/a) [iç](/wiki/b)", '{par({{link("https://x.example/a", {"dış"}); " "; {"iç"}}})}'),
        ("[yan](/wiki/iade/%D8%A7#son)", '{par({{link(label("p1"), {"yan"})}})}'),
        ("![şema](/files/fil_1) ![yok](/files/fil_2)", '{par({{box(image("0.png", alt: "şema")); " "; emph("yok")}})}'),
        ("7. yedi\n8. sekiz", '{enum(start: 7, {par({{"yedi"}})}, {par({{"sekiz"}})})}'),
        ("- a\n  - b", '{list({par({{"a"}}); list({par({{"b"}})})})}'),
        ("```py x\na\n```", '{raw("a", block: true, lang: "py")}'),
        ("> a\nb\n\n---", '{block(inset: (x: 1.2em), {par({{"a"; linebreak(); "b"}})}); line(length: 100%)}'),
        (
            "|a|b|\n|-|-:|\n|1|2|",
            '{table(columns: 2, align: (start, right,), table.header(strong({{"a"}}), strong({{"b"}})), {{"1"}}, {{"2"}})}',
        ),
    ],
)
def test_markdown_is_set_as(markdown: str, set_as: str) -> None:
    around = Surroundings(1, {"/wiki/iade/ا": "p1"}, {"/files/fil_1": "0.png"})
    assert typeset(markdown, around) == set_as


def test_words_of_typst_are_words() -> None:
    written = '#{ panic("x") } $y$ <label> @ref #image("/etc/passwd")'
    assert words(written).split() == written.split()


@pytest.mark.parametrize(
    "markdown", ["*a **b " * 1_000 + "c** d*" * 1_000, "> " * 15_000 + "a", "- " * 40 + "a", "[a](b) " * 4_000, ""]
)
def test_what_is_nested_deeply_is_printed(markdown: str) -> None:
    assert len(printed(f"#{typeset(markdown, Surroundings())}").pages) > 0


@settings(max_examples=30)
@given(st.text(st.characters(codec="utf-8")) | st.text('*_~`[]()!#>-+1. \n|:\\"<&{}$@ş\u0627\0\u202e'))
def test_whatever_is_written_can_be_printed(markdown: str) -> None:
    assert len(printed(f"#{typeset(markdown, Surroundings())}\n#{{{quoted(markdown)}}}").pages) > 0
