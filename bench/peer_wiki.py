"""The peer's page of the wiki: by hand, straight from the stored rows, field by field as WikiPageScreen asks for them."""

import asyncio

from bench.peer_screens import Row, cursor, shown, time
from core.database import Database
from core.secrets import Keyring
from core.text.markdown import render

_PRESENT: Row = {"deleted_at": {"$exists": False}}
_BACKLINKS, _REVISIONS, _COUNTED = 20, 10, 10_001


async def wiki_page(database: Database, keyring: Keyring, path: str) -> Row | None:
    """Answer as the document WikiPageScreen, for a member who may edit."""
    either = {"$or": [{"path": path}, {"former_paths": path}], **_PRESENT}
    found = await database["wiki_pages"].find(either).limit(100).to_list()
    page = max(found, key=lambda row: (row["path"] == path, row["updated_at"]), default=None)
    if page is None:
        return None
    linking = {"links": {"$in": [page["path"], *page["former_paths"]]}, **_PRESENT}
    pages, total, revisions = await asyncio.gather(
        database["wiki_pages"].find(linking).sort([("sort_title", 1), ("_id", 1)]).limit(_BACKLINKS + 1).to_list(),
        database["wiki_pages"].count_documents(linking, limit=_COUNTED),
        database["wiki_revisions"]
        .find({"page_id": page["_id"], **_PRESENT})
        .sort([("number", -1), ("_id", -1)])
        .limit(_REVISIONS + 1)
        .to_list(),
    )
    ids = {page.get("owner_id"), *(row["author_id"] for row in revisions)}
    members = await database["members"].find({"_id": {"$in": [one for one in ids if one]}, **_PRESENT}).to_list()
    return _screen(page, (pages, total, revisions), {row["_id"]: row for row in members}, keyring)


def _screen(page: Row, lists: tuple[list[Row], int, list[Row]], members: dict[str, Row], keyring: Keyring) -> Row:
    pages, total, revisions = lists
    kept = revisions[:_REVISIONS]
    return {
        "id": page["_id"],
        "path": page["path"],
        "title": page["title"],
        "body": page["body"],
        "bodyHtml": render(page["body"]),
        "version": page["version"],
        "updatedAt": time(page["updated_at"]),
        "verifiedUntil": time(page.get("verified_until")),
        "owner": shown(members.get(page.get("owner_id", ""))),
        "backlinks": {
            "totalCount": min(total, _COUNTED - 1),
            "nodes": [{"id": row["_id"], "path": row["path"], "title": row["title"]} for row in pages[:_BACKLINKS]],
        },
        "revisions": {
            "pageInfo": {
                "hasNextPage": len(revisions) > _REVISIONS,
                "endCursor": cursor(keyring, kept[-1]["number"], kept[-1]["_id"]) if kept else None,
            },
            "nodes": [_revision(row, members) for row in kept],
        },
        "viewerCanEdit": True,
    }


def _revision(row: Row, members: dict[str, Row]) -> Row:
    return {
        "id": row["_id"],
        "version": row["number"],
        "author": shown(members.get(row["author_id"])),
        "createdAt": time(row["created_at"]),
        "summary": row.get("summary"),
    }
