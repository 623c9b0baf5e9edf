"""The words of an e-mail: HTML made readable, and what was quoted from the e-mail before left out."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser

import nh3
from typing_extensions import override

_UNSEEN = frozenset({"script", "style", "title", "template", "noscript"})
_DEEPEST = 10
_BLOCKS = frozenset(
    {"p", "div", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "section", "article", "hr"}
)
_BLANKS = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")

_LONGEST_ATTRIBUTION = 3
"""Lines over which clients break "On …, … wrote:"."""
_LONGEST_SAID = 1_000
_ATTRIBUTION = re.compile(
    r"(?s)\s*(on\b.{5,300}\bwrote|le\b.{5,300}a écrit|am\b.{5,300}schrieb.{0,200}"
    r"|.{5,300}(tarihinde|günü|saat).{0,300}(yazdı|yazmış)|در\b.{3,300}نوشت(ه است)?)\s*[:\uff1a]\s*",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"\s*-{2,}\s*(original message|forwarded message|(orijinal|özgün|iletilmiş) (ileti|mesaj)|پیام اصلی)\s*-{2,}\s*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\s*\*?(from|kimden|gönderen|از|فرستنده)\s*:\*?\s+\S.*", re.IGNORECASE)
_SENT = re.compile(r"\s*\*?(sent|date|gönderildi|gönderilme tarihi|tarih|تاریخ|ارسال شده)\s*:\*?\s+\S.*", re.IGNORECASE)


class _Reader(HTMLParser):
    """Writes down the words of HTML that was cleaned before; on what people send the parser can take minutes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[int, list[str]]] = [(0, [])]
        self._quoted = 0
        self._target: str | None = None
        self._linked_from = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "blockquote":
            self._quoted += 1
            self._break()
        elif tag == "br":
            self._lines.append((self._quoted, []))
        elif tag in _BLOCKS:
            self._break()
        if tag == "li":
            self._say("- ")
        if tag == "a":
            self._target, self._linked_from = dict(attrs).get("href"), len(self._lines[-1][1])

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
            self._break()
        elif tag in _BLOCKS:
            self._break()
            if tag == "p":
                self._lines.append((self._quoted, []))
        else:  # a link: of other tags nothing is left
            self._end_link()

    @override
    def handle_data(self, data: str) -> None:
        self._say(_BLANKS.sub(" ", data.replace("\n", " ")))

    def _say(self, words: str) -> None:
        self._lines[-1][1].append(words)

    def _break(self) -> None:
        if any(words.strip() for words in self._lines[-1][1]) or self._lines[-1][0] != self._quoted:
            self._lines.append((self._quoted, []))

    def _end_link(self) -> None:
        target, self._target = self._target, None
        shown = "".join(self._lines[-1][1][self._linked_from :]).strip()
        if target and shown and shown not in target:
            self._say(f" ({target.strip()})")

    def text(self) -> str:
        said = ((min(quoted, _DEEPEST), _BLANKS.sub(" ", "".join(words)).strip()) for quoted, words in self._lines)
        lines = (">" * quoted + (" " if quoted else "") + line for quoted, line in said)
        return _GAPS.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def words_of_html(html: str) -> str:
    """Give the words of HTML, a line a block, quotations marked by `>`; what is not shown is left out."""
    reader = _Reader()
    reader.feed(
        nh3.clean(
            html,
            tags={*_BLOCKS, "a", "br", "blockquote"},
            clean_content_tags=set(_UNSEEN),
            attributes={"a": {"href"}},
            url_schemes={"http", "https"},
            link_rel=None,
        )
    )
    reader.close()
    return reader.text()


def without_quotation(text: str) -> str:
    """Give what was written anew: the e-mail before, quoted at the end, is left out.

    Answers written between the quoted lines keep everything around them, and so does a text that is nothing but quoted.
    """
    lines = text.split("\n")
    end = _end_of_new([line.strip() for line in lines])
    fresh = "\n".join(lines[:end]).strip()
    return fresh or text.strip()


def _end_of_new(lines: Sequence[str]) -> int:
    for place, line in enumerate(lines):
        if _RULE.fullmatch(line) or _is_copied_head(lines, place):
            return place
        if said := _attribution(lines, place):
            rest = [other for other in lines[place + 1 :] if other]
            if all(other.startswith(">") for other in rest):
                return place - said + 1
    end = len(lines)
    while end and (not lines[end - 1] or lines[end - 1].startswith(">")):
        end -= 1
    return end


def _attribution(lines: Sequence[str], end: int) -> int:
    """Tell over how many lines, up to this one, it is said who wrote what follows; 0 when it is not."""
    if not lines[end].endswith((":", "\uff1a")):
        return 0
    for length in range(1, min(_LONGEST_ATTRIBUTION, end + 1) + 1):
        said = lines[end - length + 1 : end + 1]
        if not said[0] or sum(map(len, said)) > _LONGEST_SAID:
            return 0
        if _ATTRIBUTION.fullmatch("\n".join(said)):
            return length
    return 0


def _is_copied_head(lines: Sequence[str], place: int) -> bool:
    """Tell whether the head of another e-mail was copied here, as Outlook does."""
    return bool(_FROM.fullmatch(lines[place]) and any(_SENT.fullmatch(line) for line in lines[place + 1 : place + 4]))
