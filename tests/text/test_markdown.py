"""Markdown becomes safe HTML, whatever it says."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from core.text.markdown import MAX_MARKDOWN_CHARACTERS, plain, render, render_for_portal

REL = 'rel="nofollow noopener noreferrer ugc"'
OWN = {"kopru.example"}
ALLOWED = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "strong", "em", "s"),
    *("a", "img", "code", "pre", "table", "thead", "tbody", "tr", "th", "td"),
}
PIECES = st.sampled_from(
    [
        *(
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt&colon;alert(1))",
        ),
        *(
            "![x](data:text/html;base64,AA)",
            "<svg/onload=alert(1)>",
            "`",
            "```js\n",
            "\n\n",
            "<a href='//x' onclick='y'>",
            "&lt;script&gt;",
        ),
        *(
            "[a]: javascript:alert(1)\n\n[a]",
            "[x](https://a \"' onmouseover=1)",
            "|a|\n|-|\n",
            '![x](/files/a"onload=1)',
            "\x00",
            "\ud800",
        ),
        *(
            'https://a.b/"onclick=x',
            "<!--",
            "]]>",
            "<style>",
            "</p>",
            "{{x}}",
            "@ayse",
            "https://kopru.example/cases/1",
            "- ",
            "> ",
        ),
        *(
            "[x](vbscript:a)",
            "[in](/cases/1)",
            "![i](https://x.y/z.png)",
            "[![i](/files/f1)](/x)",
            "~~",
            "**",
            "_",
            "\\",
            "[",
            "](",
            ")",
        ),
    ],
)


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(st.characters(exclude_categories=()), max_size=20), max_size=12))
def test_nothing_active_survives(pieces: list[str]) -> None:
    for rendered in (render("".join(pieces)), render_for_portal("".join(pieces), own_hosts=OWN)):
        assert "<script" not in rendered.lower()
        for tag, attributes in _Tags(rendered).found:
            assert tag in ALLOWED
            assert set(attributes) <= {"href", "title", "rel", "src", "alt", "start", "class", "style"}
            assert (attributes.get("src") or "/files/").startswith("/files/")
            address = (attributes.get("href") or "").lower().strip()
            assert not address.startswith(("javascript", "data", "vbscript"))


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=12))
def test_the_portal_never_links_inside(pieces: list[str]) -> None:
    rendered = render_for_portal("".join(pieces), own_hosts=OWN)

    assert "kopru.example" not in rendered.lower()
    for tag, attributes in _Tags(rendered).found:
        assert tag != "img"
        assert (attributes.get("href") or "https:").startswith(("https:", "http:", "mailto:", "tel:", "//x"))


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**Merhaba** _dünya_\nikinci satır", "<p><strong>Merhaba</strong> <em>dünya</em><br>\nikinci satır</p>\n"),
        ("<b onclick=x>x</b>", "<p>&lt;b onclick=x&gt;x&lt;/b&gt;</p>\n"),
        ("[a](https://a.b)", f'<p><a href="https://a.b" {REL}>a</a></p>\n'),
        ("see https://a.b/c?d=1.", f'<p>see <a href="https://a.b/c?d=1" {REL}>https://a.b/c?d=1</a>.</p>\n'),
        ("[see https://a.b](https://c.d)", f'<p><a href="https://c.d" {REL}>see https://a.b</a></p>\n'),
        ("`https://a.b`", "<p><code>https://a.b</code></p>\n"),
        ("![logo](/files/f_1)", '<p><img src="/files/f_1" alt="logo"></p>\n'),
        ("![pixel](https://evil.example/p.gif)", f'<p><a href="https://evil.example/p.gif" {REL}>pixel</a></p>\n'),
        ("[![pixel](https://e.example/p)](https://a.b)", f'<p><a href="https://a.b" {REL}>pixel</a></p>\n'),
        ("~~old~~", "<p><s>old</s></p>\n"),
        ("```py\nx\n```", '<pre><code class="language-py">x\n</code></pre>\n'),
        ('```"><x\nx\n```', "<pre><code>x\n</code></pre>\n"),
        (
            "|a|\n|:-:|\n|1|",
            (
                '<table>\n<thead>\n<tr>\n<th style="text-align:center">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
                '<td style="text-align:center">1</td>\n</tr>\n</tbody>\n</table>\n'
            ),
        ),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>\n'),
        ("", ""),
    ],
)
def test_rendering(markdown: str, expected: str) -> None:
    assert render(markdown) == expected
    assert render(markdown) == expected  # once more, from what is remembered


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("Ask @ayse.k, mail a@b.com", "<p>Ask , mail a@b.com</p>\n"),
        ("[our case](/cases/1)", "<p>our case</p>\n"),
        ("[our case](https://KOPRU.example:8443/cases/1)", "<p>our case</p>\n"),
        ("[o](//kopru.example./x) [p](https:/cases/1) [q](https:\\\\kopru.example/x)", "<p>o p q</p>\n"),
        ("<https://kopru.example/cases/1>", "<p></p>\n"),
        ("see https://kopru.example/cases/1 or kopru.example/x", "<p>see  or </p>\n"),
        ("`kopru.example/cases/1`", "<p><code></code></p>\n"),
        ("    kopru.example/cases/1", "<pre><code>\n</code></pre>\n"),
        (
            "see https://kopru.example/l/3f9c or [there](https://kopru.example/l/3f9c)",
            (
                f'<p>see <a href="https://kopru.example/l/3f9c" {REL}>https://kopru.example/l/3f9c</a> or '
                f'<a href="https://kopru.example/l/3f9c" {REL}>there</a></p>\n'
            ),
        ),
        ("[inside](/l/3f9c)", "<p>inside</p>\n"),
        ("notkopru.example and kopru.example2", "<p>notkopru.example and kopru.example2</p>\n"),
        ("[m](mailto:a@b.c) [w](https://a.b)", f'<p><a href="mailto:a@b.c" {REL}>m</a> <a href="https://a.b" {REL}>w</a></p>\n'),
        ("![receipt](/files/f_1)", "<p>receipt</p>\n"),
        ("`@decorator`", "<p><code>@decorator</code></p>\n"),
    ],
)
def test_rendering_for_customers(markdown: str, expected: str) -> None:
    assert render_for_portal(markdown, own_hosts=OWN) == expected


def test_without_hosts_of_our_own_only_relative_links_are_internal() -> None:
    assert render_for_portal("[a](/x) [b](https://c.d)", own_hosts=()) == f'<p>a <a href="https://c.d" {REL}>b</a></p>\n'


def test_what_is_too_long_is_shown_as_written() -> None:
    rendered = render("*a* " + "b" * MAX_MARKDOWN_CHARACTERS + "<*c*>")

    assert rendered.startswith("<p><em>a</em> bbb")
    assert rendered.endswith("<pre><code>bbbb&lt;*c*&gt;</code></pre>\n")


def test_many_long_texts_do_not_fill_the_memory() -> None:
    for number in range(400):
        assert render(f"{number} " + "x" * 25_000).startswith(f"<p>{number} xxx")


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# Başlık\n\n**iki** [bağ](https://a.b)\n`kod`\n\n- bir\n- iki", "Başlık\niki bağ\nkod\nbir\niki"),
        ("![resim](/files/1) <b>x</b> &amp;", "resim <b>x</b> &"),
        ("```\nkod\n```\n\n|a|b|\n|-|-|\n|1|2|", "kod\na\nb\n1\n2"),
        ("", ""),
    ],
)
def test_plain_text(markdown: str, text: str) -> None:
    assert plain(markdown) == text


def test_mentions_lead_where_they_are_said_to_and_other_words_stay() -> None:
    text = "@Ayşe-Yılmaz, @kimse ve [@ayse-yilmaz](https://a.b) `@Ayşe-Yılmaz` x@Ayşe-Yılmaz **@Ayşe-Yılmaz**"
    leading = {"Ayşe-Yılmaz": "/members/ayse-yilmaz", "": "/members/"}
    link = f'<a href="/members/ayse-yilmaz" {REL}>@Ayşe-Yılmaz</a>'

    assert render(text, mentions=leading) == (
        f'<p>{link}, @kimse ve <a href="https://a.b" {REL}>@ayse-yilmaz</a> <code>@Ayşe-Yılmaz</code> '
        f"x@Ayşe-Yılmaz <strong>{link}</strong></p>\n"
    )
    assert '<a href="/members' not in render(text)
    unsafe = render("@a", mentions={"a": "javascript:alert(1)"})
    assert "javascript" not in unsafe
