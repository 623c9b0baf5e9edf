"""What customers want, as the schema names it."""

from core.text.intent import Intent
from schema.enums import told

__all__ = ["Intent"]

told(
    Intent,
    "What a customer wants by what they say.",
    COMPLAINT="To complain: something went wrong.",
    IDEA="To propose something.",
    REQUEST="To have something done.",
    QUESTION="To know something.",
    PRAISE="To praise or thank.",
    OTHER="None of these, as far as can be told.",
)
