"""Mutations of listening that look for rises, and for what was said before."""

from datetime import datetime
from typing import Annotated, ClassVar

import strawberry

from care.listening import alerts, earlier
from care.listening.alerts import AcknowledgementDraft, AlertDraft
from schema.context import Info
from schema.errors import Payload, mutation, parse
from schema.inputs import INPUT, changed, expected_version, given, required, values_of
from schema.staff.listening import ListeningQuery
from schema.staff.listening_alerts import ListeningAlert


@strawberry.input(description="When people are to be told of a rise: both bounds must be reached.")
class ListeningAlertRuleInput:
    """When people are to be told of a rise."""

    window_minutes: int = required("Over how many minutes is counted, from 5 to 1440.")
    least: int = required("Mentions within the window, from 1 to 10,000.")
    times_usual: float | None = given("More than 1: how many times as many as in an average window of the week before.")


@strawberry.input(description="When people are to be told that a query finds much more than usual.")
class SetListeningAlertInput:
    """When people are to be told."""

    query_id: strawberry.ID = required("The id of the query.")
    rule: ListeningAlertRuleInput | None = given("The rule; absent: they are told no more.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `setListeningAlert`.")
class SetListeningAlertPayload(Payload):
    """The answer of `setListeningAlert`."""

    written: ClassVar[str | None] = "listening_query"

    listening_query: ListeningQuery | None = changed()


@strawberry.input(description="What to look for in messages that are there already.")
class FindEarlierMentionsInput:
    """What to look for in messages that are there already."""

    query_id: strawberry.ID = required("The id of the query.")
    since: datetime = required("Said at this instant or later; at most 366 days ago.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `findEarlierMentions`.")
class FindEarlierMentionsPayload(Payload):
    """The answer of `findEarlierMentions`."""

    written: ClassVar[str | None] = "listening_query"

    listening_query: ListeningQuery | None = changed("The query; `earlierSearch` tells how far the search has come.")


@strawberry.input(description="The alert that one sees to.")
class AcknowledgeListeningAlertInput:
    """The alert that one sees to."""

    alert_id: strawberry.ID = required("The id of the alert.")
    note: str | None = given("What is done about it, up to 2,000 characters.")
    expected_version: int = expected_version()


@strawberry.type(description="The answer of `acknowledgeListeningAlert`.")
class AcknowledgeListeningAlertPayload(Payload):
    """The answer of `acknowledgeListeningAlert`."""

    written: ClassVar[str | None] = "listening_alert"

    listening_alert: ListeningAlert | None = changed()


@strawberry.type
class ListeningAlertMutations:
    """Looking for rises, and for what was said before."""

    @mutation(SetListeningAlertPayload, description="Says when people are told of a rise; needs `listening:manage`.")
    async def set_listening_alert(self, info: Info, input: Annotated[SetListeningAlertInput, INPUT]) -> object:
        """Set or take away the rule."""
        draft = parse(AlertDraft, **values_of(input))
        query = await alerts.set_alert_rule(info.context.actor, draft, expected_version=input.expected_version)
        return SetListeningAlertPayload(listening_query=ListeningQuery.from_document(query))

    @mutation(
        FindEarlierMentionsPayload,
        description="Looks for a query in messages that are there already; needs `listening:manage`.",
    )
    async def find_earlier_mentions(self, info: Info, input: Annotated[FindEarlierMentionsInput, INPUT]) -> object:
        """Ask for a search."""
        version = input.expected_version
        query = await earlier.find_earlier_mentions(info.context.actor, input.query_id, input.since, expected_version=version)
        return FindEarlierMentionsPayload(listening_query=ListeningQuery.from_document(query))

    @mutation(
        AcknowledgeListeningAlertPayload, description="Says that one sees to a rise, and what is done; needs `listening:manage`."
    )
    async def acknowledge_listening_alert(self, info: Info, input: Annotated[AcknowledgeListeningAlertInput, INPUT]) -> object:
        """Acknowledge."""
        draft = parse(AcknowledgementDraft, **values_of(input))
        alert = await alerts.acknowledge_alert(info.context.actor, draft, expected_version=input.expected_version)
        return AcknowledgeListeningAlertPayload(listening_alert=ListeningAlert.from_document(alert))
