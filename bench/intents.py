"""Measure how well is told what a text wants: `python -m bench.intents [FILE]`, lines of language, intent and text, with tabs.

The file beside this one holds sentences that were written for this project, after the lists and by the same hand.
"""

import sys
from collections import Counter
from pathlib import Path

from core.text.intent import Intent, intent_of

_OWN = Path(__file__).with_name("intents.tsv")


def main() -> None:
    """Print the share told rightly per language, and what was taken for what."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else _OWN
    rows = [line.split("\t") for line in file.read_text("utf-8").splitlines() if line]
    judged = [(language, Intent(wanted), intent_of(text), text) for language, wanted, text in rows]
    right = Counter(language for language, wanted, told, _ in judged if wanted is told)
    print("| language | texts | told rightly |\n|---|--:|--:|")
    for language, texts in Counter(language for language, *_ in judged).items():
        print(f"| {language} | {texts} | {right[language] / texts:.3f} |")
    for _, wanted, told, text in judged:
        if wanted is not told:
            print(f"{wanted} taken for {told}: {text}")


if __name__ == "__main__":
    main()
