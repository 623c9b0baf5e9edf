import pytest
from pydantic import ValidationError

from auth.actor import SYSTEM, Role
from community.departments import DepartmentDraft, add_department
from community.directory import (
    count_members,
    departments_by_ids,
    evidence_counts,
    evidence_of_members,
    list_members,
    members_by_ids,
    open_question_counts,
    present_members_of,
    require_member,
    skills_by_ids,
    with_those_on_shift,
)
from community.documents import Availability, EvidenceKind
from community.experts import record_evidence, withdraw_evidence
from community.listing import Comparison, Either, Every, Filter, Where, Without
from community.members import set_availability
from community.skills import SkillDraft, add_skill
from core.clock import now
from core.database import Database
from core.errors import AlreadyDone, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from tests.community.watching import reads, snapshot
from tests.factories.community import (
    customer_actor,
    make_actor,
    make_answer,
    make_department,
    make_member,
    make_question,
    make_skill,
)

ALL = Window(limit=10)


async def test_the_directory_is_filtered_and_stands_by_name(store: Database) -> None:
    skill, department = await make_skill("İade"), await make_department("Kargo")
    cagla = await make_member(display_name="Çağla", skill_ids=[skill.id])
    deniz = await make_member(display_name="Deniz", department_id=department.id)
    cuneyt = await make_member(Role.HR, display_name="Cüneyt", skill_ids=[skill.id], department_id=department.id)
    await set_availability(SYSTEM, deniz.id, Availability.ONLINE)
    names = {cagla.id: "Çağla", deniz.id: "Deniz", cuneyt.id: "Cüneyt"}
    skilled, there = Where("skill_id", Comparison.EQ, skill.id), Where("department_id", Comparison.IN, [department.id])
    online = Where("availability", Comparison.EQ, "ONLINE")
    actor = await make_actor(display_name="Zeynep")

    async def found(condition: Filter) -> list[str]:
        page = await list_members(actor, condition=condition, window=ALL)
        assert await count_members(actor, condition=condition) == len(page.items)
        return [names[member.id] for member in page.items]

    assert [member.display_name for member in (await list_members(actor, window=ALL)).items] == [
        "Cüneyt",
        "Çağla",
        "Deniz",
        "Zeynep",
    ]
    assert await found(skilled) == ["Cüneyt", "Çağla"]
    assert await found(there) == ["Cüneyt", "Deniz"]
    assert await found(Every((skilled, there))) == ["Cüneyt"]
    assert await found(Either((online, skilled))) == ["Cüneyt", "Çağla", "Deniz"]
    assert await found(Every((there, Where("skill_id", Comparison.IS_NULL, True)))) == ["Deniz"]
    assert await found(Every((skilled, Where("department_id", Comparison.IS_NULL, True)))) == ["Çağla"]
    there_now = [one for one, name in names.items() if name in {"Çağla", "Deniz"}]

    def working(condition: Filter) -> Filter:
        return with_those_on_shift(condition, there_now)

    assert await found(working(Where("on_shift", Comparison.EQ, True))) == ["Çağla", "Deniz"]
    with pytest.raises(InvalidInput):
        await found(working(Where("on_shift", Comparison.EQ, False)))
    assert await found(working(Every((skilled, Where("on_shift", Comparison.EQ, False))))) == ["Cüneyt"]
    assert await found(working(Every((skilled, Without(Where("on_shift", Comparison.EQ, True)))))) == ["Cüneyt"]
    not_offline = Where("availability", Comparison.NOT_IN, ["OFFLINE"])
    with pytest.raises(InvalidInput) as caught:
        await found(not_offline)
    assert "skillId, departmentId, availability" in caught.value.message


async def test_customers_are_told_no_names(store: Database) -> None:
    department, skill = await make_department(), await make_skill()
    member = await make_member(department_id=department.id, skill_ids=[skill.id])
    await record_evidence(
        member.id, EvidenceKind.SKILL, source_id=skill.id, text="İade", tags=[], weight=1, occurred_at=now()
    )  # fmt: skip
    customer, expert = customer_actor(), await make_actor()

    for actor, number in ((customer, 0), (expert, 1)):
        assert len(await members_by_ids(actor, [member.id, "mem_nowhere", "nonsense"])) == number
        assert len(await departments_by_ids(actor, [department.id, "dep_nowhere", "nonsense"])) == number
        assert len(await skills_by_ids(actor, [skill.id, skill.id])) == number
        assert len((await evidence_of_members(actor, [member.id], ALL))[member.id].items) == number
        assert await evidence_counts(actor, [member.id]) == {member.id: number}
    assert await members_by_ids(expert, ["nonsense"]) == {}
    assert (await list_members(customer, window=ALL)).items == []
    assert (await require_member(expert, member.id)).id == member.id
    with pytest.raises(NotFound):
        await require_member(customer, member.id)


