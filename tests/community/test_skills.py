"""Skills and departments as whoever manages members makes, changes, archives and merges them."""

import pytest
from pydantic import ValidationError

from auth.actor import SYSTEM, Role
from care.assignment.drafts import PolicyDraft
from care.assignment.policies import create_policy
from care.documents.assignment import AssignmentPolicy
from care.shifts.coverage import set_coverage
from care.shifts.drafts import CoverageDraft
from care.skill_merging import follow_skill_merge
from community.departments import DepartmentDraft, add_department, archive_department, rename_department
from community.directory import present_departments, present_skills
from community.documents import Member, Skill
from community.endorsements import EndorsementDraft, Endorsements, endorse_skill, endorsements_of
from community.members import MemberChanges, ProficiencyDraft, change_member, set_proficiency, tell_of_members
from community.skill_claims import ClaimDraft, claim_skill
from community.skill_merging import merge_skills, settle_skill_merge
from community.skills import SkillChanges, SkillDraft, add_skill, archive_skill, update_skill
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once
from core.records import fresh
from search.experts.skills import named_skills
from tests.community.watching import facts, keyed
from tests.factories.care import make_channel
from tests.factories.community import actor_of, make_actor, make_department, make_member, make_skill


async def test_a_skill_has_names_in_every_language(store: Database) -> None:
    hr = await make_actor(Role.HR)
    aliases = [{"locale": "fa", "text": "گمرک"}, {"locale": "en", "text": "Customs"}, {"locale": "en", "text": "customs"}]
    skill = await add_skill(hr, SkillDraft.model_validate({"name": "Gümrük", "aliases": aliases}), once=Once())

    assert skill.words == ["Gümrük", "گمرک", "customs"]
    for text in ("Gümrük nerede?", "A parcel is stuck at CUSTOMS", "بسته در گمرک است"):
        assert named_skills(text, [skill]) == [skill]
    renamed = await update_skill(hr, skill.id, SkillChanges(name="Gümrükleme"), expected_version=1)
    assert (renamed.name, renamed.slug, len(renamed.aliases)) == ("Gümrükleme", "gumrukleme", 2)
    with pytest.raises(Conflict):
        await update_skill(hr, skill.id, SkillChanges(name="Depo"), expected_version=1)
    with pytest.raises(ValidationError):
        SkillDraft.model_validate({"name": "Depo", "aliases": [{"locale": "de", "text": "Lager"}]})


async def test_a_repeat_makes_one_and_names_are_taken_once(store: Database) -> None:
    hr = await make_actor(Role.HR)
    first = await add_skill(hr, SkillDraft(name="Depo"), once=keyed("key", "Depo"))
    again = await add_skill(hr, SkillDraft(name="Depo"), once=keyed("key", "Depo"))
    department = await add_department(hr, DepartmentDraft(name="Depo"), once=keyed("key", "Depo"))
    same = await add_department(hr, DepartmentDraft(name="Depo"), once=keyed("key", "Depo"))
    assert (first.id, department.id) == (again.id, same.id)

    with pytest.raises(IdempotencyMismatch):
        await add_skill(hr, SkillDraft(name="Kargo"), once=keyed("key", "Kargo"))
    other = await make_skill("Kargo")
    with pytest.raises(AlreadyDone):
        await update_skill(hr, other.id, SkillChanges(name="DEPO"), expected_version=1)
    second = await make_department("Kargo")
    with pytest.raises(AlreadyDone):
        await rename_department(hr, second.id, DepartmentDraft(name="Depo"), expected_version=1)
    assert (await fresh(second)).name == "Kargo"


