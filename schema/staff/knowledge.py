"""What the blog will hold, as far as other lists name it."""

from datetime import datetime

import strawberry

from schema.nodes import Node
from schema.staff.authors import Author


@strawberry.type(description="A post of the blog. Nothing gives one before the blog is there.")
class BlogPost(Node):
    """A post of the blog."""

    slug: str = strawberry.field(description="Its place in addresses.")
    title: str = strawberry.field(description="Its title.")
    excerpt: str = strawberry.field(description="How it begins, as plain text.")
    body: str = strawberry.field(description="The text, in Markdown.")
    body_html: str = strawberry.field(description="The text as HTML that is safe to show.")
    reading_minutes: int = strawberry.field(description="How long it takes to read.")
    published_at: datetime | None = strawberry.field(description="When it was published; null for a draft.")
    version: int = strawberry.field(description="Rises with each edit by a person; pass it as `expectedVersion`.")
    author: Author | None = strawberry.field(description="Who wrote it.")
    viewer_can_edit: bool = strawberry.field(description="Whether the viewer can change it.")
    viewer_can_publish: bool = strawberry.field(description="Whether the viewer can publish it.")
    viewer_is_following: bool = strawberry.field(description="Whether the viewer is told of what happens to it.")
