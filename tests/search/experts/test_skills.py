import pytest

from community.documents import Skill
from core.clock import now
from core.database import Database
from search.experts.skills import named_skills


@pytest.fixture
def skills(store: Database) -> list[Skill]:
    given = {
        "İade": ["refund", "مرجوعی"],
        "Kargo takibi": ["shipment tracking"],
        "Dolandırıcılık": ["fraud", "کلاهبرداری"],
        "Boş": ["…"],
    }
    return [
        Skill(id=f"skl_{number}", created_at=now(), name=name, slug=str(number), keywords=words)
        for number, (name, words) in enumerate(given.items())
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Müşteri iadesini bekliyor", ["İade"]),
        ("IADE NEREDE", ["İade"]),
        ("Where are my refunds?", ["İade"]),
        ("مرجوعی‌ها کجاست", ["İade"]),
        ("Kargonun takibini yapamıyorum", ["Kargo takibi"]),
        ("Kargo nerede", []),
        ("tracking of the shipments, and a fraud", ["Kargo takibi", "Dolandırıcılık"]),
        ("کلاهبرداری شده", ["Dolandırıcılık"]),
        ("…", []),
        ("", []),
    ],
)
def test_skills_are_heard_in_any_form_and_language(skills: list[Skill], text: str, named: list[str]) -> None:
    assert [skill.name for skill in named_skills(text, skills)] == named