async def test_what_is_archived_is_not_offered_and_stays_on_who_has_it(store: Database) -> None:
    skill, department, hr = await make_skill("Depo"), await make_department("Depo"), await make_actor(Role.HR)
    holder = await make_member(skill_ids=[skill.id], department_id=department.id)
    await archive_skill(hr, skill.id, archived=True, expected_version=1)
    await archive_department(hr, department.id, archived=True, expected_version=1)

    assert (await present_skills(hr), await present_departments(hr)) == ([], [])
    assert [one.id for one in await present_skills(hr, archived=True)] == [skill.id]
    assert [one.id for one in await present_departments(hr, archived=True)] == [department.id]
    newcomer = await make_member()
    with pytest.raises(InvalidInput):
        await claim_skill(actor_of(newcomer), ClaimDraft(skill_id=skill.id))
    for changes in (MemberChanges(skill_ids=[skill.id]), MemberChanges(department_id=department.id)):
        with pytest.raises(InvalidInput):
            await change_member(hr, newcomer.id, changes, expected_version=1)
    same = MemberChanges(skill_ids=[skill.id], department_id=department.id, job_title="Depocu")
    kept = await change_member(hr, holder.id, same, expected_version=1)
    assert (kept.skill_ids, kept.department_id) == ([skill.id], department.id)

    with pytest.raises(AlreadyDone):
        await archive_skill(hr, skill.id, archived=True, expected_version=2)
    await archive_skill(hr, skill.id, archived=False, expected_version=2)
    await archive_department(hr, department.id, archived=False, expected_version=2)
    assert len(await present_skills(hr)) == len(await present_departments(hr)) == 1


async def test_merged_skills_are_one(store: Database) -> None:
    customs, other = await make_skill("Gümrük"), await make_skill("Gümrükleme", "beyanname")
    hr, ece = await make_actor(Role.HR), await make_actor()
    both = await make_member(skill_ids=[other.id, customs.id])
    for skill, grade, version in ((other, 5, 1), (customs, 2, 2)):
        draft = ProficiencyDraft(skill_id=skill.id, proficiency=grade)
        await set_proficiency(SYSTEM, both.id, draft, expected_version=version)
    one = await make_member(skill_ids=[other.id])
    for skill in (other, customs):
        await endorse_skill(ece, EndorsementDraft(member_id=both.id, skill_id=skill.id))
    await endorse_skill(ece, EndorsementDraft(member_id=one.id, skill_id=other.id))
    claimant = await make_member()
    await claim_skill(actor_of(claimant), ClaimDraft(skill_id=other.id))
    policy = await create_policy(
        SYSTEM, PolicyDraft.model_validate({"name": "Gümrük", "method": "SKILL", "skill_ids": [other.id]}), once=Once()
    )

    needs = CoverageDraft(channel_id=(await make_channel()).id, skill_ids=[customs.id, other.id])
    needed = await set_coverage(SYSTEM, needs, expected_version=0)

    into = await merge_skills(hr, other.id, customs.id, expected_version=1)
    for _ in range(2):
        await settle_skill_merge(other.id)
        await follow_skill_merge(other.id)

    assert into.words == ["Gümrük", "Gümrükleme", "beyanname"]
    gone = await fresh(other)
    assert (gone.merged_into_id, gone.archived_at is not None) == (customs.id, True)
    held = {member.id: (member.skill_ids, member.proficiencies) for member in await Member.find_all().to_list()}
    assert held[both.id] == ([customs.id], {customs.id: 5})
    assert held[one.id] == ([customs.id], {})
    pending = (await fresh(claimant)).standings
    assert [(standing.skill_id, standing.status) for standing in pending] == [(customs.id, "PENDING")]
    said = await endorsements_of(ece, [both.id, one.id])
    assert said == {member: {customs.id: Endorsements(1, by_viewer=True)} for member in (both.id, one.id)}
    named = await AssignmentPolicy.get(policy.id)
    assert named is not None
    assert named.skill_ids == [customs.id]
    assert (await fresh(needed)).skill_ids == [customs.id]
    with pytest.raises(AlreadyDone):
        await merge_skills(hr, other.id, customs.id, expected_version=2)
    with pytest.raises(AlreadyDone):
        await update_skill(hr, other.id, SkillChanges(name="Yeni"), expected_version=2)


