"""What the community refuses, each named after the fact.

DomainError
├── Forbidden
│   └── NotYours           only the author or a moderator may do this
└── InvalidInput
    ├── QuestionClosed     a closed question takes no answers
    ├── OwnVote            nobody votes on their own words
    └── NotForThePublic    a question that no customer asked is never published
"""

from core.errors import Forbidden, InvalidInput


class NotYours(Forbidden):
    """Only the author or a moderator may do this."""


class QuestionClosed(InvalidInput):
    """A closed question takes no answers."""


class OwnVote(InvalidInput):
    """Nobody votes on their own words."""


class NotForThePublic(InvalidInput):
    """A question that no customer asked is never published."""
