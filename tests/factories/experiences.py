"""Interactive content for tests, made by the operations."""

from typing import Any

from auth.actor import Actor, Role
from care.experiences.documents import Experience
from care.experiences.drafts import ExperienceDraft
from care.experiences.editing import create_experience, publish_experience
from core.idempotency import Once
from tests.factories.care import make_actor

QUIZ: dict[str, Any] = {
    "kind": "QUIZ",
    "texts": [
        {
            "locale": "tr",
            "title": "Ürünümüzü tanıyor musunuz?",
            "questions": [
                {"prompt": "Kaç renk var?", "choices": ["Üç", "Beş"]},
                {"prompt": "Nereden gelir?", "choices": ["İzmir", "Bursa", "Konya"]},
            ],
        }
    ],
    "right": [2, 1],
}
BROCHURE: dict[str, Any] = {
    "kind": "BROCHURE",
    "texts": [
        {
            "locale": locale,
            "title": title,
            "pages": [{"title": str(number), "body": f"**{number}** <script>alert(1)</script>"} for number in (1, 2, 3)],
            "questions": [{"prompt": "?", "choices": ["1", "2"]}],
        }
        for locale, title in (("tr", "Bahar broşürü"), ("fa", "بروشور بهار"))
    ],
    "right": [1],
}


async def make_experience(actor: Actor | None = None, *, published: bool = True, **given: Any) -> Experience:
    """Draft a quiz, by a manager unless told, and publish it unless it shall stay a draft."""
    author = actor or make_actor(Role.MANAGER)
    made = await create_experience(author, ExperienceDraft.model_validate({**QUIZ, **given}), once=Once())
    return await publish_experience(author, made.id, expected_version=made.version) if published else made
