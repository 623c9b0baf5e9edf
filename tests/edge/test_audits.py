"""The public suites: graphql-http's audits of the HTTP edge, and the graphql-ws client."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest

AUDIT = Path(__file__).parents[1] / "audit"
needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (AUDIT / "node_modules").is_dir(),
    reason="needs node and its packages: npm ci --prefix tests/audit",
)


async def run_node(script: str, address: str) -> Any:
    node = await asyncio.create_subprocess_exec("node", str(AUDIT / script), address, stdout=asyncio.subprocess.PIPE)
    output, _ = await asyncio.wait_for(node.communicate(), 60)
    assert node.returncode == 0
    return orjson.loads(output)


@needs_node
async def test_audit_profile_passes_every_audit(edge: str) -> None:
    assert await run_node("http_audits.mjs", f"{edge}/audit") == {
        "counts": {"ok": 61, "notice": 0, "warn": 0, "error": 0},
        "findings": [],
    }


@needs_node
async def test_draft_profile_differs_where_the_draft_has_moved_on(edge: str) -> None:
    outcome = await run_node("http_audits.mjs", f"{edge}/draft")

    assert outcome["counts"] == {"ok": 60, "notice": 0, "warn": 1, "error": 0}
    # The audit wants 400 for variables that do not fit; the draft now says 422.
    assert [finding["id"] for finding in outcome["findings"]] == ["86EE"]


@needs_node
async def test_endpoint_without_get_misses_optional_audits_only(edge: str) -> None:
    outcome = await run_node("http_audits.mjs", f"{edge}/graphql")

    assert outcome["counts"] == {"ok": 57, "notice": 3, "warn": 1, "error": 0}


@needs_node
async def test_reference_client_of_graphql_transport_ws_gets_along(edge: str) -> None:
    outcome = await run_node("socket_client.mjs", f"{edge.replace('http', 'ws')}/graphql")

    assert outcome["query"] == {"results": [{"data": {"who": "auditor"}}]}
    assert outcome["subscription"] == {"results": [{"data": {"count": 0}}, {"data": {"count": 1}}]}
    assert [error["extensions"] for error in outcome["invalid"]["errors"]] == [{"code": "GRAPHQL_VALIDATION_FAILED"}]
