"""Mutations of the blog: writing, publishing, withdrawing, deleting, acknowledging."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

import strawberry

from auth.actor import Role
from community.blog.posts import PostChanges, PostDraft, create_post, delete_post, edit_post
from community.blog.publishing import acknowledge_post, publish_post, withdraw_post
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, idempotency_key, once_for, required, set_fields, values_of
from schema.staff.blog import BlogPost

_POST_ID = "The id of the post."
_AS_IT_IS = "The post as it is now."


@strawberry.input(description="What members shall acknowledge; needs `blog:manage`.")
class BlogAnnouncementInput:
    """What members shall acknowledge."""

    roles: list[Role] | None = given("Whom it is addressed to: who holds one of these; absent: every member.")
    due_at: datetime | None = given("Until when; then those who have not are reminded, once.")


@strawberry.input(description="The draft to write.")
class CreateBlogPostInput:
    """The draft to write."""

    title: str = required("Its title, 5 to 200 characters; the slug is made of it.")
    body: str = required("The text, in Markdown, at most 30,000 characters.")
    summary: str | None = given("What to show in lists, at most 300 characters; absent: how the text begins.")
    co_author_ids: list[strawberry.ID] | None = given("The ids of members who write it too, at most 10.")
    tag_slugs: list[str] | None = given("Its labels, at most 5.")
    series: str | None = given("The name of the run of posts that it belongs to.")
    announcement: BlogAnnouncementInput | None = given("Whom it asks for an acknowledgement; absent: nobody.")
    space_id: strawberry.ID | None = given("The id of the space to write in; absent: all staff read it.")
    idempotency_key: str | None = idempotency_key()


@strawberry.type(description="The answer of `createBlogPost`.")
class CreateBlogPostPayload(Payload):
    """The answer of `createBlogPost`."""

    post: BlogPost | None = changed("The new draft.")


@strawberry.input(description="What to change of a post; what is absent stays.")
class EditBlogPostInput:
    """What to change of a post; what is absent stays."""

    post_id: strawberry.ID = required(_POST_ID)
    title: str | None = given("Its title; can't be emptied.")
    body: str | None = given("The text, in Markdown; can't be emptied.")
    summary: str | None = given("What to show in lists; null: how the text begins.")
    co_author_ids: list[strawberry.ID] | None = given("The ids of all who write it too; null: nobody.")
    tag_slugs: list[str] | None = given("Its labels, all of them; null: none.")
    series: str | None = given("The name of the run of posts that it belongs to; null: none.")
    announcement: BlogAnnouncementInput | None = given("Whom it asks for an acknowledgement; null: nobody.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `editBlogPost`.")
class EditBlogPostPayload(Payload):
    """The answer of `editBlogPost`."""

    written: ClassVar[str | None] = "post"

    post: BlogPost | None = changed(_AS_IT_IS)


@strawberry.input(description="Which post to publish, and when.")
class PublishBlogPostInput:
    """Which post to publish, and when."""

    post_id: strawberry.ID = required(_POST_ID)
    publish_at: datetime | None = given("When it shall appear by itself, at most a year ahead; absent: now.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `publishBlogPost`.")
class PublishBlogPostPayload(Payload):
    """The answer of `publishBlogPost`."""

    written: ClassVar[str | None] = "post"

    post: BlogPost | None = changed(_AS_IT_IS)


@strawberry.input(description="Which post to make a draft again.")
class WithdrawBlogPostInput:
    """Which post to make a draft again."""

    post_id: strawberry.ID = required(_POST_ID)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `withdrawBlogPost`.")
class WithdrawBlogPostPayload(Payload):
    """The answer of `withdrawBlogPost`."""

    written: ClassVar[str | None] = "post"

    post: BlogPost | None = changed(_AS_IT_IS)


@strawberry.input(description="Which post to take out of the blog.")
class DeleteBlogPostInput:
    """Which post to take out of the blog."""

    post_id: strawberry.ID = required(_POST_ID)
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `deleteBlogPost`.")
class DeleteBlogPostPayload(Payload):
    """The answer of `deleteBlogPost`."""

    written: ClassVar[str | None] = "post"

    post: BlogPost | None = changed("The post as it was last; it is found no more.")


@strawberry.input(description="Which announcement to acknowledge.")
class AcknowledgeBlogPostInput:
    """Which announcement to acknowledge."""

    post_id: strawberry.ID = required(_POST_ID)


@strawberry.type(description="The answer of `acknowledgeBlogPost`.")
class AcknowledgeBlogPostPayload(Payload):
    """The answer of `acknowledgeBlogPost`."""

    post: BlogPost | None = changed(_AS_IT_IS)


@strawberry.type
class BlogMutations:
    """What is done in the blog."""

    @mutation(CreateBlogPostPayload, description="Writes a draft, which its authors read until it is published.")
    async def create_blog_post(self, info: Info, input: Annotated[CreateBlogPostInput, INPUT]) -> object:
        """Write a draft."""
        draft = parse(PostDraft, **values_of(input))
        post = await create_post(info.context.actor, draft, once=once_for(info, "createBlogPost", input))
        return CreateBlogPostPayload(post=BlogPost.from_document(post))

    @mutation(EditBlogPostPayload, description="Changes a post. On CONFLICT the payload shows the post as it is now.")
    async def edit_blog_post(self, info: Info, input: Annotated[EditBlogPostInput, INPUT]) -> object:
        """Change a post."""
        changes = parse(PostChanges, **_changes(input))
        post = await edit_post(info.context.actor, input.post_id, changes, expected_version=input.expected_version)
        return EditBlogPostPayload(post=BlogPost.from_document(post))

    @mutation(PublishBlogPostPayload, description="Lets all members read a post, now or from a time on.")
    async def publish_blog_post(self, info: Info, input: Annotated[PublishBlogPostInput, INPUT]) -> object:
        """Publish a post."""
        publish_at = None if input.publish_at is strawberry.UNSET else input.publish_at
        post = await publish_post(
            info.context.actor, input.post_id, publish_at=publish_at, expected_version=input.expected_version
        )
        return PublishBlogPostPayload(post=BlogPost.from_document(post))

    @mutation(WithdrawBlogPostPayload, description="Makes a published or scheduled post a draft again.")
    async def withdraw_blog_post(self, info: Info, input: Annotated[WithdrawBlogPostInput, INPUT]) -> object:
        """Withdraw a post."""
        post = await withdraw_post(info.context.actor, input.post_id, expected_version=input.expected_version)
        return WithdrawBlogPostPayload(post=BlogPost.from_document(post))

    @mutation(DeleteBlogPostPayload, description="Takes a post out of the blog.")
    async def delete_blog_post(self, info: Info, input: Annotated[DeleteBlogPostInput, INPUT]) -> object:
        """Delete a post."""
        post = await delete_post(info.context.actor, input.post_id, expected_version=input.expected_version)
        return DeleteBlogPostPayload(post=BlogPost.from_document(post))

    @mutation(AcknowledgeBlogPostPayload, description="Says that the viewer has read an announcement; once is enough.")
    async def acknowledge_blog_post(self, info: Info, input: Annotated[AcknowledgeBlogPostInput, INPUT]) -> object:
        """Acknowledge an announcement."""
        post = await acknowledge_post(info.context.actor, input.post_id)
        info.context.forget()
        return AcknowledgeBlogPostPayload(post=BlogPost.from_document(post))


def _changes(asked: EditBlogPostInput) -> dict[str, Any]:
    """Give what is to change, null where it empties: lists are emptied by null."""
    asked_for = asked.announcement
    return {
        "title": asked.title,
        "body": asked.body,
        "summary": asked.summary,
        "co_author_ids": [] if asked.co_author_ids is None else asked.co_author_ids,
        "tag_slugs": [] if asked.tag_slugs is None else asked.tag_slugs,
        "series": asked.series,
        "announcement": dict(set_fields(asked_for)) if isinstance(asked_for, BlogAnnouncementInput) else asked_for,
    }
