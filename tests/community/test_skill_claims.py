"""Skills that members claim: they wait for something that shows them, count then, and wait again when it is gone."""

import pytest

from auth.actor import SYSTEM, Role
from community.answers import AnswerDraft, answer_question, reflect_in_evidence, unaccept_answer
from community.documents import EvidenceKind, Member
from community.endorsements import EndorsementDraft, endorse_skill, withdraw_endorsement
from community.experts import record_evidence
from community.facets import directory_facets
from community.members import MemberChanges, ProficiencyDraft, change_member, set_proficiency
from community.questions import QuestionDraft, ask_question
from community.skill_claims import (
    SHOWING,
    ClaimDraft,
    ConfirmationDraft,
    claim_skill,
    confirm_skill,
    settle_skill_claims,
    withdraw_claim,
)
from community.skill_standing import SkillStatus
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, LimitReached, NotFound
from core.idempotency import Once
from core.records import fresh
from tests.community.watching import facts
from tests.factories.community import accept, actor_of, customer_actor, make_actor, make_member, make_skill


async def claimant(*, level: int = 3) -> tuple[Member, str]:
    """Let somebody claim customs."""
    skill = await make_skill("Gümrük", "beyanname")
    member = await make_member()
    return await claim_skill(actor_of(member), ClaimDraft(skill_id=skill.id, proficiency=level)), skill.id


def standing(member: Member) -> list[tuple[str, SkillStatus, str | None, int | None]]:
    return [(one.skill_id, one.status, one.by, one.claimed) for one in member.standings]


async def show(member: Member, kind: EvidenceKind, *, tags: tuple[str, ...] = ("gumruk",), **more: str) -> Member:
    await record_evidence(member.id, kind, source_id="src_1", text="Gümrük", tags=tags, weight=1.0, occurred_at=now(), **more)
    settled = await settle_skill_claims(member.id)
    assert settled is not None
    return settled


async def test_a_claim_counts_nowhere_until_it_is_shown(store: Database) -> None:
    member, skill_id = await claimant()

    assert standing(member) == [(skill_id, "PENDING", None, 3)]
    assert (member.skill_ids, member.proficiencies) == ([], {})
    assert (await directory_facets(await make_actor())).skills == []
    draft = ProficiencyDraft(skill_id=skill_id, proficiency=5)
    with pytest.raises(InvalidInput):
        await set_proficiency(SYSTEM, member.id, draft, expected_version=member.version)


@pytest.mark.parametrize("kind", [kind for kind in SHOWING if kind is not EvidenceKind.ENDORSEMENT])
@pytest.mark.parametrize("tag", ["gumruk", "beyanname"])
async def test_any_evidence_about_it_shows_it(store: Database, kind: EvidenceKind, tag: str) -> None:
    member, skill_id = await claimant(level=4)

    shown = await show(member, kind, tags=("kargo", tag))

    assert standing(shown) == [(skill_id, "CONFIRMED", None, 4)]
    assert (shown.skill_ids, shown.proficiencies) == ([skill_id], {skill_id: 4})
    told = [name for name, _ in await facts(store, "members", member.id)]
    assert told[-2:] == ["SkillConfirmed", "MemberChanged"]
    await settle_skill_claims(member.id)
    assert [name for name, _ in await facts(store, "members", member.id)] == told


@pytest.mark.parametrize(
    ("kind", "tags", "more"),
    [
        (EvidenceKind.ANSWER, ("gumruk",), {}),
        (EvidenceKind.ACCEPTED_ANSWER, ("kargo",), {}),
        (EvidenceKind.WIKI_EDIT, ("gumruk",), {"closed_space_id": "spc_secret"}),
    ],
)
async def test_what_does_not_show_it(store: Database, kind: EvidenceKind, tags: tuple[str, ...], more: dict[str, str]) -> None:
    member, skill_id = await claimant()

    assert standing(await show(member, kind, tags=tags, **more)) == [(skill_id, "PENDING", None, 3)]


async def test_an_accepted_answer_shows_it_as_long_as_it_is_accepted(store: Database) -> None:
    member, skill_id = await claimant()
    asker = await make_actor(Role.AGENT)
    draft = QuestionDraft(title="Beyanname nasıl verilir?", body="Acil.", tag_slugs=["gumruk"])
    question = await ask_question(asker, draft, once=Once())
    answer, _ = await answer_question(actor_of(member), AnswerDraft(question_id=question.id, body="Böyle."), once=Once())
    assert (await fresh(member)).skill_ids == []

    question = await accept(answer, asker, expected_version=(await fresh(question)).version)
    accepted = await fresh(member)
    await unaccept_answer(asker, answer.id, expected_version=question.version)
    await reflect_in_evidence(answer.id)
    back = await fresh(member)

    assert standing(accepted) == [(skill_id, "CONFIRMED", None, 3)]
    assert (standing(back), back.skill_ids, back.proficiencies) == ([(skill_id, "PENDING", None, 3)], [], {})
    told = [name for name, _ in await facts(store, "members", member.id) if name.startswith("Skill")]
    assert told == ["SkillConfirmed", "SkillUnconfirmed"]


async def test_endorsements_show_it_if_they_come_from_who_has_it(store: Database) -> None:
    member, skill_id = await claimant()
    anybody, master = await make_actor(), await make_actor(skill_ids=[skill_id])
    draft = EndorsementDraft(member_id=member.id, skill_id=skill_id)

    by_anybody = await endorse_skill(anybody, draft)
    by_master = await endorse_skill(master, draft)
    taken_back = await withdraw_endorsement(master, member.id, skill_id)

    assert [one.standings[0].status for one in (by_anybody, by_master, taken_back)] == ["PENDING", "CONFIRMED", "PENDING"]


