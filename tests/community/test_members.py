import asyncio

import pytest
from pydantic import ValidationError

from auth.actor import SYSTEM, Role
from community.documents import Availability, Member
from community.members import (
    MemberChanges,
    MemberDraft,
    add_member,
    change_member,
    require_members,
    set_availability,
    show_roles,
    typical_answer_seconds,
)
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, IdempotencyMismatch, InvalidInput, NotFound
from core.idempotency import Once
from tests.community.watching import facts, keyed, snapshot
from tests.factories.community import (
    actor_of,
    customer_actor,
    make_actor,
    make_department,
    make_member,
    make_skill,
)


def draft(**overrides: object) -> MemberDraft:
    given: dict[str, object] = {"display_name": "Çağla Işık", "email": "Cagla@Example.com", "roles": ["EXPERT"]}
    return MemberDraft.model_validate(given | overrides)


async def test_somebody_joins(store: Database) -> None:
    department, skill = await make_department(), await make_skill()
    given = draft(
        department_id=department.id, skill_ids=[skill.id], locales=["tr", "fa"], job_title=" Lojistik  uzmanı ", bio="12 yıl"
    )

    member = await add_member(await make_actor(Role.HR), given, once=Once())

    kept = await Member.get(member.id)
    assert kept is not None
    assert member.id.startswith("mem_")
    assert (kept.display_name, kept.email, kept.roles) == ("Çağla Işık", "cagla@example.com", [Role.EXPERT])
    assert (kept.department_id, kept.skill_ids, kept.locales) == (department.id, [skill.id], ["tr", "fa"])
    assert (kept.job_title, kept.bio, kept.availability, kept.version) == ("Lojistik uzmanı", "12 yıl", Availability.OFFLINE, 1)
    assert await facts(store, "members", member.id) == [("MemberChanged", {"member_id": member.id})]


@pytest.mark.parametrize(
    ("overrides", "refusal", "path"),
    [
        ({"department_id": "dep_nowhere"}, InvalidInput, ("department_id",)),
        ({"department_id": "\ud800"}, InvalidInput, ("department_id",)),
        ({"skill_ids": ["skl_unknown"]}, InvalidInput, ("skill_ids",)),
        ({"skill_ids": ["nonsense"]}, InvalidInput, ("skill_ids",)),
        ({"email": "TAKEN@example.com"}, AlreadyDone, ("email",)),
    ],
)
async def test_nobody_joins_with_what_does_not_fit(
    store: Database, overrides: dict[str, object], refusal: type[InvalidInput], path: tuple[str, ...]
) -> None:
    await make_member(email="taken@example.com")
    before = await snapshot(store)

    with pytest.raises(refusal) as caught:
        await add_member(SYSTEM, draft(**overrides), once=Once())

    assert caught.value.path == path
    assert await snapshot(store) == before


async def test_only_who_manages_members_lets_somebody_join(store: Database) -> None:
    actor = await make_actor(Role.MANAGER)
    before = await snapshot(store)

    with pytest.raises(Forbidden):
        await add_member(actor, draft(), once=Once())

    assert await snapshot(store) == before


