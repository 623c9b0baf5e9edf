"""What moderators can hide, and how it is marked for those who still read it."""

import strawberry

from community.documents import Moderated


@strawberry.type
class Hideable:
    """What moderators can hide."""

    document: strawberry.Private[Moderated]

    @strawberry.field(description="Whether moderators hid it: only its author and they still see it.")
    def is_hidden(self) -> bool:
        """Tell."""
        return self.document.kept_for is not None