async def test_evidence_that_is_there_already_shows_a_new_claim(store: Database) -> None:
    skill, member = await make_skill("Gümrük"), await make_member()
    await show(member, EvidenceKind.CASE_SOLVED)

    claimed = await claim_skill(actor_of(member), ClaimDraft(skill_id=skill.id))

    assert standing(claimed) == [(skill.id, "CONFIRMED", None, 1)]


async def test_who_manages_members_confirms_by_hand_and_it_stays(store: Database) -> None:
    member, skill_id = await claimant()
    hr, manager = await make_actor(Role.HR), await make_actor(Role.MANAGER)
    draft = ConfirmationDraft(member_id=member.id, skill_id=skill_id, reason="  Sınavı geçti. ")
    with pytest.raises(Conflict):
        await confirm_skill(hr, draft, expected_version=member.version + 1)

    confirmed = await confirm_skill(hr, draft, expected_version=member.version)

    assert standing(confirmed) == [(skill_id, "CONFIRMED", hr.id, 3)]
    assert (confirmed.standings[0].reason, confirmed.skill_ids) == ("Sınavı geçti.", [skill_id])
    settled = await settle_skill_claims(member.id)
    assert settled is not None
    assert settled.skill_ids == [skill_id]
    with pytest.raises(AlreadyDone):
        await confirm_skill(manager, draft, expected_version=confirmed.version)
    with pytest.raises(NotFound):
        await withdraw_claim(actor_of(member), skill_id)


async def test_what_can_not_be_confirmed(store: Database) -> None:
    member, skill_id = await claimant()
    hr = await make_member(Role.HR)
    own = await claim_skill(actor_of(hr), ClaimDraft(skill_id=skill_id))
    other = await make_skill("Depo")
    refusals = [
        (await make_actor(Role.MENTOR), member, skill_id, Forbidden),
        (actor_of(hr), own, skill_id, Forbidden),
        (actor_of(hr), member, other.id, InvalidInput),
        (customer_actor(), member, skill_id, NotFound),
    ]
    for actor, whose, wanted, refusal in refusals:
        draft = ConfirmationDraft(member_id=whose.id, skill_id=wanted, reason="Bilir.")
        with pytest.raises(refusal):
            await confirm_skill(actor, draft, expected_version=whose.version)
    assert (await fresh(member)).skill_ids == []


async def test_claims_are_taken_back_and_refused_twice(store: Database) -> None:
    member, skill_id = await claimant()
    actor = actor_of(member)
    with pytest.raises(AlreadyDone):
        await claim_skill(actor, ClaimDraft(skill_id=skill_id))
    with pytest.raises(InvalidInput):
        await claim_skill(actor, ClaimDraft(skill_id="skl_none"))
    with pytest.raises(Forbidden):
        await claim_skill(customer_actor(), ClaimDraft(skill_id=skill_id))
    await show(member, EvidenceKind.CASE_SOLVED)

    left = await withdraw_claim(actor, skill_id)

    assert (left.standings, left.skill_ids, left.proficiencies) == ([], [], {})
    with pytest.raises(NotFound):
        await withdraw_claim(actor, skill_id)


async def test_a_member_has_fifty_skills_claimed_ones_included(store: Database) -> None:
    given = [(await make_skill(f"Yetkinlik {number}")).id for number in range(49)]
    member = await make_member(skill_ids=given)
    await claim_skill(actor_of(member), ClaimDraft(skill_id=(await make_skill("Elli")).id))

    with pytest.raises(LimitReached):
        await claim_skill(actor_of(member), ClaimDraft(skill_id=(await make_skill("Elli bir")).id))


async def test_what_hr_gives_is_confirmed_and_what_was_given_before_stays_so(store: Database) -> None:
    member, skill_id = await claimant(level=5)
    hr, older = await make_actor(Role.HR), await make_skill("Depo")
    await store["members"].update_one({"_id": member.id}, {"$set": {"skill_ids": [older.id]}})
    member = await fresh(member)

    changes = MemberChanges(skill_ids=[older.id, skill_id])
    given = await change_member(hr, member.id, changes, expected_version=member.version)
    settled = await settle_skill_claims(member.id)
    taken = await change_member(hr, member.id, MemberChanges(skill_ids=[older.id]), expected_version=given.version)

    assert standing(given) == [(skill_id, "CONFIRMED", hr.id, 5)]
    assert settled is not None
    assert settled.skill_ids == [older.id, skill_id]
    assert (taken.standings, taken.skill_ids) == ([], [older.id])


async def test_what_was_shown_already_is_given_by_hr_without_being_told_again(store: Database) -> None:
    member, skill_id = await claimant()
    hr = await make_actor(Role.HR)
    await show(member, EvidenceKind.CASE_SOLVED)
    shown = await fresh(member)
    assert standing(shown) == [(skill_id, "CONFIRMED", None, 3)]
    draft = ConfirmationDraft(member_id=member.id, skill_id=skill_id, reason="Gördüm.")
    given = await confirm_skill(hr, draft, expected_version=shown.version)
    assert (standing(given), given.skill_ids) == ([(skill_id, "CONFIRMED", hr.id, 3)], [skill_id])
    told = [name for name, _ in await facts(store, "members", member.id)]
    assert told.count("SkillConfirmed") == 1
    with pytest.raises(AlreadyDone):
        await confirm_skill(hr, draft, expected_version=given.version)
