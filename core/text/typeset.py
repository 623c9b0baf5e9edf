"""Markdown of people typeset for print: as expressions of Typst, in which every word of theirs stands in a quoted string."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from core.text.markdown import blocks, words_of

_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]")
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_WRAPPED: Final = {"strong_open": "strong", "em_open": "emph", "s_open": "strike", "paragraph_open": "par"}
_DEEPEST_HEADING: Final = 6
_DEEPEST_MARK: Final = 20


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a text is printed among: its heading's level, where links within lead (a label), and images by their address."""

    level: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)


def quoted(text: str) -> str:
    """Give a string of Typst that says a text; what can't be printed is left out."""
    kept = _UNPRINTABLE.sub("", text)
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def typeset(markdown: str, around: Surroundings) -> str:
    """Give a block of Typst's code that shows what `core.text.markdown.render` shows to staff.

    Links lead to http, https, mailto, tel, and to labels of the same document; other links show their words, and images
    that are not among the surroundings' their description.
    """
    return _block(iter(blocks(markdown)), None, around)


def _block(tokens: Iterator[Token], end: str | None, around: Surroundings) -> str:
    """Set tokens up to the one that closes what they stand in."""
    return "{" + "; ".join(_pieces(tokens, end, around)) + "}"


def _pieces(tokens: Iterator[Token], end: str | None, around: Surroundings) -> list[str]:
    pieces = []
    for token in tokens:
        if token.type == end:
            break
        pieces.append(_piece(token, tokens, around))
    return pieces


def _piece(token: Token, rest: Iterator[Token], around: Surroundings) -> str:
    if token.type == "inline":
        return _block(_shallow(token.children or []), None, around)
    if token.nesting > 0:
        setting = _OPENED.get(token.type)
        if setting is not None:
            return setting(token, rest, around)
        body = _block(rest, token.type.replace("_open", "_close"), around)
        return f"{_WRAPPED[token.type]}({body})" if token.type in _WRAPPED else body
    single = _SINGLE.get(token.type)
    return single(token, around) if single is not None else quoted(token.content)


def _shallow(tokens: Iterable[Token]) -> Iterator[Token]:
    """Leave out the marks within more than twenty others, as Markdown's blocks are; their words stay."""
    depth = 0
    for token in tokens:
        depth += max(token.nesting, 0)
        if token.nesting == 0 or depth <= _DEEPEST_MARK:
            yield token
        depth += min(token.nesting, 0)


def _heading(token: Token, rest: Iterator[Token], around: Surroundings) -> str:
    level = min(int(token.tag[1]) + around.level, _DEEPEST_HEADING)
    return f"heading(level: {level}, outlined: false, {_block(rest, 'heading_close', around)})"


def _quote(_: Token, rest: Iterator[Token], around: Surroundings) -> str:
    return f"block(inset: (x: 1.2em), {_block(rest, 'blockquote_close', around)})"


def _bullets(_: Token, rest: Iterator[Token], around: Surroundings) -> str:
    return f"list({_items(rest, 'bullet_list_close', around)})"


def _numbers(token: Token, rest: Iterator[Token], around: Surroundings) -> str:
    start = int(token.attrs.get("start", 1))
    return f"enum(start: {start}, {_items(rest, 'ordered_list_close', around)})"


def _items(tokens: Iterator[Token], end: str, around: Surroundings) -> str:
    return ", ".join(_pieces(tokens, end, around))


def _link(token: Token, rest: Iterator[Token], around: Surroundings) -> str:
    address = str(token.attrs.get("href", ""))
    body = _block(rest, "link_close", around)
    label = around.labels.get(unquote(address.partition("#")[0]))
    if label is not None:
        return f"link(label({quoted(label)}), {body})"
    return f"link({quoted(address)}, {body})" if _leads_out(address) else body


def _leads_out(address: str) -> bool:
    try:
        return urlsplit(address).scheme in _SCHEMES
    except ValueError:
        return False


def _table(_: Token, rest: Iterator[Token], around: Surroundings) -> str:
    """Set a table; a row's cells are given one after the other, and the head's alignments are the columns'."""
    head: list[str] = []
    body: list[str] = []
    columns: list[str] = []
    for token in rest:
        if token.type == "table_close":
            break
        if token.type == "th_open":
            columns.append(str(token.attrs.get("style", "")).removeprefix("text-align:") or "start")
            head.append(f"strong({_block(rest, 'th_close', around)})")
        elif token.type == "td_open":
            body.append(_block(rest, "td_close", around))
    cells = ", ".join([f"table.header({', '.join(head)})", *body])
    return f"table(columns: {len(columns)}, align: ({', '.join(columns)},), {cells})"


def _image(token: Token, around: Surroundings) -> str:
    name = around.images.get(str(token.attrs.get("src", "")))
    if name is None:
        return f"emph({quoted(words_of(token))})"
    return f"box(image({quoted(name)}, alt: {quoted(words_of(token))}))"


def _code(token: Token, _: Surroundings) -> str:
    language = re.sub(r"[^A-Za-z0-9_+-].*", "", token.info.strip())
    return f"raw({quoted(token.content.rstrip())}, block: true, lang: {quoted(language) if language else 'none'})"


_OPENED: Final[Mapping[str, Callable[[Token, Iterator[Token], Surroundings], str]]] = {
    "heading_open": _heading,
    "blockquote_open": _quote,
    "bullet_list_open": _bullets,
    "ordered_list_open": _numbers,
    "link_open": _link,
    "table_open": _table,
}
_SINGLE: Final[Mapping[str, Callable[[Token, Surroundings], str]]] = {
    "image": _image,
    "fence": _code,
    "code_block": _code,
    "code_inline": lambda token, _: f"raw({quoted(token.content)})",
    "softbreak": lambda _token, _around: "linebreak()",
    "hardbreak": lambda _token, _around: "linebreak()",
    "hr": lambda _token, _around: "line(length: 100%)",
}
