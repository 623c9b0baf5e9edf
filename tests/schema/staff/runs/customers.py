"""Runs of the documents about customers."""

from datetime import datetime, timedelta

from care.documents.customers import Customer
from tests.factories import care
from tests.schema.staff.runs.registry import run
from tests.schema.staff.staff import Staff
from tests.schema.staff.world import World


async def _two() -> tuple[Customer, Customer]:
    survivor = await care.make_customer(name="Ayşe Demir", handle="@ayse")
    duplicate = await care.make_customer(name="A. Demir", handle="ayse.demir", profile_url="https://x.example/ayse.demir")
    return survivor, duplicate


def _identity(handle: str, profile_url: str | None = None) -> dict[str, object]:
    return {"channelKind": "X", "handle": handle, "profileUrl": profile_url, "verified": False}


@run
async def run_merge_customers(staff: Staff, world: World) -> None:
    survivor, duplicate = await _two()
    given = {"survivorId": survivor.id, "duplicateId": duplicate.id, "expectedVersion": duplicate.version}
    merged = await staff.do(world.agent, "MergeCustomers", **given, idempotencyKey="merge-1")
    assert merged["customer"] == {
        "id": survivor.id,
        "version": 1,
        "displayName": "Ayşe Demir",
        "identities": [_identity("@ayse"), _identity("ayse.demir", "https://x.example/ayse.demir")],
    }
    left = datetime.fromisoformat(merged["merge"]["undoableUntil"]) - duplicate.created_at
    assert timedelta(days=30) <= left < timedelta(days=30, minutes=5)
    assert merged["merge"]["viewerCanUndo"] is True
    again = await staff.do(world.agent, "MergeCustomers", **given, idempotencyKey="merge-1")
    assert again["merge"]["id"] == merged["merge"]["id"]


@run
async def run_undo_merge(staff: Staff, world: World) -> None:
    survivor, duplicate = await _two()
    given = {"survivorId": survivor.id, "duplicateId": duplicate.id, "expectedVersion": duplicate.version}
    merge = (await staff.do(world.agent, "MergeCustomers", **given))["merge"]
    undone = await staff.do(world.agent, "UndoMerge", mergeId=merge["id"])
    assert undone["merge"]["id"] == merge["id"]
    assert undone["merge"]["undoneAt"] is not None
    assert undone["customers"] == [
        {"id": survivor.id, "version": 1, "displayName": "Ayşe Demir", "identities": [_identity("@ayse")]},
        {
            "id": duplicate.id,
            "version": 2,
            "displayName": "A. Demir",
            "identities": [_identity("ayse.demir", "https://x.example/ayse.demir")],
        },
    ]
