"""What came of an experience: how many people, how far, and what they chose, counted from their visits."""

from collections import Counter
from dataclasses import dataclass

from auth.actor import Actor, Permission
from care.experiences.documents import Experience, ExperienceVisit


@dataclass(frozen=True, slots=True)
class ExperienceReport:
    """Exact counts; pages, questions and choices are from 1."""

    people: int
    known_customers: int
    finished: int
    by_page: dict[int, int]
    by_choice: dict[tuple[int, int], int]

    @property
    def completion_rate(self) -> float | None:
        """Give the part of the people who finished, 0 to 1; None before the first."""
        return self.finished / self.people if self.people else None


async def experience_report(actor: Actor, experience: Experience) -> ExperienceReport | None:
    """Report on an experience; None without `report:read`."""
    if not actor.may(Permission.REPORT_READ):
        return None
    people = known = finished = 0
    pages: Counter[int] = Counter()
    choices: Counter[tuple[int, int]] = Counter()
    shown = {"customer_id": 1, "finished_at": 1, "pages": 1, "answers": 1}
    visits = ExperienceVisit.get_pymongo_collection()
    async for raw in visits.find({"experience_id": experience.id}, shown).sort("_id"):
        people += 1
        known += raw.get("customer_id") is not None
        finished += raw.get("finished_at") is not None
        pages.update({1, *raw["pages"]})
        choices.update((one["question"], one["choice"]) for one in raw["answers"])
    first = experience.texts[0]
    by_page = {place: pages[place] for place in range(1, len(first.pages) + 1)}
    asked = [(number, len(one.choices)) for number, one in enumerate(first.questions, start=1)]
    by_choice = {(number, place): choices[number, place] for number, most in asked for place in range(1, most + 1)}
    return ExperienceReport(people, known, finished, by_page, by_choice)
