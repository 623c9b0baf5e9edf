"""What customers of the demo are offered and asked, and the references that the company compares itself with."""

from typing import Any, Final

from care.experiences.drafts import ExperienceDraft
from care.experiences.editing import create_experience, publish_experience
from coaching.governance.references import adopt_references
from coaching.governance.survey_documents import SurveyAudience
from coaching.governance.surveys import SurveyDraft, create_survey
from core.idempotency import Once
from kopru.demo.recognition import MANAGER
from kopru.demo.world import World

CARE: Final[dict[str, Any]] = {
    "kind": "BROCHURE",
    "texts": [
        {
            "locale": "tr",
            "title": "Çamaşır makineniz uzun yaşasın",
            "pages": [
                {"title": "Kireç", "body": "Suyunuz sertse **ayda bir** boş yıkama yapın."},
                {"title": "Filtre", "body": "Filtreyi üç ayda bir temizleyin; önce fişi çekin."},
            ],
            "questions": [{"prompt": "Filtre ne sıklıkla temizlenir?", "choices": ["Her yıkamada", "Üç ayda bir"]}],
        },
        {
            "locale": "fa",
            "title": "ماشین لباسشویی شما بیشتر عمر کند",
            "pages": [
                {"title": "رسوب", "body": "اگر آب شما سخت است **ماهی یک بار** خالی بشویید."},
                {"title": "فیلتر", "body": "فیلتر را هر سه ماه تمیز کنید؛ نخست دوشاخه را بکشید."},
            ],
            "questions": [{"prompt": "فیلتر هر چند وقت تمیز می‌شود؟", "choices": ["هر بار", "هر سه ماه"]}],
        },
        {
            "locale": "en",
            "title": "Let your washing machine live long",
            "pages": [
                {"title": "Limescale", "body": "If your water is hard, run it empty **once a month**."},
                {"title": "Filter", "body": "Clean the filter every three months; pull the plug first."},
            ],
            "questions": [{"prompt": "How often is the filter cleaned?", "choices": ["At each wash", "Every three months"]}],
        },
    ],
    "right": [2],
}
SURVEY: Final = SurveyDraft(
    question="Bize neden yazıyorsunuz? · چرا به ما می‌نویسید؟ · Why do you write to us?",
    motives=[
        "Hızlı yanıt · پاسخ سریع · A quick answer",
        "Öğrenmek · یاد گرفتن · To learn",
        "Başkalarına yardım · کمک به دیگران · To help others",
    ],
    audience=SurveyAudience.CUSTOMERS,
)


async def found_offers(world: World) -> None:
    """Publish a brochure with a game, ask customers why they engage, and put the references into the libraries."""
    manager = world.members[MANAGER]
    draft = await create_experience(manager, ExperienceDraft.model_validate(CARE), once=Once())
    await publish_experience(manager, draft.id, expected_version=draft.version)
    await create_survey(manager, SURVEY, once=Once())
    await adopt_references(manager, confirmed=True)
