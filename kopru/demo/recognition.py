"""What the company of the demo stands for, and the badges that can be had there: in Turkish, Persian and English."""

from typing import Final

from coaching.recognition.badge_documents import BadgeGrade
from coaching.recognition.badges import BadgeDraft, RequirementDraft, create_badge
from coaching.recognition.points_documents import PointCause
from coaching.recognition.values import ValueDraft, create_value
from core.idempotency import Once
from kopru.demo.world import World

C = PointCause
MANAGER: Final = "oliver"
VALUES: Final = (
    ("Birlikte çözeriz · با هم حل می‌کنیم · We solve it together", "Kimse bir sorunla yalnız kalmaz."),
    ("صداقت · Açıklık · Candour", "آنچه می‌دانیم و آنچه نمی‌دانیم را می‌گوییم."),
)
BADGES: Final = (
    ("İlk kabul", "Yanıtı ilk kez kabul gördü.", BadgeGrade.BRONZE, (C.ACCEPTED_ANSWER, C.CONSULTATION_ACCEPTED), (1, 1, 1)),
    ("راهنما", "پاسخ‌هایش برای چند همکار سودمند بود.", BadgeGrade.SILVER, (C.HELPFUL_VOTE, C.KUDOS), (5, 3, 2)),
    ("Keeper of knowledge", "Colleagues vouch for these pages.", BadgeGrade.SILVER, (C.VERIFIED_PAGE,), (3, 1, 1)),
    (
        "Köprü kuran",
        "Birçok kişiye, uzun süre boyunca yardım etti.",
        BadgeGrade.GOLD,
        (C.ACCEPTED_ANSWER, C.CONSULTATION_ACCEPTED, C.KUDOS),
        (25, 8, 15),
    ),
)
"""Name, what for, grade, causes, and how often, by how many people, on how many days."""


async def found_recognition(world: World) -> None:
    """Put the values down and make the badges."""
    manager = world.members[MANAGER]
    for name, description in VALUES:
        await create_value(manager, ValueDraft(name=name, description=description), once=Once())
    for name, description, grade, causes, (times, people, days) in BADGES:
        asked = RequirementDraft(causes=list(causes), times=times, people=people, days=days)
        draft = BadgeDraft(name=name, description=description, grade=grade, requirements=[asked])
        await create_badge(manager, draft, once=Once())
