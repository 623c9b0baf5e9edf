"""Alerts: when a query suddenly finds much more than usual, people are told once, until the rise is over."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, Field
from pymongo.errors import DuplicateKeyError

from auth.actor import Actor, Permission
from care.documents.channels import Environment
from care.documents.listening import AlertRule, ListeningAlert, ListeningQuery, Mention
from care.listening.events import ListeningAlertChanged, ListeningAlertRaised, ListeningQueryChanged
from care.listening.queries import require_in_use
from care.reading.listening import require_alert, require_query
from community.drafts import text
from core.clock import now
from core.errors import AlreadyDone
from core.ids import derived_id
from core.paging import count
from core.records import change, save

USUAL_OVER: Final = timedelta(days=7)
"""What came before the window is compared over so long, or since the query was made."""
LOOK_EVERY: Final = timedelta(minutes=1)

Note = Annotated[str, text(1, 2000)]


class RuleDraft(BaseModel):
    """When people must be told."""

    window_minutes: Annotated[int, Field(ge=5, le=1440)]
    least: Annotated[int, Field(ge=1, le=10_000)]
    times_usual: Annotated[float, Field(gt=1, le=1000, allow_inf_nan=False)] | None = None


class AlertDraft(BaseModel):
    """When people must be told of which query; no rule: never."""

    query_id: str
    rule: RuleDraft | None = None


class AcknowledgementDraft(BaseModel):
    """Who sees to an alert says so."""

    alert_id: str
    note: Note | None = None


async def set_alert_rule(actor: Actor, draft: AlertDraft, *, expected_version: int) -> ListeningQuery:
    """Say when people are told of a rise, or never. An alert that is open goes on by the rule it was raised by.

    Raises NotFound, Forbidden without `listening:manage`, AlreadyDone for an archived query, Conflict.
    """
    actor.require(Permission.LISTENING_MANAGE)
    query = await require_query(actor, draft.query_id)

    def act(current: ListeningQuery) -> None:
        require_in_use(current)
        current.alert_rule = AlertRule(**draft.rule.model_dump()) if draft.rule else None
        current.record(ListeningQueryChanged(query_id=current.id), actor=actor.id)

    return await change(query, act, expected_version=expected_version)


async def acknowledge_alert(actor: Actor, draft: AcknowledgementDraft, *, expected_version: int) -> ListeningAlert:
    """Say that one sees to a rise, and what is done.

    Raises NotFound, Forbidden without `listening:manage`, AlreadyDone when somebody else said so, Conflict.
    """
    actor.require(Permission.LISTENING_MANAGE)
    alert = await require_alert(actor, draft.alert_id)

    def act(current: ListeningAlert) -> None:
        if current.acknowledged_at is not None:
            raise AlreadyDone("Somebody sees to this alert already.", path=("alert_id",))
        current.acknowledged_by, current.acknowledged_at, current.note = actor.id, now(), draft.note
        current.record(ListeningAlertChanged(alert_id=current.id), actor=actor.id)

    return await change(alert, act, expected_version=expected_version)


async def judge(query: ListeningQuery) -> ListeningAlert | None:
    """Raise an alert when what was said within the window reaches the query's rule and none is open. Can run twice."""
    rule = query.alert_rule
    if rule is None or query.archived:
        return None
    last = await ListeningAlert.find({"query_id": query.id}).sort("-raised_at", "-_id").first_or_none()
    if last is not None and last.open:
        return None
    at = now()
    found = await _found(query.id, at - _window(rule), at)
    if found < rule.least:
        return None
    usual = await _usual(query, rule, at)
    if rule.times_usual is not None and found < rule.times_usual * usual:
        return None
    return await _raise(query, rule, last, found=found, usual=usual)


async def look_at_alerts(at_once: int) -> int:
    """Count again for the open alerts that are due, and end those whose rise has fallen below half of what raised them."""
    at = now()
    due = {"next_look_at": {"$lte": at}}
    alerts = await ListeningAlert.find(due).sort("next_look_at").limit(at_once).to_list()
    for alert in alerts:
        found = await _found(alert.query_id, at - _window(alert.rule), at)
        await change(alert, lambda current, found=found: _looked(current, found, at))  # type: ignore[misc]
    return len(alerts)


def _looked(alert: ListeningAlert, found: int, at: datetime) -> None:
    if not alert.open:
        return
    alert.peak = max(alert.peak, found)
    alert.next_look_at = at + LOOK_EVERY
    if found < alert.raised_count / 2:
        alert.open, alert.ended_at, alert.next_look_at = False, at, None
        alert.record(ListeningAlertChanged(alert_id=alert.id))


async def _raise(
    query: ListeningQuery, rule: AlertRule, last: ListeningAlert | None, *, found: int, usual: float
) -> ListeningAlert | None:
    at = now()
    alert = ListeningAlert(
        id=derived_id("lal", query.id, last.id if last else "first"),
        created_at=at,
        query_id=query.id,
        rule=rule,
        usual=usual,
        raised_count=found,
        peak=found,
        raised_at=at,
        next_look_at=at + LOOK_EVERY,
    )
    alert.record(ListeningAlertRaised(alert_id=alert.id, query_id=query.id))
    try:
        await save(alert)
    except DuplicateKeyError:  # the same rise was seen by another worker
        return None
    return alert


async def _usual(query: ListeningQuery, rule: AlertRule, at: datetime) -> float:
    """Give the mentions in an average window of the time before, which is a week, or as long as the query listens."""
    until = at - _window(rule)
    since = max(until - USUAL_OVER, min(query.created_at, query.earlier.since if query.earlier else query.created_at))
    windows = (until - since) / _window(rule)
    return await _found(query.id, since, until) / windows if windows >= 1 else 0.0


async def _found(query_id: str, since: datetime, until: datetime) -> int:
    said = {"$gte": since, "$lt": until}
    return await count(Mention, {"environment": Environment.LIVE.value, "query_id": query_id, "said_at": said})


def _window(rule: AlertRule) -> timedelta:
    return timedelta(minutes=rule.window_minutes)
