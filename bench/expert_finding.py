"""How well experts are found: a developer forum replayed in time, beside asking whoever was most active lately.

    python bench/expert_finding.py FOLDER

FOLDER holds the CSV files of the DocuSign developer forum (github.com/collab-uniba/emse_best-answer-prediction). For each
question of the last half only what came before it is known; candidates answered at least twice before; relevant is who
answered, never the asker. The texts are searched by the embedded engine, an answer's evidence weighs as in the product,
and the forum's board stands for the one tag of a question: its name is not told, it is guessed from what is alike.
"""

import argparse
import asyncio
import csv
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

from community.experts import ACCEPTED_ANSWER_WEIGHT, ANSWER_WEIGHT
from search.alike import ALIKE
from search.engine import SearchIndex
from search.engines.embedded import EmbeddedEngine
from search.entries import SearchEntry, SearchKind, SearchMode, SearchQuery
from search.experts.ranking import Clue, Merit, merits, topics_of

csv.field_size_limit(10_000_000)

EVERYBODY = frozenset({"all"})
ENOUGH_ANSWERS = 2
RESAMPLES = 1_000
VOTING, TELLING, RECENT_ROWS = 100, 10, 1_000


@dataclass
class Reply:
    """An answer by somebody."""

    author: str
    at: datetime
    text: str
    is_solution: bool


@dataclass
class Thread:
    """A question with its answers, the oldest first."""

    id: str
    board: str
    author: str
    at: datetime
    title: str
    text: str
    replies: list[Reply] = field(default_factory=list)

    @property
    def answerers(self) -> set[str]:
        """Give who answered; asking on does not count."""
        return {reply.author for reply in self.replies} - {self.author}


def read(folder: Path) -> list[Thread]:
    """Read all boards, in the order of the questions."""
    threads: dict[str, Thread] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                _take(threads, path.stem, row)
    for thread in threads.values():
        thread.replies.sort(key=lambda reply: reply.at)
    return sorted(threads.values(), key=lambda thread: (thread.at, thread.id))


def _take(threads: dict[str, Thread], board: str, row: dict[str, str]) -> None:
    form = "%d/%m/%Y %H:%M:%S" if row["date_time"].count(":") > 1 else "%d/%m/%Y %H:%M"
    at = datetime.strptime(row["date_time"], form).replace(tzinfo=UTC)
    question, _, reply = row["uid"].partition(".")
    key = f"{board}-{question}"
    if not reply:
        threads[key] = Thread(key, board, row["author"], at, row["title"], row["text"])
    elif key in threads:
        is_solution = row["resolve"].strip().lower() == "solution"
        threads[key].replies.append(Reply(row["author"], at, row["text"], is_solution))


class Replay:
    """What is known at a time: the index, and everybody's clues."""

    def __init__(self, engine: EmbeddedEngine, threads: Sequence[Thread]) -> None:
        self._engine = engine
        self._threads = {thread.id: thread for thread in threads}
        self._known = datetime.min.replace(tzinfo=UTC)
        self.clues: list[tuple[Clue, str]] = []
        """With the id of the thread, the oldest first."""

    async def advance(self, to: datetime) -> None:
        """Learn of what was written up to a time, itself excluded."""
        touched = [thread for thread in self._threads.values() if self._is_touched(thread, to)]
        for thread in touched:
            for place, reply in enumerate(thread.replies):
                if self._known <= reply.at < to and reply.author != thread.author:
                    weight = ACCEPTED_ANSWER_WEIGHT if reply.is_solution else ANSWER_WEIGHT
                    clue = Clue(f"{thread.id}.{place}", reply.author, weight, reply.at, tags=frozenset({thread.board}))
                    self.clues.append((clue, thread.id))
        self.clues.sort(key=lambda pair: (pair[0].occurred_at, pair[0].id))
        await self._engine.put(SearchIndex.STAFF, [_entry(thread, to) for thread in touched])
        self._known = to

    def _is_touched(self, thread: Thread, to: datetime) -> bool:
        moments = (thread.at, *(reply.at for reply in thread.replies))
        return thread.at < to and any(self._known <= moment < to for moment in moments)

    def candidates(self, asker: str) -> set[str]:
        """Give who has answered twice before."""
        times = Counter(clue.member_id for clue, _ in self.clues)
        return {author for author, number in times.items() if number >= ENOUGH_ANSWERS} - {asker}

    async def likeness(self, thread: Thread) -> dict[str, float]:
        """Find threads like this one, from 1 for the best down."""
        text = f"{thread.title}\n{thread.text}"
        query = SearchQuery(text=text, readers=EVERYBODY, mode=SearchMode.ANY, limit=VOTING, highlight=False)
        hits = (await self._engine.find(SearchIndex.STAFF, query)).hits
        return {hit.id: hit.score / hits[0].score for hit in hits if hit.score >= ALIKE * hits[0].score}

    def board_of(self, thread_id: str) -> str:
        """Give the board of a thread."""
        return self._threads[thread_id].board


