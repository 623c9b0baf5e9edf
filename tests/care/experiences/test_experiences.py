"""Interactive content: its shape, what counts once, what is known of whom, and the report."""

from typing import Any
from uuid import uuid4

import pytest

from auth.actor import ANONYMOUS, Actor, Role
from auth.attempts import Bound
from care.experiences import engaging
from care.experiences.documents import Experience, ExperienceVisit
from care.experiences.drafts import ExperienceChange
from care.experiences.editing import publish_experience, update_experience, withdraw_experience
from care.experiences.engaging import EngagementBadge, EngagementDraft, OwnEngagement, engage, forget_engagement, own_engagement
from care.experiences.report import experience_report
from core.database import Database
from core.errors import AlreadyDone, Forbidden, InvalidInput, NotFound, RateLimited
from tests.care.stored import everything
from tests.factories.care import make_actor, make_customer
from tests.factories.community import customer_actor
from tests.factories.experiences import BROCHURE, QUIZ, make_experience

MANAGER = make_actor(Role.MANAGER)


async def do(experience: Experience, who: Actor, key: object, kind: str, **given: Any) -> ExperienceVisit:
    told = {"experience_id": experience.id, "client_key": str(key), "kind": kind, **given}
    return (await engage(who, EngagementDraft.model_validate(told)))[1]


def quiz(**changes: Any) -> dict[str, Any]:
    return {**QUIZ, "texts": [{**QUIZ["texts"][0], **changes}]}


@pytest.mark.parametrize(
    "given",
    [
        {"right": []},
        {"right": [1]},
        {"right": [3, 1]},
        {"kind": "POLL"},
        {"kind": "VIDEO", "right": []},
        {"texts": [*QUIZ["texts"], *QUIZ["texts"]]},
        {"texts": [*QUIZ["texts"], {**QUIZ["texts"][0], "locale": "fa", "questions": QUIZ["texts"][0]["questions"][:1]}]},
        quiz(pages=[{"title": "1", "body": "1"}]),
        quiz(video_url="https://video.example/1"),
        quiz(questions=[]),
    ],
)
async def test_what_does_not_belong_to_the_kind_is_refused(store: Database, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        await make_experience(**given)
    assert await Experience.count() == 0


async def test_only_a_draft_is_changed_and_only_what_is_published_can_be_gone_through(store: Database) -> None:
    draft = await make_experience(published=False)
    with pytest.raises(NotFound):
        await do(draft, ANONYMOUS, uuid4(), "OPENED")
    with pytest.raises(AlreadyDone):
        await withdraw_experience(MANAGER, draft.id, expected_version=draft.version)
    changed = await update_experience(MANAGER, draft.id, ExperienceChange(right=[1, 3]), expected_version=draft.version)
    with pytest.raises(Forbidden):
        await publish_experience(make_actor(), draft.id, expected_version=changed.version)
    offered = await publish_experience(MANAGER, draft.id, expected_version=changed.version)
    with pytest.raises(AlreadyDone):
        await update_experience(MANAGER, draft.id, ExperienceChange(right=[1, 1]), expected_version=offered.version)
    await do(offered, ANONYMOUS, uuid4(), "OPENED")
    gone = await withdraw_experience(MANAGER, draft.id, expected_version=offered.version)
    with pytest.raises(NotFound):
        await do(gone, ANONYMOUS, uuid4(), "OPENED")
    again = await publish_experience(MANAGER, draft.id, expected_version=gone.version)
    assert (again.published_at, await ExperienceVisit.count()) == (offered.published_at, 1)


async def test_each_thing_counts_once_a_person_and_the_first_answer_stays(store: Database) -> None:
    brochure, key = await make_experience(**BROCHURE), uuid4()
    for given in ({"kind": "PAGE_TURNED", "page": 4}, {"kind": "ANSWERED", "question": 1}, {"kind": "FINISHED"}):
        with pytest.raises(InvalidInput):
            await do(brochure, ANONYMOUS, key, **given)
    assert await ExperienceVisit.count() == 0
    for _ in range(2):
        await do(brochure, ANONYMOUS, key, "OPENED")
        await do(brochure, ANONYMOUS, key, "PAGE_TURNED", page=2)
        await do(brochure, ANONYMOUS, key, "ANSWERED", question=1, choice=2)
    with pytest.raises(InvalidInput):
        await do(brochure, ANONYMOUS, key, "FINISHED")
    await do(brochure, ANONYMOUS, key, "ANSWERED", question=1, choice=1)
    await do(brochure, ANONYMOUS, key, "PAGE_TURNED", page=3)
    done = await do(brochure, ANONYMOUS, key, "FINISHED")
    again = await do(brochure, ANONYMOUS, key, "FINISHED")
    assert (done.pages, [(one.question, one.choice) for one in done.answers]) == ([2, 3], [(1, 2)])
    assert (again.finished_at, again.revision, again.customer_id) == (done.finished_at, done.revision, None)
    await do(brochure, ANONYMOUS, uuid4(), "OPENED")
    report = await experience_report(MANAGER, brochure)
    assert report is not None
    assert (report.people, report.known_customers, report.finished, report.completion_rate) == (2, 0, 1, 0.5)
    assert (report.by_page, report.by_choice) == ({1: 2, 2: 1, 3: 1}, {(1, 1): 0, (1, 2): 1})
    assert await experience_report(make_actor(), brochure) is None


async def test_a_customer_is_known_by_consent_alone_and_forgotten_when_asked(store: Database) -> None:
    experience, customer = await make_experience(), await make_customer()
    who = customer_actor(customer.id)
    await do(experience, who, uuid4(), "OPENED")
    assert customer.id not in str(await everything(ExperienceVisit))
    assert await own_engagement(who) == OwnEngagement(0, 0, None)
    for question, choice in ((1, 2), (2, 3)):
        await do(experience, who, uuid4(), "ANSWERED", question=question, choice=choice, consents=True)
    await do(experience, who, uuid4(), "FINISHED", consents=True)
    assert await own_engagement(who) == OwnEngagement(1, 1, EngagementBadge.BRONZE)
    report = await experience_report(MANAGER, experience)
    assert report is not None
    assert (report.people, report.known_customers, report.finished) == (2, 1, 1)

    with pytest.raises(InvalidInput):
        await forget_engagement(who, confirmed=False)
    assert await forget_engagement(who, confirmed=True) == 1
    assert (await own_engagement(who), await own_engagement(ANONYMOUS)) == (OwnEngagement(0, 0, None), None)
    rows = (await everything(ExperienceVisit))["experience_visits"]
    assert [row for row in rows if row.get("customer_id") == customer.id] == []
    await do(experience, who, uuid4(), "OPENED", consents=True)
    report = await experience_report(MANAGER, experience)
    assert report is not None
    assert (report.people, report.known_customers) == (2, 1)


async def test_too_many_without_a_name_wait(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engaging, "NEW_VISITS", (Bound(10**9, 2),))
    experience, key = await make_experience(), uuid4()
    for one in (key, uuid4()):
        await do(experience, ANONYMOUS, one, "OPENED")
    with pytest.raises(RateLimited):
        await do(experience, ANONYMOUS, uuid4(), "OPENED")
    await do(experience, ANONYMOUS, key, "ANSWERED", question=1, choice=1)
    assert await ExperienceVisit.count() == 2
