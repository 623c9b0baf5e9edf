"""The directory in numbers, what nobody knows, and who is not proposed."""

import pytest

from auth.actor import ANONYMOUS, Role
from community.documents import Availability
from community.facets import directory_facets, skills_without_expert
from community.listing import Comparison, Where
from community.members import set_accepts_questions, set_availability
from core.database import Database
from core.errors import Forbidden
from tests.factories.community import customer_actor, make_actor, make_department, make_skill


async def test_members_are_counted_by_what_they_know_where_they_are_and_whether_they_can_be_asked(store: Database) -> None:
    returns, freight = await make_skill("İade"), await make_skill("Kargo")
    depot = await make_department("Depo")
    both = await make_actor(Role.EXPERT, skill_ids=[returns.id, freight.id], department_id=depot.id)
    reader = await make_actor(Role.EXPERT, skill_ids=[returns.id])
    await set_availability(both, both.member, Availability.ONLINE)

    found = await directory_facets(reader)
    assert (found.total, found.is_capped) == (2, False)
    assert found.skills == [(returns.id, 2), (freight.id, 1)]
    assert found.departments == [(depot.id, 1)]
    assert found.availability == [("OFFLINE", 1), ("ONLINE", 1)]
    narrowed = await directory_facets(reader, condition=Where("skill_id", Comparison.EQ, freight.id))
    assert (narrowed.total, dict(narrowed.skills)) == (1, {freight.id: 1, returns.id: 1})
    assert (await directory_facets(customer_actor())).total == 0


async def test_skills_that_nobody_has_who_is_proposed_are_named(store: Database) -> None:
    returns, freight = await make_skill("İade"), await make_skill("Kargo")
    expert = await make_actor(Role.EXPERT, skill_ids=[returns.id])
    assert [one.id for one in await skills_without_expert(expert)] == [freight.id]

    changed = await set_accepts_questions(expert, accepts=False)
    assert changed.accepts_questions is False
    assert (await set_accepts_questions(expert, accepts=False)).revision == changed.revision
    assert [one.id for one in await skills_without_expert(expert)] == [returns.id, freight.id]
    with pytest.raises(Forbidden):
        await set_accepts_questions(ANONYMOUS, accepts=True)
