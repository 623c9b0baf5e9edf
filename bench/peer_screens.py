"""The peer's JSON: straight from the stored rows, field by field as the two documents ask for them."""

import base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from core.clock import now
from core.secrets import Keyring
from core.text.markdown import render

Row = dict[str, Any]
MESSAGES, FIRST = 30, 5


@dataclass
class Found:
    """Rows by their ids."""

    customers: dict[str, Row] = field(default_factory=dict)
    messages: dict[str, Row] = field(default_factory=dict)
    members: dict[str, Row] = field(default_factory=dict)
    channels: dict[str, Row] = field(default_factory=dict)
    conversations: dict[str, Row] = field(default_factory=dict)
    questions: dict[str, Row] = field(default_factory=dict)
    answers: dict[str, Row] = field(default_factory=dict)
    answer_counts: dict[str, int] = field(default_factory=dict)


@dataclass
class Lists:
    """Rows in order, one more than shown."""

    messages: list[Row]
    consultations: list[Row]
    cases: list[Row]
    case_total: int


def cursor(keyring: Keyring, value: datetime | int | str, identifier: str) -> str:
    """Sign a place in a list, ordered by a value and the id, as clients carry it."""
    place = {"t": value.isoformat()} if isinstance(value, datetime) else value
    text = base64.urlsafe_b64encode(orjson.dumps([place, identifier])).decode().rstrip("=")
    return keyring.sign("cursor", text) + text


def people_of(case: Row, messages: Iterable[Row], consultations: Iterable[Row], answers: dict[str, Row]) -> list[str | None]:
    """List the members that a screen names."""
    return [
        case.get("assignee_id"),
        *(step.get("completed_by") for cycle in case["cycles"] for step in cycle["steps"]),
        *(message.get("author_id") for message in messages if message["direction"] == "OUTBOUND"),
        *(one for consultation in consultations for one in consultation["invited_expert_ids"]),
        *(answer["author_id"] for answer in answers.values()),
    ]


def inbox_row(case: Row, found: Found, moment: datetime) -> Row:
    """Show a case as Inbox asks for it."""
    customer, last = found.customers.get(case.get("customer_id", "")), found.messages.get(case.get("last_message_id", ""))
    is_open = case["status"] != "CLOSED"
    return {
        "id": case["_id"],
        **_of(case, "number", "subject", "status"),
        "currentStep": case["current_step"],
        **_of(case, "priority", "origin", "version", "environment"),
        "updatedAt": time(case["updated_at"]),
        **_of(case, "severity", "reach"),
        "tags": _tags(case),
        "channel": _of(_named(found.channels[case["channel_id"]]), "id", "name", "kind"),
        "customer": shown(customer),
        "assignee": shown(found.members.get(case.get("assignee_id", ""))),
        "firstResponse": _clock(case["first_response"], moment, "met_at", "breached_at"),
        "nextResponse": _clock(case["next_response"], moment),
        "resolution": _clock(case["resolution"], moment),
        "lastMessage": _last(last) if last else None,
        "viewerCanReply": is_open,
        "viewerCanAssign": is_open,
    }


def case_screen(case: Row, found: Found, lists: Lists, *, cursor: Callable[[Row], str]) -> Row:
    """Show a case as CaseScreen asks for it."""
    moment = now()
    is_open, cycle = case["status"] != "CLOSED", case["cycles"][-1]
    in_cycle = is_open and cycle.get("outcome") is None
    marks = ("met_at", "breached_at", "paused_at")
    return {
        "id": case["_id"],
        **_of(case, "number", "subject", "status"),
        "currentStep": case["current_step"],
        **_of(case, "priority", "origin", "version", "environment"),
        "openedAt": time(case["opened_at"]),
        "updatedAt": time(case["updated_at"]),
        "closedAt": time(case.get("closed_at")),
        **_of(case, "severity", "reach"),
        "tags": _tags(case),
        "channel": _of(_named(found.channels[case["channel_id"]]), "id", "name", "kind"),
        "assignee": shown(found.members.get(case.get("assignee_id", ""))),
        "customer": _customer(found.customers[case["customer_id"]], lists),
        "conversations": {
            "nodes": [_conversation(found.conversations[one], lists, found, cursor) for one in case["conversation_ids"][:FIRST]]
        },
        "cycles": [_cycle(one, found) for one in case["cycles"]],
        "obligations": [_obligation(one, moment) for one in case["obligations"]],
        "consultations": {"nodes": [_consultation(one, found) for one in lists.consultations[:FIRST]]},
        "draftReviews": {"nodes": []},
        "firstResponse": _clock(case["first_response"], moment, *marks),
        "nextResponse": _clock(case["next_response"], moment, *marks),
        "resolution": _clock(case["resolution"], moment, *marks),
        "viewerCanReply": is_open,
        "viewerCanAddNote": True,
        "viewerCanAssign": is_open,
        "viewerCanClose": is_open and cycle.get("outcome") in {"SATISFIED", "NO_ANSWER", "OVERRIDDEN"} and not case["outgoing"],
        "viewerCanConsult": is_open,
        "viewerCanCompleteStep": in_cycle and case["current_step"] != "CONFIRM",
        "viewerCanRequestContactDetails": is_open,
        "viewerCanRecordVerdict": in_cycle,
    }