async def test_what_can_not_be_merged(store: Database) -> None:
    first, second, hr = await make_skill("Depo"), await make_skill("Kargo"), await make_actor(Role.HR)
    await archive_skill(hr, second.id, archived=True, expected_version=1)
    refusals = [
        (await make_actor(Role.MANAGER), first.id, second.id, Forbidden),
        (hr, first.id, first.id, InvalidInput),
        (hr, first.id, second.id, InvalidInput),
        (hr, first.id, "skl_none", NotFound),
    ]
    for actor, skill_id, into_id, refusal in refusals:
        with pytest.raises(refusal):
            await merge_skills(actor, skill_id, into_id, expected_version=1)
    assert [one.merged_into_id for one in await Skill.find_all().to_list()] == [None, None]


async def test_whoever_keeps_copies_of_members_hears_of_new_names(store: Database) -> None:
    skill = await make_skill("Depo")
    holder, other = await make_member(skill_ids=[skill.id]), await make_member()

    await tell_of_members({"skill_ids": skill.id})

    assert [len(await facts(store, "members", one.id)) for one in (holder, other)] == [2, 1]


async def test_what_is_not_said_of_a_skill_stays(store: Database) -> None:
    hr, skill = await make_actor(Role.HR), await make_skill("Gümrük", "beyanname")
    named = SkillChanges.model_validate({"aliases": [{"locale": "en", "text": "Customs"}]})
    skill = await update_skill(hr, skill.id, named, expected_version=skill.version)
    assert (skill.words, skill.keywords) == (["Gümrük", "Customs", "beyanname"], ["beyanname"])
    found = SkillChanges(keywords=["gtip", "beyanname", "gtip"])
    skill = await update_skill(hr, skill.id, found, expected_version=skill.version)
    assert (skill.name, len(skill.aliases), skill.keywords) == ("Gümrük", 1, ["gtip", "beyanname"])


async def test_departments_are_archived_once_and_found_by_their_id(store: Database) -> None:
    hr, department = await make_actor(Role.HR), await make_department("Kargo")
    with pytest.raises(AlreadyDone) as told:
        await archive_department(hr, department.id, archived=False, expected_version=department.version)
    assert told.value.path == ("archived",)
    archived = await archive_department(hr, department.id, archived=True, expected_version=department.version)
    with pytest.raises(AlreadyDone):
        await archive_department(hr, department.id, archived=True, expected_version=archived.version)
    with pytest.raises(NotFound) as missing:
        await rename_department(hr, "dep_none", DepartmentDraft(name="Depo"), expected_version=1)
    assert (missing.value.path, await fresh(department)) == (("department_id",), archived)


async def test_a_claim_of_a_skill_that_was_merged_into_one_that_one_has_is_settled_by_it(store: Database) -> None:
    hr, customs, other = await make_actor(Role.HR), await make_skill("Gümrük"), await make_skill("Gümrükleme")
    member = await make_member(skill_ids=[customs.id])
    claimed = await claim_skill(actor_of(member), ClaimDraft(skill_id=other.id))
    assert [one.skill_id for one in claimed.standings if one.status == "PENDING"] == [other.id]
    await merge_skills(hr, other.id, customs.id, expected_version=other.version)
    for _ in range(2):
        await settle_skill_merge(other.id)
    settled = await fresh(member)
    assert (settled.skill_ids, [one for one in settled.standings if one.status == "PENDING"]) == ([customs.id], [])


async def test_a_claim_is_settled_so_too_by_a_skill_of_which_nothing_else_is_known(store: Database) -> None:
    hr, customs, other = await make_actor(Role.HR), await make_skill("Gümrük"), await make_skill("Gümrükleme")
    member = await make_member()
    await claim_skill(actor_of(member), ClaimDraft(skill_id=other.id))
    await store["members"].update_one({"_id": member.id}, {"$set": {"skill_ids": [customs.id]}})
    await merge_skills(hr, other.id, customs.id, expected_version=other.version)
    settled = await fresh(member)
    assert (settled.skill_ids, settled.standings) == ([customs.id], [])
