"""The explorer: complete, small, strict, and nothing in it from elsewhere."""

import re

import httpx2

from api.explorer import FILES, POLICY


async def test_explorer_is_served_with_its_own_policy(client: httpx2.AsyncClient) -> None:
    page = await client.get("/explorer", follow_redirects=True)

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["content-security-policy"] == POLICY
    assert "'unsafe-inline'" not in POLICY.split("script-src")[1].split(";")[0]
    addresses = re.findall(r'(?:src|href)="(/[^"]*)"', page.text)
    assert addresses == ["/explorer/explorer.css", "/explorer/explorer.js"]
    for address in addresses:
        assert (await client.get(address)).status_code == 200


async def test_explorer_has_no_inline_script_and_fetches_nothing_from_elsewhere() -> None:
    page = (FILES / "index.html").read_text(encoding="utf-8")
    style = (FILES / "explorer.css").read_text(encoding="utf-8")

    assert re.findall(r"<script(?![^>]*src=)", page) == []
    assert re.findall(r"https?://", page) == []
    assert re.findall(r"url\(\s*[\"']?https?:", style) == []
    assert re.findall(r"@import", style) == []


def test_explorer_is_small_and_has_no_source_maps() -> None:
    files = sorted(path.name for path in FILES.iterdir())

    assert files == ["explorer.css", "explorer.js", "explorer.js.LEGAL.txt", "index.html"]
    assert sum(path.stat().st_size for path in FILES.iterdir()) < 3_000_000
    assert "sourceMappingURL" not in (FILES / "explorer.js").read_text(encoding="utf-8")[-500:]


async def test_path_outside_the_explorer_is_not_served(client: httpx2.AsyncClient) -> None:
    for path in ("/explorer/../explorer.py", "/explorer/%2e%2e/explorer.py", "/explorer/missing.js"):
        assert (await client.get(path)).status_code == 404
