"""What WhatsApp tells of a business account's message templates: approved, rejected, paused, deleted, and how they are rated."""

from typing import Final

from care.documents.templates import TemplateState
from care.providers.untyped import Raw, at, ignored, shown, words

_STATES: Final = {
    "APPROVED": TemplateState.APPROVED,
    "REINSTATED": TemplateState.APPROVED,
    "UNARCHIVED": TemplateState.APPROVED,
    "PENDING": TemplateState.PENDING,
    "REJECTED": TemplateState.REJECTED,
    "IN_APPEAL": TemplateState.REJECTED,
    "PAUSED": TemplateState.PAUSED,
    "DISABLED": TemplateState.DISABLED,
    "ARCHIVED": TemplateState.DISABLED,
    "DELETED": TemplateState.DELETED,
    "PENDING_DELETION": TemplateState.DELETED,
}
_AS_BEFORE: Final = frozenset({"FLAGGED", "LOCKED", "UNLOCKED"})
"""News after which a template can be sent as before."""


def read_state(value: object, _own: str | None, sent_at: object) -> list[Raw]:
    """Read how a template stands now."""
    event = (words(value, "event") or "").upper()
    if event not in _STATES and event not in _AS_BEFORE:
        return _not_read(value, f"template {event}", sent_at)
    told = {"state": _STATES.get(event), "tellsState": True, "reason": _reason(value, event), "toldAt": sent_at}
    return _of(value, told, sent_at)


def read_quality(value: object, _own: str | None, sent_at: object) -> list[Raw]:
    """Read how customers took a template lately."""
    return _of(value, {"quality": (words(value, "new_quality_score") or "").upper(), "toldAt": sent_at}, sent_at)


def _of(value: object, told: Raw, sent_at: object) -> list[Raw]:
    name, language = words(value, "message_template_name"), words(value, "message_template_language")
    if name is None or language is None:
        return _not_read(value, "a template without a name or a language", sent_at)
    return [{"type": "template", "name": name, "language": language.replace("-", "_")} | told]


def _not_read(value: object, what: str, sent_at: object) -> list[Raw]:
    return ignored(what) if isinstance(value, dict) else [shown({"sentAt": sent_at}, value)]


def _reason(value: object, event: str) -> str | None:
    """Give everything that WhatsApp says of why, in one line; for what may be sent, nothing but what it warns of."""
    code = words(value, "reason")
    parts = [
        code if code not in {None, "NONE"} else None,
        words(value, "rejection_info", "reason"),
        words(value, "rejection_info", "recommendation"),
        words(value, "other_info", "title"),
        words(value, "other_info", "description"),
    ]
    told = ": ".join(" ".join(part.split()) for part in parts if part is not None)
    if _STATES.get(event) is TemplateState.APPROVED:
        return None
    return told or (event if event in _AS_BEFORE or at(value, "disable_info") is not None else None)
