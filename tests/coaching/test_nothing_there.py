"""What is not there is told by NotFound at its place in the input, and nothing is written."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from auth.actor import Actor, Role
from care.documents.standing import Certificate
from coaching.courses.learning import start_attempt
from coaching.governance.benchmarks import archive_benchmark
from coaching.governance.documents import Risk
from coaching.governance.programmes import ProgrammeChange, update_social_programme
from coaching.governance.risks import RiskDraft, create_risk
from coaching.governance.survey_documents import MotiveSurvey
from coaching.governance.surveys import SurveyDraft, close_survey, create_survey
from coaching.levels.certificates import IssueDraft, issue_certificate
from coaching.levels.reading import readiness_for
from coaching.mentorships.documents import MentorshipProgramme
from coaching.mentorships.programmes import close_programme
from coaching.recognition.badges import BadgeChange, update_badge
from coaching.recognition.leaderboard_documents import Leaderboard, Reward
from coaching.recognition.leaderboards import LeaderboardDraft, close_leaderboard, create_leaderboard
from coaching.recognition.representative_documents import RepresentativeChoice
from coaching.recognition.representatives import ChoiceDraft, choose_representative
from coaching.recognition.rewards import ClaimDecision, RewardChange, RewardDraft, create_reward, decide_claim, update_reward
from core.database import Database
from core.errors import NotFound
from core.idempotency import Once
from tests.care.stored import everything
from tests.factories.community import make_actor
from tests.factories.courses import make_course, make_learner
from tests.factories.levels import make_certification
from tests.factories.mentorships import make_programme

KINDS = (Certificate, Leaderboard, MentorshipProgramme, MotiveSurvey, RepresentativeChoice, Reward, Risk)
RISK = RiskDraft(title="Sahte hesaplar", likelihood=1, impact=1, owner_id="mem_none")


def ask_customers(actor: Actor) -> Awaitable[object]:
    about = {"question": "Neden?", "motives": ["Öğrenmek", "Ödül"], "audience": "CUSTOMERS", "initiative_id": "ini_none"}
    return create_survey(actor, SurveyDraft.model_validate(about), once=Once())


def rank(actor: Actor) -> Awaitable[object]:
    told = {"name": "Ayın destekçileri", "measures": ["POINTS"], "skill_id": "skl_none"}
    return create_leaderboard(actor, LeaderboardDraft.model_validate(told), once=Once())


def offer(actor: Actor) -> Awaitable[object]:
    draft = RewardDraft(name="Kitap", description="Bir kitap.", stock=1, badge_id="bdg_none")
    return create_reward(actor, draft, once=Once())


def choose(actor: Actor) -> Awaitable[object]:
    draft = ChoiceDraft(title="Yüzümüz", member_id="mem_none", reason="Sakin.", skill_ids=["skl_none"])
    return choose_representative(actor, draft, once=Once())


def close_for_newcomers(actor: Actor) -> Awaitable[object]:
    return close_programme(actor, "mpr_none", expected_version=1)


async def decide(actor: Actor) -> object:
    draft = RewardDraft(name="Kitap", description="Bir kitap.", stock=1, least_points=1)
    reward = await create_reward(actor, draft, once=Once())
    return await decide_claim(actor, reward.id, "rcl_none", ClaimDecision(approved=True), expected_version=reward.version)


async def certify(actor: Actor) -> object:
    draft = IssueDraft(certification_id=(await make_certification()).id, member_id="mem_none")
    return await issue_certificate(actor, draft, expected_version=0)


async def look_at(actor: Actor) -> object:
    return await readiness_for(actor, (await make_certification()).id, "mem_none")


async def learn(actor: Actor) -> object:
    enrolment = await make_learner(await make_course(), actor)
    return await start_attempt(actor, enrolment.id, "none", expected_version=enrolment.version)


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (lambda actor: archive_benchmark(actor, "bmk_none", expected_version=1), "benchmark_id"),
        (lambda actor: update_social_programme(actor, "spr_none", ProgrammeChange(), expected_version=1), "programme_id"),
        (lambda actor: create_risk(actor, RISK, once=Once()), "owner_id"),
        (lambda actor: close_survey(actor, "mtv_none", expected_version=1), "survey_id"),
        (ask_customers, "initiative_id"),
        (lambda actor: update_badge(actor, "bdg_none", BadgeChange(), expected_version=1), "badge_id"),
        (lambda actor: close_leaderboard(actor, "lbd_none", expected_version=1), "leaderboard_id"),
        (rank, "skill_id"),
        (offer, "badge_id"),
        (lambda actor: update_reward(actor, "rwd_none", RewardChange(), expected_version=1), "reward_id"),
        (choose, "member_id"),
        (close_for_newcomers, "programme_id"),
        (lambda actor: make_programme(actor, skill_ids=["skl_none"]), "skill_ids"),
    ],
)
async def test_what_is_not_there_is_told_at_its_place(store: Database, ask: Callable[[Actor], Awaitable[Any]], path: str) -> None:
    actor = await make_actor(Role.MANAGER, Role.HR)
    before = await everything(*KINDS)
    with pytest.raises(NotFound) as refused:
        await ask(actor)
    assert refused.value.path == (path,)
    assert await everything(*KINDS) == before


@pytest.mark.parametrize(("ask", "path"), [(decide, "claim_id"), (certify, "member_id"), (look_at, "member_id"), (learn, "unit")])
async def test_what_is_not_part_of_what_is_there_is_told_so_too(
    store: Database, ask: Callable[[Actor], Awaitable[Any]], path: str
) -> None:
    with pytest.raises(NotFound) as refused:
        await ask(await make_actor(Role.MANAGER, Role.HR))
    assert refused.value.path == (path,)
    assert [one.claims for one in await Reward.find_all().to_list()] in ([], [[]])
    assert await Certificate.count() == 0
