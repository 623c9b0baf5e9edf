"""JSON as many senders write it: what the standard forbids in it is read all the same."""

import json
from typing import Any

import orjson


def read_json(body: bytes) -> Any:
    """Give what a body holds, None for what is no JSON at all; NaN is read as null, half an emoji as a mark."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _read_loosely(body)


def _read_loosely(body: bytes) -> Any:
    try:
        loose = json.loads(body, parse_constant=lambda _: None)
        text = json.dumps(loose, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return orjson.loads(text)
    except (ValueError, RecursionError):
        return None
