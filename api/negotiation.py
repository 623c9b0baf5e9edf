"""Which media types a request sends and takes (RFC 9110 §12.5.1, GraphQL over HTTP)."""

from api.refusals import NotAcceptable, UnsupportedMediaType

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"


def answer_type(accept: str | None) -> str:
    """Choose the media type of an answer: the one preferred, of two equals the newer if it is named outright, else plain JSON.

    Raises NotAcceptable when the client takes neither.
    """
    is_named = GRAPHQL_RESPONSE in (accept or "").lower()
    chosen = _best((GRAPHQL_RESPONSE, JSON) if is_named else (JSON, GRAPHQL_RESPONSE), accept)
    if chosen is None:
        hint = " Streams of events are at the same address with /stream behind it." if EVENT_STREAM in (accept or "") else ""
        raise NotAcceptable(f"Answers are {GRAPHQL_RESPONSE} or {JSON}; name one of them in Accept.{hint}")
    return chosen


def require_event_stream(accept: str | None) -> None:
    """Raise NotAcceptable when the client would not read a stream of events."""
    if _best((EVENT_STREAM,), accept) is None:
        raise NotAcceptable(f"This address answers with {EVENT_STREAM}; name it in Accept.")


def require_json(content_type: str | None) -> None:
    """Raise UnsupportedMediaType unless the body is said to be JSON in UTF-8."""
    name, _, parameters = (content_type or "").lower().partition(";")
    charset = next((value.strip().strip('"') for key, value in _parameters(parameters) if key == "charset"), "utf-8")
    if name.strip() != JSON:
        raise UnsupportedMediaType(f"Send the request as {JSON}.")
    if charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType("Send the request in UTF-8.")


def _best(offered: tuple[str, ...], accept: str | None) -> str | None:
    """Give the offered type of the highest quality; on a tie the one that is named outright, then the first."""
    if accept is None or not accept.strip():
        return offered[0]
    ranges = [_media_range(part) for part in accept.lower().split(",")[:32]]
    ranked = [(*_quality(offer, ranges), -place, offer) for place, offer in enumerate(offered)]
    quality, _, _, best = max(ranked)
    return best if quality > 0 else None


def _quality(offer: str, ranges: list[tuple[str, float]]) -> tuple[float, int]:
    """Give the quality of the most specific range that matches, and how specific it is."""
    family = f"{offer.partition('/')[0]}/*"
    matches = [(_specificity(name), quality) for name, quality in ranges if name in {offer, family, "*/*"}]
    specificity, quality = max(matches, default=(0, 0.0))
    return quality, specificity


def _specificity(name: str) -> int:
    return 3 - name.count("*")


def _media_range(text: str) -> tuple[str, float]:
    name, _, parameters = text.partition(";")
    quality = next((value for key, value in _parameters(parameters) if key == "q"), "1")
    try:
        return name.strip(), min(1.0, max(0.0, float(quality)))
    except ValueError:
        return name.strip(), 0.0


def _parameters(text: str) -> list[tuple[str, str]]:
    pairs = (part.partition("=") for part in text.split(";"))
    return [(key.strip(), value.strip()) for key, _, value in pairs]
