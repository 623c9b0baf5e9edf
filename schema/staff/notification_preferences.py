"""How the viewer wants to be told: by which way for which reason, and when not to be disturbed."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import strawberry

from notifications import documents
from notifications.preferences import PreferencesDraft, read_preferences, update_preferences, wish_of
from schema.context import Info
from schema.directives import list_size
from schema.enums import told
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.enums import NotificationKind

MailFrequency = documents.MailFrequency
told(
    MailFrequency,
    "When an e-mail tells of something.",
    name="NotificationEmailFrequency",
    OFF="Never.",
    AT_ONCE="Each by itself, as soon as it happens and the quiet hours allow.",
    HOURLY="Gathered, at the full hour.",
    DAILY="Gathered, once a day at the member's time.",
)


def _shown(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@strawberry.type(description="Hours in which nothing rings and no e-mail leaves.")
class QuietHours:
    """Hours in which nothing rings."""

    begins: str = strawberry.field(description="When they begin, `22:00`.")
    ends: str = strawberry.field(description="When they end, `07:30`; past midnight when it is the earlier of the two.")


@strawberry.type(description="How the viewer is told for one reason.")
class NotificationKindPreference:
    """How the viewer is told for one reason."""

    kind: NotificationKind = strawberry.field(description="The reason.")
    in_app: bool = strawberry.field(description="Whether it is in the list of notifications.")
    email: MailFrequency = strawberry.field(description="When an e-mail tells of it.")


@strawberry.type(description="How the viewer wants to be told.")
class NotificationPreferences:
    """How the viewer wants to be told."""

    time_zone: str = strawberry.field(description="The time zone of the member's day, by its IANA name.")
    quiet_hours: QuietHours | None = strawberry.field(description="When nothing is to ring; null: never.")
    digest_at: str = strawberry.field(description="When the daily digest leaves, `08:00`.")
    kinds: list[NotificationKindPreference] = strawberry.field(
        description="How for each reason, as chosen or as the product does by itself.", directives=list_size(100)
    )
    email_undeliverable_since: datetime | None = strawberry.field(
        description="Since when e-mails come back, so that none is sent; null: they arrive as far as is known."
    )
    email_undeliverable_reason: str | None = strawberry.field(description="What the mail server said of it.")
    version: int = strawberry.field(description="Rises with each change; 0: nothing was ever chosen.")

    @classmethod
    def from_document(cls, document: documents.NotificationPreferences) -> Self:
        """Show what was chosen."""
        quiet = document.quiet
        return cls(
            time_zone=document.zone,
            quiet_hours=QuietHours(begins=_shown(quiet.begins), ends=_shown(quiet.ends)) if quiet else None,
            digest_at=_shown(document.digest_minute),
            kinds=[
                NotificationKindPreference(kind=kind, in_app=wish.in_app, email=wish.email)
                for kind in documents.NotificationKind
                for wish in [wish_of(document, kind)]
            ],
            email_undeliverable_since=document.undeliverable_since,
            email_undeliverable_reason=document.undeliverable_reason,
            version=document.version,
        )


@strawberry.type
class NotificationPreferenceQueries:
    """What can be asked about the ways of being told."""

    @strawberry.field(description="How the viewer wants to be told; null for callers that are no member.")
    async def notification_preferences(self, info: Info) -> NotificationPreferences | None:
        """Give what was chosen."""
        if info.context.actor.member_id is None:
            return None
        return NotificationPreferences.from_document(await read_preferences(info.context.actor))


@strawberry.input(description="Hours in which nothing is to ring.")
class QuietHoursInput:
    """Hours in which nothing is to ring."""

    begins: str = required("When they begin, `22:00`.")
    ends: str = required("When they end, `07:30`.")


@strawberry.input(description="How to be told for one reason; absent stays as it is.")
class NotificationKindPreferenceInput:
    """How to be told for one reason."""

    kind: NotificationKind = required("The reason.")
    in_app: bool | None = given("Whether it is in the list of notifications.")
    email: MailFrequency | None = given("When an e-mail tells of it.")


@strawberry.input(description="What to change of how the viewer is told; absent stays as it is.")
class UpdateNotificationPreferencesInput:
    """What to change."""

    time_zone: str | None = given("The time zone of the member's day, by its IANA name, such as Europe/Istanbul.")
    quiet_hours: QuietHoursInput | None = given("When nothing is to ring; null: never.")
    digest_at: str | None = given("When the daily digest leaves, `08:00`.")
    kinds: list[NotificationKindPreferenceInput] | None = given("How for some reasons, at most 100.")
    resume_email: bool | None = given("True: send e-mails again to an address from which they came back.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `updateNotificationPreferences`.")
class UpdateNotificationPreferencesPayload(Payload):
    """The answer of `updateNotificationPreferences`."""

    written: ClassVar[str | None] = "notification_preferences"

    notification_preferences: NotificationPreferences | None = changed()


@strawberry.type
class NotificationPreferenceMutations:
    """What the viewer chooses."""

    @mutation(UpdateNotificationPreferencesPayload, description="Chooses how the viewer is told, for each reason.")
    async def update_notification_preferences(
        self, info: Info, input: Annotated[UpdateNotificationPreferencesInput, INPUT]
    ) -> UpdateNotificationPreferencesPayload:
        """Choose."""
        preferences = await update_preferences(
            info.context.actor,
            parse(PreferencesDraft, **values_of(input, "resume_email")),
            without_quiet_hours=input.quiet_hours is None,
            resume_email=input.resume_email is True,
            expected_version=input.expected_version,
        )
        return UpdateNotificationPreferencesPayload(notification_preferences=NotificationPreferences.from_document(preferences))
