"""Who is told about exports of the wiki: who asked for one, when it is done or can't be."""

from community.exports.documents import ExportState, WikiExport
from community.exports.events import WikiExportFinished
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    handlers.group("notifications.exports", start="head").on(WikiExportFinished, tell_of_export)


async def tell_of_export(event: Recorded[WikiExportFinished]) -> None:
    """Tell who asked, as far as they may still know of the page."""
    export = await WikiExport.get(event.fact.export_id)
    if export is None or export.state not in {ExportState.DONE, ExportState.FAILED}:
        return
    kind = NotificationKind.WIKI_EXPORTED if export.state is ExportState.DONE else NotificationKind.WIKI_EXPORT_FAILED
    await notify([export.member_id], kind, subject=export.title, target_id=export.page_id, cause=event)
