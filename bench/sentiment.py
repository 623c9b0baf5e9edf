"""Measure how well moods are judged: `python -m bench.sentiment PATH`, where PATH holds the `xed_*` files.

XED (Helsinki-NLP, CC BY 4.0): subtitles with emotions. Anger, disgust, fear and sadness count as bad, joy and trust as good;
what has both or neither is left out.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from core.text.sentiment import prepare_sentiment, sentiment_of

_FILES: Final = {"en": "xed_en-annotated.tsv", "tr": "xed_tr-projections2.tsv", "fa": "xed_fa-projections.tsv"}
_BAD: Final = frozenset("1346")
_GOOD: Final = frozenset("58")


def main() -> None:
    """Print accuracy and macro F1 beside the majority, per language; what is not judged counts as the majority in that of all."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/sentiment")
    if not folder.is_dir():
        print(f"There is no folder {folder}: skipped.")
        return
    prepare_sentiment()
    print("| language | texts | majority | judged | accuracy of judged | accuracy of all | macro F1 of judged | ms/text |")
    print("|---|---|---|---|---|---|---|---|")
    for language, name in _FILES.items():
        print(_row(language, list(_labelled(folder / name))))


def _labelled(path: Path) -> Iterator[tuple[str, bool]]:
    for line in path.read_text("utf-8").splitlines():
        text, _, emotions = line.rpartition("\t")
        found = {part.strip() for part in emotions.split(",")}
        if bool(found & _BAD) is not bool(found & _GOOD):
            yield text, bool(found & _GOOD)


def _row(language: str, rows: list[tuple[str, bool]]) -> str:
    began = time.perf_counter()
    scores = [sentiment_of(text) or 0.0 for text, _ in rows]
    spent = (time.perf_counter() - began) * 1000 / len(rows)
    most = sum(good for _, good in rows) * 2 >= len(rows)
    judged = [(score > 0, good) for score, (_, good) in zip(scores, rows, strict=True) if score]
    right = sum(said == good for said, good in judged)
    fallback = sum(good is most for score, (_, good) in zip(scores, rows, strict=True) if not score)
    majority = sum(good is most for _, good in rows) / len(rows)
    f1 = sum(_f1(judged, kind) for kind in (True, False)) / 2
    return (
        f"| {language} | {len(rows):,} | {majority:.3f} | {len(judged) / len(rows):.3f} | {right / len(judged):.3f} "
        f"| {(right + fallback) / len(rows):.3f} | {f1:.3f} | {spent:.3f} |"
    )


def _f1(judged: list[tuple[bool, bool]], kind: bool) -> float:  # noqa: FBT001 - a label, not a switch
    hits = sum(said is kind and good is kind for said, good in judged)
    wrong = sum((said is kind) is not (good is kind) for said, good in judged)
    return 2 * hits / (2 * hits + wrong)


if __name__ == "__main__":
    main()