async def test_open_questions_that_invite_are_counted_together(store: Database) -> None:
    one, two, idle = await make_actor(), await make_actor(), await make_actor()
    ids = [one.member, two.member, idle.member]
    await make_question(invited_expert_ids=ids[:2])
    await make_question(invited_expert_ids=ids[:1])
    answered = await make_question(invited_expert_ids=ids[:2])
    await make_answer(answered, two)

    with reads() as commands:
        counts = await open_question_counts(one, ids)

    assert counts == {one.member: 2, two.member: 1, idle.member: 0}
    assert commands == ["aggregate questions"]
    assert await open_question_counts(customer_actor(), ids) == dict.fromkeys(ids, 0)


async def test_evidence_of_many_members_newest_first(store: Database) -> None:
    one, two = await make_actor(), await make_actor()
    for member_id, sources in ((one.member, ("a", "b", "c")), (two.member, ("d",))):
        for source in sources:
            await record_evidence(
                member_id, EvidenceKind.ANSWER, source_id=source, text=source, tags=[], weight=1, occurred_at=now()
            )  # fmt: skip
    await withdraw_evidence(one.member, EvidenceKind.ANSWER, source_id="c")
    await store["evidence"].update_one({"source_id": "a"}, {"$set": {"occurred_at": two_hours_ago()}})
    ids = [one.member, two.member]

    with reads() as commands:
        newest = await evidence_of_members(one, ids, Window(limit=1))
        oldest = await evidence_of_members(one, ids, Window(limit=1, backwards=True))
        counts = await evidence_counts(one, ids)

    assert [[row.text for row in newest[member_id].items] for member_id in ids] == [["b"], ["d"]]
    assert [[row.text for row in oldest[member_id].items] for member_id in ids] == [["a"], ["d"]]
    assert [(newest[member_id].has_next, oldest[member_id].has_previous) for member_id in ids] == [(True, True), (False, False)]
    assert counts == {one.member: 2, two.member: 1}
    assert commands == ["find evidence", "find evidence", "aggregate evidence"]


def two_hours_ago() -> object:
    return now().replace(year=2025)


async def test_departments_and_skills_are_added_once(store: Database) -> None:
    hr, manager = await make_actor(Role.HR), await make_actor(Role.MANAGER)
    department = await add_department(hr, DepartmentDraft(name="  Müşteri  ilişkileri "), once=Once())
    skill = await add_skill(hr, SkillDraft(name="Ürün İadesi", keywords=["مرجوعی", "return", "return"]), once=Once())
    before = await snapshot(store)

    assert (department.name, department.id[:4]) == ("Müşteri ilişkileri", "dep_")
    assert (skill.slug, skill.keywords, skill.id[:4]) == ("urun-iadesi", ["مرجوعی", "return"], "skl_")
    for actor, refusal in ((hr, AlreadyDone), (manager, Forbidden)):
        with pytest.raises(refusal):
            await add_department(actor, DepartmentDraft(name="Müşteri ilişkileri"), once=Once())
        with pytest.raises(refusal):
            await add_skill(actor, SkillDraft(name="URUN iadesi"), once=Once())
    assert await snapshot(store) == before


def test_a_skill_needs_a_name_with_letters() -> None:
    with pytest.raises(ValidationError) as caught:
        SkillDraft(name="---")

    assert [error["msg"] for error in caught.value.errors()] == ["Use letters or digits in the name"]


async def test_members_of_departments_are_given_to_who_may_read_members(store: Database) -> None:
    department = await make_department("Depo")
    member = await make_member(department_id=department.id)
    await make_member()
    assert [one.id for one in await present_members_of(SYSTEM, [department.id], 10)] == [member.id]
    assert await present_members_of(SYSTEM, [], 10) == []
    assert await present_members_of(customer_actor(), [department.id], 10) == []


def test_who_is_on_a_shift_is_put_in_wherever_it_is_asked_for() -> None:
    on_shift, here = Where("on_shift", Comparison.EQ, True), Where("id", Comparison.EQ, "mem_1")
    there, away = Where("on_shift", Comparison.IN, ["mem_2"]), Where("on_shift", Comparison.NOT_IN, ["mem_2"])
    asked = Either((Without(on_shift), Every((here, Where("on_shift", Comparison.EQ, False)))))
    assert with_those_on_shift(asked, ["mem_2"]) == Either((Without(there), Every((here, away))))
