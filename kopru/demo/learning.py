"""What is learned in the demo: courses in Turkish, Persian and English, how far some people are, and a certificate to reach."""

from typing import Any, Final

from auth.actor import Role
from care.documents.channels import ChannelKind
from coaching.courses.courses import CourseChange, CourseDraft, create_course, update_course
from coaching.courses.documents import Course, CourseStatus
from coaching.courses.enrolling import EnrolmentDraft, enrol
from coaching.courses.learning import complete_unit
from coaching.levels.certifications import CertificationDraft, RequirementsDraft, create_certification
from core.idempotency import Once
from kopru.demo.recognition import MANAGER
from kopru.demo.world import World

MENTOR: Final = "parisa"


def _unit(key: str, title: str, body: str) -> dict[str, Any]:
    return {"key": key, "title": title, "body": body}


FIRST_STEPS: Final = {
    "title": "Sosyal medyada ilk adım",
    "summary": "Açıkta yazılan ilk yanıttan önce: dinlemek, söz vermek, sözü tutmak.",
    "level": "NEWCOMER",
    "required_of": [Role.TRAINEE],
    "due_days": 14,
    "units": [
        _unit("listen", "Dinlemek", "Önce **bütün iletiyi** okuyun. Müşteri ne oldu diyor, ne bekliyor, nasıl hissediyor?"),
        _unit("promise", "Söz vermek", "Yalnızca tutabileceğiniz sözü verin ve *ne zaman* döneceğinizi söyleyin."),
        {
            **_unit("check", "Kısa sınav", "Üç soru; yüzde yetmişle geçilir."),
            "quiz": {
                "pass_percent": 70,
                "wait_minutes": 60,
                "questions": [
                    {
                        "key": "first",
                        "kind": "SINGLE",
                        "prompt": "Kızgın bir müşteriye ilk ne söylenir?",
                        "choices": ["Bilgilerinizi mesajla iletin.", "Duyduğunuzu kendi sözlerinizle", "Haklı olmadığı"],
                        "right": [1],
                    },
                    {
                        "key": "private",
                        "kind": "MULTIPLE",
                        "prompt": "Hangileri açıkta istenmez?",
                        "choices": ["Telefon numarası", "Sipariş tarihi", "Açık adres"],
                        "right": [0, 2],
                    },
                    {
                        "key": "order",
                        "kind": "ORDER",
                        "prompt": "Doğru sıra hangisi?",
                        "choices": ["Ayrıntıyı sor", "Düzeltileceğini söyle", "Doğruluğunu incele", "Çöz", "Müşteriye dön"],
                    },
                ],
            },
        },
    ],
}
CALM: Final = {
    "title": "آرام کردن گفت‌وگوهای تند",
    "summary": "وقتی چند نفر با هم می‌نویسند: سرعت، لحن و زمان بردن گفت‌وگو به پیام خصوصی.",
    "level": "PRACTITIONER",
    "units": [
        _unit("speed", "سی دقیقهٔ نخست", "نخستین پاسخ در **سی دقیقه**، حتی اگر هنوز راه‌حل را نمی‌دانید."),
        _unit("tone", "لحن", "با نام صدا بزنید، آنچه رخ داده را بپذیرید و هیچ‌گاه کنایه نزنید."),
        _unit("private", "کِی خصوصی؟", "فقط برای داده‌های شخصی؛ و سپس نتیجه را آشکارا بگویید."),
    ],
}
BRIDGE: Final = {
    "title": "Asking the back office well",
    "summary": "How a question reaches the right expert, and how the answer reaches the customer in plain words.",
    "level": "BEGINNER",
    "units": [
        _unit(
            "ask", "One question at a time", "Say what the customer sees, what you tried, and by when you promised to be back."
        ),
        _unit("carry", "Carry the answer over", "Explain it without the house's words, and name the source when it is public."),
    ],
}
COURSES: Final = (FIRST_STEPS, CALM, BRIDGE)
LEARNERS: Final = (("selin", 0, 2), ("dara", 0, 1), ("dara", 1, 2), ("zeynep", 1, 3), ("emre", 2, 2), ("zeynep", 2, 1))
"""Who is in which course, and how many of its units they have done."""


async def found_learning(world: World) -> None:
    """Make the courses and the certificate, and let some people learn."""
    courses = [await _teach(world, told) for told in COURSES]
    for name, place, units in LEARNERS:
        await _learn(world, name, courses[place], units)
    draft = CertificationDraft(
        name="Açıkta yanıt · پاسخ آشکار · Public replies",
        summary="Who has it answers in public without a mentor looking first. It is not enforced until a manager says so.",
        channel_kinds=[ChannelKind.X, ChannelKind.INSTAGRAM],
        requirements=RequirementsDraft(course_ids=[courses[0].id], reviews=5, pass_percent=80, sign_off=True),
    )
    await create_certification(world.members[MANAGER], draft, once=Once())


async def _teach(world: World, told: dict[str, Any]) -> Course:
    mentor = world.members[MENTOR]
    course = await create_course(mentor, CourseDraft.model_validate(told), once=Once())
    published = CourseChange(status=CourseStatus.PUBLISHED)
    return await update_course(mentor, course.id, published, expected_version=course.version)


async def _learn(world: World, name: str, course: Course, units: int) -> None:
    learner = world.members[name]
    enrolment = await enrol(learner, EnrolmentDraft(course_id=course.id))
    for unit in course.units[:units]:
        enrolment = await complete_unit(learner, enrolment.id, unit.key, expected_version=enrolment.version)