def _of(row: Row, *names: str) -> Row:
    return {name: row.get(name) for name in names}


def _named(row: Row) -> Row:
    return {"id": row["_id"], **row}


def shown(row: Row | None) -> Row | None:
    """Show a person."""
    return {"id": row["_id"], "displayName": row["display_name"]} if row else None


def time(moment: datetime | None) -> str | None:
    """Write a time as the API does."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _tags(case: Row) -> list[Row]:
    return [{"id": f"tag_{tag['slug']}", "slug": tag["slug"], "name": tag["name"]} for tag in case["tags"]]


def _clock(clock: Row, moment: datetime, *marks: str) -> Row:
    due, met = clock.get("due_at"), clock.get("met_at")
    if due is None and met is None:
        status = "NOT_APPLICABLE"
    elif clock.get("breached_at"):
        status = "BREACHED"
    elif met:
        status = "MET"
    elif clock.get("paused_at"):
        status = "PAUSED"
    else:
        status = "BREACHED" if due and due <= moment else "RUNNING"
    return {"status": status, "dueAt": time(due), **{_camel(mark): time(clock.get(mark)) for mark in marks}}


def _last(message: Row) -> Row:
    return {
        "id": message["_id"],
        **_of(message, "body", "direction", "visibility"),
        "createdAt": time(message["created_at"]),
        "sentAt": time(message.get("sent_at")),
        "sentiment": message.get("sentiment"),
    }


def _customer(customer: Row, lists: Lists) -> Row:
    return {
        "id": customer["_id"],
        "version": customer["version"],
        "displayName": customer["display_name"],
        "identities": [
            {
                "channelKind": one["channel_kind"],
                "handle": one["handle"],
                "profileUrl": one.get("profile_url"),
                "verified": one["verified"],
            }
            for one in customer["identities"]
        ],
        "cases": {
            "totalCount": lists.case_total,
            "nodes": [_of(_named(case), "id", "number", "subject", "status") for case in lists.cases[:FIRST]],
        },
        "viewerCanMerge": True,
    }


def _conversation(conversation: Row, lists: Lists, found: Found, cursor: Callable[[Row], str]) -> Row:
    rows = [message for message in lists.messages if message["conversation_id"] == conversation["_id"]]
    shown = rows[-MESSAGES:]
    return {
        "id": conversation["_id"],
        "visibility": conversation["visibility"],
        "externalUrl": conversation.get("external_url"),
        "channel": {"id": conversation["channel_id"], "kind": conversation["channel_kind"]},
        "messages": {
            "pageInfo": {"hasPreviousPage": len(rows) > MESSAGES, "startCursor": cursor(shown[0]) if shown else None},
            "nodes": [_message(message, found) for message in shown],
        },
    }


def _message(message: Row, found: Found) -> Row:
    author_id = message.get("author_id") or ""
    is_customer = author_id.startswith("cus_")
    author = (found.customers if is_customer else found.members).get(author_id)
    return {
        "id": message["_id"],
        **_of(message, "direction", "visibility", "body"),
        "bodyHtml": render(message["body"]),
        "createdAt": time(message["created_at"]),
        "sentAt": time(message.get("sent_at")),
        "deliveryStatus": message.get("delivery_status"),
        "author": {"__typename": "Customer" if is_customer else "Member", **(shown(author) or {})} if author else None,
        "language": message.get("language"),
        "sentiment": message.get("sentiment"),
    }


def _cycle(cycle: Row, found: Found) -> Row:
    steps = [
        {
            "step": step["step"],
            "startedAt": time(step.get("started_at")),
            "completedAt": time(step.get("completed_at")),
            "completedBy": shown(found.members.get(step.get("completed_by") or "")),
            "note": step.get("note"),
        }
        for step in cycle["steps"]
    ]
    return {"number": cycle["number"], "startedAt": time(cycle["started_at"]), "steps": steps, "outcome": cycle.get("outcome")}


def _obligation(owed: Row, moment: datetime) -> Row:
    return {
        "id": owed["id"],
        "kind": owed["kind"],
        "dueAt": time(owed["due_at"]),
        "fulfilledAt": time(owed.get("fulfilled_at")),
        "overdue": owed.get("fulfilled_at") is None and owed["due_at"] <= moment,
        "viewerCanFulfil": owed.get("fulfilled_at") is None,
    }


def _consultation(consultation: Row, found: Found) -> Row:
    question = found.questions[consultation["question_id"]]
    accepted = [found.answers[one] for one in question["accepted_answer_ids"] if one in found.answers]
    return {
        "id": consultation["_id"],
        "status": consultation["status"],
        "askedAt": time(consultation["asked_at"]),
        "dueAt": time(consultation["due_at"]),
        "answeredAt": time(consultation.get("answered_at")),
        "question": {
            "id": question["_id"],
            "title": question["title"],
            "status": question["status"],
            "answerCount": found.answer_counts.get(question["_id"], 0),
            "acceptedAnswers": [
                {
                    "id": answer["_id"],
                    "body": answer["body"],
                    "bodyHtml": render(answer["body"]),
                    "author": shown(found.members.get(answer["author_id"])),
                }
                for answer in accepted
            ],
        },
        "invitedExperts": [shown(found.members[one]) for one in consultation["invited_expert_ids"] if one in found.members],
    }
