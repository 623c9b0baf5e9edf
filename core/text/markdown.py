"""Markdown of people turned into HTML that is safe to show, and into plain text for search and previews."""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Raised with every change of what follows, so that nobody is shown HTML which an older, laxer version made.
SANITISER_VERSION: Final = 2
# Twice this takes over a second on the worst input known; what people write is far shorter.
MAX_MARKDOWN_CHARACTERS: Final = 30_000

_PARSER: Final = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_OWN_FILE: Final = re.compile(r"/files/[A-Za-z0-9_-]+")
_CODE_LANGUAGE: Final = re.compile(r"language-[A-Za-z0-9_+-]{1,30}")
_BARE_ADDRESS: Final = re.compile(r"\bhttps?://[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]}*_~]")
_MENTION: Final = re.compile(r"(?<![\w.@/])@\w[\w.\u200c-]*")
_MENTIONED: Final = re.compile(r"(?<![\w.@/])@(\w+(?:[\u200c-]\w+)*)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
TRACKED: Final = "/l/"
"""Where the paths of tracked links begin, which lead customers somewhere."""

_WITHOUT_HOST: Final = frozenset({"mailto", "tel"})
_TAGS: Final = frozenset(
    {"p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "strong", "em", "s"}
    | {"a", "img", "code", "pre", "table", "thead", "tbody", "tr", "th", "td"},
)
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "code": {"class"},
    "th": {"style"},
    "td": {"style"},
}

Rewriting = Callable[[list[Token]], list[Token]]


def render(markdown: str, *, mentions: Mapping[str, str] | None = None) -> str:
    """Return safe HTML of `markdown`: CommonMark with tables, strikethrough, line breaks as written, web addresses linked.

    HTML in the source is shown as text. Links go to http, https, mailto, tel or within the site and carry
    `rel="nofollow noopener noreferrer ugc"`. Images show only from our own `/files/…`; from elsewhere they become links,
    so that no third party watches who reads. What lies beyond 30,000 characters is shown as it was written. `mentions` tells,
    by the names after `@` as `mentioned` lists them, where those lead; others stay words.
    """
    leading = {name: address for name, address in (mentions or {}).items() if name}
    purpose = f"staff {sorted(leading.items())}" if leading else "staff"

    def rewrite(tokens: list[Token]) -> list[Token]:
        return _mentioning(_for_staff(tokens), leading) if leading else _for_staff(tokens)

    return _CACHE.rendered(markdown, purpose=purpose, make=lambda: _to_html(markdown, rewriting=rewrite))


def render_for_portal(markdown: str, *, own_hosts: Collection[str]) -> str:
    """Return safe HTML as `render` does, without what would tell customers about the inside.

    Links that lead within the site, or to one of `own_hosts` (host names without port), lose their target and keep their
    words, but for tracked links (`/l/…`), which are made for customers; other addresses of these hosts written out are
    removed; `@mentions` outside code are removed; images become their description.
    """
    hosts = tuple(sorted(host.lower() for host in own_hosts))

    def rewrite(tokens: list[Token]) -> list[Token]:
        return _for_portal(tokens, hosts=hosts)

    return _CACHE.rendered(markdown, purpose=f"portal {' '.join(hosts)}", make=lambda: _to_html(markdown, rewriting=rewrite))


def plain(markdown: str) -> str:
    """Return the words of `markdown` without its marks, one line a block, for search and previews: text, not HTML."""
    lines = [_text_of(token) for token in _PARSER.parse(markdown[:MAX_MARKDOWN_CHARACTERS])]
    kept = [line.strip() for line in lines if line.strip()]
    return "\n".join([*kept, markdown[MAX_MARKDOWN_CHARACTERS:]]).strip()


def plain_for_portal(markdown: str) -> str:
    """Return the words of `markdown` as `plain` does, without mentions and addresses: for what the public searches."""
    return _MENTION.sub("", _BARE_ADDRESS.sub("", plain(markdown)))


def blocks(markdown: str) -> list[Token]:
    """Give what `render` shows as tokens, for other ways of showing it; nothing in them is HTML."""
    tokens = _PARSER.parse(_without_surrogates(markdown[:MAX_MARKDOWN_CHARACTERS]))
    rest = _without_surrogates(markdown[MAX_MARKDOWN_CHARACTERS:])
    if rest:
        tokens.append(Token("code_block", "code", 0, content=rest))
    for token in tokens:
        if token.type == "inline":
            token.children = _for_staff(token.children or [])
    return tokens


def words_of(token: Token) -> str:
    """Give the words of a token and of all in it, without marks."""
    return _text_of(token)


def link_targets(markdown: str) -> list[str]:
    """List where the links of `markdown` lead, in their order; images and addresses that only stand in the text are no links."""
    tokens = _PARSER.parse(_without_surrogates(markdown[:MAX_MARKDOWN_CHARACTERS]))
    inline = (child for token in tokens for child in token.children or ())
    return [str(child.attrs["href"]) for child in inline if child.type == "link_open"]


def mentioned(markdown: str) -> list[str]:
    """List the names after `@` in `markdown`, in their order, as they are written; not those in code, links and addresses."""
    if "@" not in markdown:
        return []
    found: list[str] = []
    for block in _PARSER.parse(_without_surrogates(markdown[:MAX_MARKDOWN_CHARACTERS])):
        depth = 0
        for token in block.children or ():
            depth += token.nesting if token.tag == "a" else 0
            if token.type == "text" and depth == 0:
                found += _MENTIONED.findall(_BARE_ADDRESS.sub(" ", token.content))
    return found


@dataclass
class _RenderedTexts:
    """The HTML last asked for, by a hash of its source; bounded by the number of characters kept."""

    max_characters: int
    _kept: OrderedDict[bytes, str] = field(default_factory=OrderedDict)
    _characters: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def rendered(self, markdown: str, *, purpose: str, make: Callable[[], str]) -> str:
        source = f"{SANITISER_VERSION}\0{purpose}\0{markdown}".encode("utf-8", "surrogatepass")
        key = hashlib.blake2b(source, digest_size=16).digest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._characters += len(made)
            while self._characters > self.max_characters:
                _, dropped = self._kept.popitem(last=False)
                self._characters -= len(dropped)
        return made


_CACHE: Final = _RenderedTexts(max_characters=8_000_000)


def _to_html(markdown: str, *, rewriting: Rewriting) -> str:
    tokens = _PARSER.parse(_without_surrogates(markdown[:MAX_MARKDOWN_CHARACTERS]))
    rest = _without_surrogates(markdown[MAX_MARKDOWN_CHARACTERS:])
    if rest:
        tokens.append(Token("code_block", "code", 0, content=rest))
    for token in tokens:
        if token.type == "inline":
            token.children = rewriting(token.children or [])
    blocks = [token if token.type == "inline" else rewriting([token])[0] for token in tokens]
    return _sanitise(str(_PARSER.renderer.render(blocks, _PARSER.options, {})))


def _sanitise(rendered: str) -> str:
    return nh3.clean(
        rendered,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_kept_attribute,
        link_rel="nofollow noopener noreferrer ugc",
        url_schemes={"http", "https", *_WITHOUT_HOST},
        filter_style_properties={"text-align"},
    )


def _kept_attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _OWN_FILE.fullmatch(value) else None
    if tag == "code":
        return value if _CODE_LANGUAGE.fullmatch(value) else None
    return value


def _for_staff(tokens: list[Token]) -> list[Token]:
    return _linked(_without_foreign_images(tokens))


def _mentioning(tokens: list[Token], leading: Mapping[str, str]) -> list[Token]:
    """Make links of the names after `@` that lead somewhere, but not inside of a link."""
    kept: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.nesting if token.tag == "a" else 0
        kept.extend(_names_linked(token.content, leading) if token.type == "text" and depth == 0 else [token])
    return kept


def _names_linked(content: str, leading: Mapping[str, str]) -> list[Token]:
    pieces: list[Token] = []
    end = 0
    for match in _MENTIONED.finditer(content):
        if match[1] in leading:
            pieces += [_text(content[end : match.start()]), *_link(leading[match[1]], match[0])]
            end = match.end()
    return [*pieces, _text(content[end:])]


def _for_portal(tokens: list[Token], *, hosts: tuple[str, ...]) -> list[Token]:
    kept = _without_internal_links(_linked(_described(tokens)), hosts=hosts)
    names = "|".join(map(re.escape, hosts))
    own_address = re.compile(rf"(?:https?://)?(?<![\w.-])(?:{names})(?![\w-])(?!(?::\d+)?{TRACKED})[^\s<>\"']*", re.IGNORECASE)
    for token in kept:
        if hosts:
            token.content = own_address.sub("", token.content)
        if token.type == "text":
            token.content = _MENTION.sub("", token.content)
    return kept


def _without_foreign_images(tokens: list[Token]) -> list[Token]:
    """Make links of images from elsewhere, or only their description where they stand inside of a link."""
    kept: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.nesting if token.tag == "a" else 0
        source = str(token.attrs.get("src", ""))
        if token.type != "image" or _OWN_FILE.fullmatch(source):
            kept.append(token)
        elif depth:
            kept.append(_text(_text_of(token) or source))
        else:
            kept.extend(_link(source, _text_of(token) or source))
    return kept


def _described(tokens: list[Token]) -> list[Token]:
    return [_text(_text_of(token)) if token.type == "image" else token for token in tokens]


def _linked(tokens: list[Token]) -> list[Token]:
    """Make links of web addresses in the text, but not inside of a link."""
    kept: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.nesting if token.tag == "a" else 0
        if token.type == "text" and depth == 0:
            kept.extend(_linked_text(token.content))
        else:
            kept.append(token)
    return kept


def _linked_text(content: str) -> list[Token]:
    pieces: list[Token] = []
    end = 0
    for match in _BARE_ADDRESS.finditer(content):
        address = match.group()
        pieces.append(_text(content[end : match.start()]))
        pieces.extend(_link(_PARSER.normalizeLink(address), address))
        end = match.end()
    return [*pieces, _text(content[end:])]


def _without_internal_links(tokens: list[Token], *, hosts: tuple[str, ...]) -> list[Token]:
    kept: list[Token] = []
    dropping = False
    for token in tokens:
        if token.type == "link_open":
            dropping = _is_internal(str(token.attrs["href"]), hosts=hosts)
        if not (dropping and token.tag == "a"):
            kept.append(token)
    return kept


def _is_internal(address: str, *, hosts: tuple[str, ...]) -> bool:
    """Whether a link leads within the site; what can't be read, or what a browser might read otherwise, counts as internal."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return True
    is_tracked = host in hosts and parts.path.startswith(TRACKED)
    return parts.scheme not in _WITHOUT_HOST and not is_tracked and (not host or host in hosts)


def _link(target: str, words: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": target}), _text(words), Token("link_close", "a", -1)]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _text_of(token: Token) -> str:
    if token.children is not None:
        return "".join(_text_of(child) for child in token.children)
    return "\n" if token.tag == "br" else token.content


def _without_surrogates(text: str) -> str:
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