async def test_the_same_key_adds_one_member(store: Database) -> None:
    both = await asyncio.gather(*(add_member(SYSTEM, draft(), once=keyed("k", "one")) for _ in range(2)))
    again = await add_member(SYSTEM, draft(), once=keyed("k", "one"))

    assert {member.id for member in both} == {again.id}
    assert await Member.find_all().count() == 1
    with pytest.raises(IdempotencyMismatch):
        await add_member(SYSTEM, draft(display_name="Other"), once=keyed("k", "another"))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "no address", "Write an e-mail address such as ayse@example.com"),
        ("email", "a@b..c", "Write an e-mail address such as ayse@example.com"),
        ("email", f"a@{'b' * 260}", "Write an e-mail address such as ayse@example.com"),
        ("locales", [], "Name one to ten languages by their tags, such as tr, fa or en-GB"),
        ("locales", ["Turkish!"], "Name one to ten languages by their tags, such as tr, fa or en-GB"),
        ("skill_ids", [f"skl_{number}" for number in range(51)], "Name at most 50 skills"),
        ("display_name", " ", "Write 1 to 100 characters"),
    ],
)
def test_a_draft_says_what_is_wrong(field: str, value: object, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        draft(**{field: value})

    assert [(error["loc"], error["msg"]) for error in caught.value.errors()] == [((field,), message)]


async def test_a_change_leaves_what_was_not_given(store: Database) -> None:
    skill = await make_skill()
    member = await make_member(job_title="Uzman", bio="Eski", skill_ids=[skill.id])

    changed = await change_member(
        await make_actor(Role.HR), member.id, MemberChanges(display_name="Şule Ak", job_title=None), expected_version=1
    )

    kept = await Member.get(member.id)
    assert kept is not None
    assert (kept.display_name, kept.job_title, kept.bio, kept.skill_ids) == ("Şule Ak", None, "Eski", [skill.id])
    assert (kept.version, kept.sort_name) == (changed.version, changed.sort_name) == (2, "s\ue000ule ak")
    assert await facts(store, "members", member.id) == [("MemberChanged", {"member_id": member.id})] * 2


async def test_members_present_themselves_and_no_more(store: Database) -> None:
    member = await make_member()
    actor = actor_of(member)

    changed = await change_member(actor, member.id, MemberChanges(bio="Ben", locales=["fa"]), expected_version=1)
    before = await snapshot(store)

    assert (changed.bio, changed.locales) == ("Ben", ["fa"])
    for changes in (MemberChanges(skill_ids=[]), MemberChanges(display_name="Boss", bio="x")):
        with pytest.raises(Forbidden):
            await change_member(actor, member.id, changes, expected_version=2)
    with pytest.raises(Forbidden):
        await change_member(await make_actor(email="z@example.com"), member.id, MemberChanges(bio="x"), expected_version=2)
    await store["members"].delete_one({"email": "z@example.com"})
    assert await snapshot(store) == before


async def test_a_change_of_an_older_version_is_a_conflict(store: Database) -> None:
    member = await make_member()
    await change_member(SYSTEM, member.id, MemberChanges(bio="one"), expected_version=1)

    with pytest.raises(Conflict) as caught:
        await change_member(SYSTEM, member.id, MemberChanges(bio="two"), expected_version=1)

    assert caught.value.current.bio == "one"


async def test_a_change_to_what_nobody_knows_is_refused(store: Database) -> None:
    member = await make_member()

    with pytest.raises(InvalidInput):
        await change_member(SYSTEM, member.id, MemberChanges(department_id="dep_x"), expected_version=1)
    with pytest.raises(NotFound):
        await change_member(SYSTEM, "mem_nobody", MemberChanges(bio="x"), expected_version=1)


async def test_availability_is_set_by_oneself_and_by_who_manages(store: Database) -> None:
    member = await make_member()

    await set_availability(actor_of(member), member.id, Availability.ONLINE)
    again = await set_availability(await make_actor(Role.HR), member.id, Availability.ONLINE)

    assert (again.availability, again.version) == (Availability.ONLINE, 1)
    assert await facts(store, "members", member.id) == [("MemberChanged", {"member_id": member.id})] * 2
    with pytest.raises(Forbidden):
        await set_availability(await make_actor(), member.id, Availability.OFFLINE)
    with pytest.raises(NotFound):
        await set_availability(customer_actor(), member.id, Availability.OFFLINE)


async def test_roles_are_shown_as_the_account_has_them(store: Database) -> None:
    member = await make_member()

    await show_roles(member.id, [Role.AGENT, Role.MENTOR])
    shown = await show_roles(member.id, [Role.AGENT, Role.MENTOR])

    assert (shown.roles, shown.version) == ([Role.AGENT, Role.MENTOR], 1)
    assert len(await facts(store, "members", member.id)) == 2
    with pytest.raises(NotFound):
        await show_roles("mem_nobody", [])


async def test_required_members_come_in_order_and_the_unknown_are_named(store: Database) -> None:
    one, two = await make_member(), await make_member()
    gone = await make_member()
    await store["members"].update_one({"_id": gone.id}, {"$set": {"deleted_at": gone.created_at}})

    assert [member.id for member in await require_members([two.id, one.id, two.id])] == [two.id, one.id]
    assert await require_members([]) == []
    with pytest.raises(InvalidInput) as caught:
        await require_members([one.id, "mem_x", gone.id, "\ud800"])
    assert caught.value.message == f"There is no member with the id mem_x, {gone.id}, ?."
    assert caught.value.path == ("invited_expert_ids",)


@pytest.mark.parametrize(("seconds", "typical"), [([], None), ([60], 60), ([10, 20, 90], 20), ([10, 21], 16)])
async def test_the_typical_time_is_the_median(store: Database, seconds: list[int], typical: int | None) -> None:
    member = await make_member()
    member.answer_seconds = seconds

    assert typical_answer_seconds(member) == typical
