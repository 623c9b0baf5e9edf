"""Front matter: what stands above the text of a Markdown file between lines of `---`, the small part of YAML that people use."""

import json
import re
from collections.abc import Mapping
from typing import Final

Value = str | list[str]

_FENCE: Final = "---"
_LINE: Final = re.compile(r"([A-Za-z][\w-]{0,40})\s*:\s*(.*)")
_ITEM: Final = re.compile(r"\s*-\s+(.*)")


def written(values: Mapping[str, Value]) -> str:
    """Write values as front matter; every text in quotes, so that none is read as anything else."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    return "\n".join([_FENCE, *lines, _FENCE, ""])


def parted(text: str) -> tuple[dict[str, Value], str]:
    """Part a file into its front matter and its text; without a whole front matter all of it is text.

    Understood are `name: text`, `name: [a, b]`, and lists of lines with a hyphen; what else stands there is passed over.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != _FENCE:
        return {}, "\n".join(lines)
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() in {_FENCE, "..."}), None)
    if end is None:
        return {}, "\n".join(lines)
    return _values(lines[1:end]), "\n".join(lines[end + 1 :]).lstrip("\n")


def _values(lines: list[str]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    name = ""
    for line in lines:
        if found := _LINE.fullmatch(line.rstrip()):
            name = found[1].lower()
            values[name] = _value(found[2])
        elif (item := _ITEM.fullmatch(line.rstrip())) and name:
            before = values[name]
            values[name] = [*(before if isinstance(before, list) else []), _scalar(item[1])]
    return values


def _value(text: str) -> Value:
    if text.startswith("[") and text.endswith("]"):
        try:
            return [str(part) for part in json.loads(text)]
        except ValueError:
            return [_scalar(part) for part in text[1:-1].split(",") if part.strip()]
    return _scalar(text)


def _scalar(text: str) -> str:
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] == '"':
        try:
            return str(json.loads(stripped))
        except ValueError:
            return stripped[1:-1]
    if len(stripped) > 1 and stripped[0] == stripped[-1] == "'":
        return stripped[1:-1].replace("''", "'")
    return stripped
