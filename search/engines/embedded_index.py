"""One embedded index on disk: its generations, each a tantivy index, of which one answers. Everything here blocks."""

import shutil
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson
from tantivy import Document, Index, IndexWriter, Order, Searcher, TextAnalyzerBuilder, Tokenizer

from core.errors import Unavailable
from search.engine import RebuildSuperseded
from search.engines.embedded_queries import SCHEMA, WORDS_TOKENIZER, query_of
from search.engines.forms import FORM_VERSION, Form, text_of
from search.engines.generations import Generations, Turn
from search.engines.highlights import Highlighter
from search.engines.wording import wanted_words
from search.entries import MAX_FACET_VALUES, MAX_OFFSET, SearchFacet, SearchHit, SearchMode, SearchPage, SearchQuery

# Sizes of tantivy's buffer in bytes: the smallest it takes for the few entries of an event, more for a rebuild.
_WRITE_BUFFER: Final = 15_000_000
_REBUILD_BUFFER: Final = 64_000_000
_WORDS: Final = ("title_words", "keyword_words", "body_words", "lemma_words")
_FACET_FIELDS: Final = {SearchFacet.KIND: "kind", SearchFacet.TAG: "tags"}


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of the entry `id`: stored as `form`, or forgotten."""

    id: str
    form: Form | None


@dataclass
class EmbeddedIndex:
    """The generations of one index under `folder`. Many processes may open it, one writes at a time."""

    folder: Path
    lock_seconds: float
    _opened: tuple[str, Index] | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)

    @property
    def _generations(self) -> Generations:
        return Generations(self.folder / "generations.sqlite3", self.lock_seconds)

    def open(self) -> None:
        """Make the folder and a first generation, unless there is one in today's form that can be read."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._generations.create()
        with self._generations.writing() as turn:
            if not self._is_readable(turn.current):
                name = _new_name()
                _create(self.folder / name)
                turn.make_current(name)

    def write(self, changes: list[Change]) -> None:
        """Apply `changes` to the generation that answers, and keep them for the one that is being filled."""
        with self._generations.writing() as turn:
            with _tantivy_errors():
                _apply(self._index(turn.current), changes)
            if turn.building is not None:
                for change in changes:
                    turn.keep(orjson.dumps([change.id, change.form]))

    def find(self, query: SearchQuery) -> SearchPage:
        """Answer from the current generation."""
        wanted = wanted_words(query)
        searcher, tantivy_query = self._searcher(), query_of(query, wanted)
        newest_first = not wanted and query.mode is SearchMode.ALL
        order = "updated_at" if newest_first else None
        result = searcher.search(tantivy_query, limit=query.limit, offset=query.offset, order_by_field=order)
        highlighter = Highlighter.of(wanted if query.highlight else [])
        return SearchPage(
            hits=tuple(
                _hit(searcher, highlighter, address, score=0.0 if newest_first else score) for score, address in result.hits
            ),
            total=min(result.count, MAX_OFFSET),  # type: ignore[attr-defined]  # missing in the stub of tantivy 0.27
            total_capped=result.count > MAX_OFFSET,  # type: ignore[attr-defined]  # as above
            facets={facet: _counts(searcher, tantivy_query, facet) for facet in sorted(query.facets)},
        )

    def count(self) -> int:
        """Return how many entries the current generation holds."""
        return int(self._searcher().num_docs)

    def begin_rebuild(self) -> "Rebuild":
        """Begin a new generation beside the current one; an unfinished one is given up."""
        name = _new_name()
        with self._generations.writing() as turn:
            turn.begin_building(name)
            self._remove_all_but({turn.current, name})
        return Rebuild(self, name, _create(self.folder / name).writer(_REBUILD_BUFFER, num_threads=1))

    def finish_rebuild(self, name: str) -> None:
        """Apply what was kept to the generation `name`, let it answer and remove the others."""
        with self._generations.writing() as turn:
            _require_building(turn, name)
            changes = [Change(*orjson.loads(kept)) for kept in turn.kept()]
            if changes:
                with _tantivy_errors():
                    _apply(_open(self.folder / name), changes)
            turn.make_current(name)
        self._remove_all_but({name})

    def require_building(self, name: str) -> None:
        """Raise RebuildSuperseded unless `name` is the generation that is being filled."""
        with self._generations.writing() as turn:
            _require_building(turn, name)

    def abandon_rebuild(self, name: str) -> None:
        """Remove the generation `name`, and keep no more changes for it."""
        with self._generations.writing() as turn:
            if turn.building == name:
                turn.end_building()
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def close(self) -> None:
        """Let go of the files."""
        self._opened = None

    def _searcher(self) -> Searcher:
        """Return a view of the last write of any process."""
        try:
            return self._reloaded()
        except ValueError:
            # Another process swapped and removed this generation between our reading its name and its files.
            with _tantivy_errors():
                return self._reloaded()

    def _reloaded(self) -> Searcher:
        index = self._index(self._generations.current())
        index.reload()
        return index.searcher()

    def _index(self, name: str | None) -> Index:
        if name is None:
            raise Unavailable("search", "the index has no generation; open it first")
        with self._opening:
            if self._opened is None or self._opened[0] != name:
                self._opened = (name, _open(self.folder / name))
            return self._opened[1]

    def _is_readable(self, name: str | None) -> bool:
        if name is None or not name.startswith(f"v{FORM_VERSION}-"):
            return False
        try:
            self._index(name)
        except ValueError:
            return False
        return True

    def _remove_all_but(self, names: set[str | None]) -> None:
        for path in self.folder.iterdir():
            if path.is_dir() and path.name not in names:
                shutil.rmtree(path, ignore_errors=True)


