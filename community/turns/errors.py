"""What is refused where people calm down.

DomainError
└── Forbidden
    └── Locked             only moderators write here for now

Who is too quick is refused by `core.errors.RateLimited`.
"""

from core.errors import Forbidden


class Locked(Forbidden):
    """Only moderators write here for now."""

    code = "LOCKED"
