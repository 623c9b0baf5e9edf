"""Who is told about insights: who watches what they stand under, who follows them, and departments by their digests."""

from auth.actor import is_scoped
from community.documents import Department, Member
from community.insights.documents import Insight, InsightDigest
from community.insights.events import InsightCreated, InsightDigestDue, InsightMoved
from community.watching import Happening, Watch, WatchLevel
from core.events import Recorded
from core.handlers import Handlers
from notifications.announcements import notify
from notifications.documents import NotificationKind
from notifications.following import tell_followers
from notifications.recipients import MOST_TOLD


def subscribe(handlers: Handlers) -> None:
    """Tell people from the moment this is first started; what was before is not told again."""
    told = handlers.group("notifications.insights", start="head")
    told.on(InsightCreated, tell_of_insight).on(InsightMoved, tell_of_stage).on(InsightDigestDue, tell_of_digest)


async def tell_of_insight(event: Recorded[InsightCreated]) -> None:
    """Tell who owns a new insight, and who watches its kind, a tag or a department of it."""
    insight = await Insight.get(event.fact.insight_id)
    if insight is not None:
        await tell_followers(insight, [insight.owner_id], Happening.STARTED, NotificationKind.INSIGHT_ADDED, event)


async def tell_of_stage(event: Recorded[InsightMoved]) -> None:
    """Tell who wrote an insight, owns and follows it that it came to its next stage."""
    insight = await Insight.get(event.fact.insight_id)
    if insight is not None:
        concerned = list(dict.fromkeys([insight.owner_id, insight.author_id]))
        await tell_followers(insight, concerned, Happening.SETTLED, NotificationKind.INSIGHT_MOVED, event)


async def tell_of_digest(event: Recorded[InsightDigestDue]) -> None:
    """Tell the members of a department, but who muted it, that something was learned for it."""
    digest = await InsightDigest.get(event.fact.digest_id)
    department = await Department.get(digest.department_id) if digest is not None else None
    if digest is None or department is None:
        return
    members = await Member.find({"department_id": department.id}).sort("sort_name", "_id").to_list()
    watches = await Watch.find({"target_id": department.id}).to_list()
    muted = {one.member_id for one in watches if one.level is WatchLevel.MUTED}
    told = [one.id for one in members if one.deleted_at is None and one.id not in muted and not is_scoped(one.roles)]
    subject = f"{department.name} ({digest.last_count})"
    for start in range(0, len(told), MOST_TOLD):
        some = told[start : start + MOST_TOLD]
        await notify(some, NotificationKind.INSIGHT_DIGEST, subject=subject, target_id=digest.id, cause=event)