@dataclass
class Rebuild:
    """A generation that is being filled."""

    index: EmbeddedIndex
    name: str
    writer: IndexWriter
    ids: set[str] = field(default_factory=set)

    def add(self, forms: list[Form]) -> None:
        """Store `forms`; of two with one id the later counts."""
        with _tantivy_errors():
            for form in forms:
                if form["id"] in self.ids:
                    self.writer.delete_documents_by_term("id", form["id"])
                self.ids.add(form["id"])
                self.writer.add_document(_document(form))

    def finish(self) -> int:
        """Let the new generation answer; return how many entries it was given."""
        self.index.require_building(self.name)
        with _tantivy_errors():
            self.writer.commit()
            self.writer.wait_merging_threads()
        self.index.finish_rebuild(self.name)
        return len(self.ids)

    def abandon(self) -> None:
        """Remove the new generation."""
        self.index.abandon_rebuild(self.name)


def _require_building(turn: Turn, name: str) -> None:
    if turn.building != name:
        raise RebuildSuperseded


def _new_name() -> str:
    return f"v{FORM_VERSION}-{uuid.uuid4().hex}"


def _create(path: Path) -> Index:
    path.mkdir(mode=0o700)
    return _with_tokenizer(Index(SCHEMA, path=str(path), sort_by_field="updated_at", sort_order=Order.Desc))


def _open(path: Path) -> Index:
    return _with_tokenizer(Index.open(str(path)))


def _with_tokenizer(index: Index) -> Index:
    index.register_tokenizer(WORDS_TOKENIZER, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    return index


def _apply(index: Index, changes: Iterable[Change]) -> None:
    writer = index.writer(_WRITE_BUFFER, num_threads=1)
    for change in changes:
        writer.delete_documents_by_term("id", change.id)
        if change.form is not None:
            writer.add_document(_document(change.form))
    writer.commit()
    writer.wait_merging_threads()


@contextmanager
def _tantivy_errors() -> Iterator[None]:
    """Raise Unavailable for what tantivy can't do with its files; it raises ValueError for all of that."""
    try:
        yield
    except ValueError as error:
        raise Unavailable("search", str(error)) from error


def _document(form: Form) -> Document:
    document = Document()
    document.add_text("id", form["id"])
    document.add_text("kind", form["kind"])
    for token in form["readers"]:
        document.add_text("readers", token)
    for token in form["tags"]:
        document.add_text("tags", token)
    for name in _WORDS:
        document.add_text(name, str(form[name]))
    document.add_integer("updated_at", form["updated_at"])
    document.add_bytes("source", orjson.dumps({name: form[name] for name in ("id", "kind", "title", "body")}))
    return document


def _hit(searcher: Searcher, highlighter: Highlighter, address: Any, *, score: float) -> SearchHit:
    source = searcher.doc(address).get_first("source")
    return highlighter.hit(orjson.loads(bytes(source or b"")), score)


def _counts(searcher: Searcher, query: Any, facet: SearchFacet) -> dict[str, int]:
    terms = {"terms": {"field": _FACET_FIELDS[facet], "size": MAX_FACET_VALUES}}
    buckets = searcher.aggregate(query, {"values": terms})["values"]["buckets"]
    counted = sorted((-int(bucket["doc_count"]), text_of(str(bucket["key"]))) for bucket in buckets)
    return {value: -count for count, value in counted}