def _entry(thread: Thread, to: datetime) -> SearchEntry:
    body = "\n".join([thread.text, *(reply.text for reply in thread.replies if reply.at < to)])
    kind = SearchKind.QUESTION
    return SearchEntry(id=thread.id, kind=kind, title=thread.title, body=body, updated_at=thread.at, readers=EVERYBODY)


async def rankings(replay: Replay, thread: Thread, candidates: set[str]) -> dict[str, list[str]]:
    """Rank the candidates by the product and by the baselines."""
    alike = await replay.likeness(thread)
    recent = replay.clues[-RECENT_ROWS:]
    voting = [pair for pair in replay.clues[:-RECENT_ROWS] if pair[1] in alike]
    clues = [replace(clue, likeness=alike.get(source, 0.0)) for clue, source in (*voting, *recent)]
    guessed = topics_of([(likeness, [replay.board_of(one)]) for one, likeness in list(alike.items())[:TELLING]], [])
    alone = [replace(clue, tags=frozenset()) for clue in clues if clue.likeness]
    return {
        "most active, half-life 30 d": _by_activity(replay, thread.at, candidates),
        "most active on its board, half-life 30 d": _by_activity(replay, thread.at, candidates, board=thread.board),
        "likeness alone, half-life 90 d": _by_merit(merits(alone, {}, {}, thread.at), candidates),
        "the product, board guessed": _by_merit(merits(clues, guessed, {}, thread.at), candidates),
        "the product, board named": _by_merit(merits(clues, {thread.board: 1.0}, {}, thread.at), candidates),
    }


def _by_activity(replay: Replay, at: datetime, candidates: set[str], *, board: str | None = None) -> list[str]:
    scores: dict[str, float] = defaultdict(float)
    for clue, _ in replay.clues:
        if board is None or board in clue.tags:
            scores[clue.member_id] += 0.5 ** ((at - clue.occurred_at).days / 30)
    return _ordered(scores, candidates)


def _by_merit(found: Mapping[str, Merit], candidates: set[str]) -> list[str]:
    return _ordered({member: merit.score for member, merit in found.items()}, candidates)


def _ordered(scores: Mapping[str, float], candidates: set[str]) -> list[str]:
    return sorted(candidates & scores.keys(), key=lambda one: (-scores[one], one))


def judge(ranked: Sequence[str], gains: Mapping[str, int]) -> tuple[float, float, float, float]:
    """Give reciprocal rank, success at 5, nDCG at 10 and precision at 5."""
    first = next((place for place, one in enumerate(ranked, 1) if one in gains), None)
    got = sum(gains.get(one, 0) / math.log2(place + 1) for place, one in enumerate(ranked[:10], 1))
    best = sum(gain / math.log2(place + 1) for place, gain in enumerate(sorted(gains.values(), reverse=True)[:10], 1))
    hits = sum(one in gains for one in ranked[:5])
    return (1 / first if first else 0.0, float(hits > 0), got / best, hits / 5)


async def evaluate(threads: Sequence[Thread]) -> dict[str, list[tuple[float, float, float, float]]]:
    """Replay the forum; give every ranking's judgements, question by question."""
    engine = EmbeddedEngine()
    await engine.open()
    replay, judged = Replay(engine, threads), defaultdict(list)
    try:
        for thread in threads[len(threads) // 2 :]:
            await replay.advance(thread.at)
            candidates = replay.candidates(thread.author)
            solvers = {reply.author for reply in thread.replies if reply.is_solution}
            gains = {one: 3 if one in solvers else 1 for one in thread.answerers & candidates}
            if gains:
                for name, ranked in (await rankings(replay, thread, candidates)).items():
                    judged[name].append(judge(ranked, gains))
    finally:
        await engine.close()
    return judged


def interval(values: Sequence[float]) -> float:
    """Give half the width of the 95 % interval of a mean, by resampling."""
    chance = random.Random(7)
    means = sorted(fmean(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return (means[int(0.975 * RESAMPLES)] - means[int(0.025 * RESAMPLES)]) / 2


def report(judged: Mapping[str, Sequence[tuple[float, float, float, float]]]) -> None:
    """Print the table."""
    print(f"{len(next(iter(judged.values())))} questions; an accepted answer counts as accepted from when it was given\n")
    print("| ranking | MRR | ± (95 %) | S@5 | nDCG@10 | P@5 |\n|---|---|---|---|---|---|")
    for name, rows in judged.items():
        rank, success, gain, precision = (list(column) for column in zip(*rows, strict=True))
        shown = [fmean(rank), interval(rank), fmean(success), fmean(gain), fmean(precision)]
        print(f"| {name} | " + " | ".join(f"{value:.3f}" for value in shown) + " |")


def main() -> None:
    """Run the bench on the folder named, or say why not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the forum's CSV files are")
    folder = parser.parse_args().folder
    if not any(folder.glob("*.csv")):
        sys.exit(f"skipped: no CSV file in {folder}")
    report(asyncio.run(evaluate(read(folder))))


if __name__ == "__main__":
    main()
