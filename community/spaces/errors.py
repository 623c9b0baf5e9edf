"""What spaces refuse, each named after the fact.

DomainError
└── InvalidInput
    ├── LastOwner        a space is never without an owner
    ├── SlugTaken        another space has this short name
    ├── SpaceArchived    nothing new is written in an archived space
    └── OpenForAll       an open space holds what all staff may read
"""

from core.errors import InvalidInput


class LastOwner(InvalidInput):
    """A space is never without an owner."""


class SlugTaken(InvalidInput):
    """Another space has this short name."""


class SpaceArchived(InvalidInput):
    """Nothing new is written in an archived space."""


class OpenForAll(InvalidInput):
    """An open space holds what all staff may read; it can't be closed, and a closed one can't be opened."""
