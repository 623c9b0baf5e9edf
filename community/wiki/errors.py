"""What the wiki refuses, each named after the fact.

DomainError
└── InvalidInput
    └── PathTaken     another page stands there
"""

from core.errors import InvalidInput


class PathTaken(InvalidInput):
    """Another page stands there."""
