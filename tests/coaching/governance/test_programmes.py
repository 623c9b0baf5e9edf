"""The programme: what it holds together, and who approves it."""

import pytest

from auth.actor import Role
from coaching.governance.initiatives import InitiativeDraft, create_initiative
from coaching.governance.programme_documents import ProgrammeStatus, SocialProgramme
from coaching.governance.programmes import (
    ProgrammeChange,
    ProgrammeDraft,
    approve_social_programme,
    count_social_programmes,
    create_social_programme,
    list_social_programmes,
    update_social_programme,
)
from coaching.governance.risks import RiskDraft, create_risk
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, NotFound
from core.idempotency import Once
from core.paging import Window
from tests.factories.care import make_actor as make_caller
from tests.factories.community import make_actor

AGENT = make_caller(Role.AGENT)


async def test_a_programme_is_approved_by_somebody_else_and_anew_after_each_change(store: Database) -> None:
    owner, other = await make_actor(Role.MANAGER), await make_actor(Role.MANAGER)
    initiative = await create_initiative(
        owner, InitiativeDraft.model_validate({"title": "Canlı yayın", "goal": "Güven", "kind": "SERVICE"}), once=Once()
    )
    risk = await create_risk(owner, RiskDraft(title="Sahte hesaplar", likelihood=2, impact=3), once=Once())
    draft = ProgrammeDraft.model_validate(
        {
            "name": "Sosyal program",
            "mission": "Müşteriyle birlikte öğrenmek.",
            "bodies": [
                {"name": "Yürütme kurulu", "duty": "Önceliklere karar verir.", "member_ids": [owner.member, other.member]}
            ],
            "initiative_ids": [initiative.id],
            "risk_ids": [risk.id],
        }
    )
    programme = await create_social_programme(owner, draft, once=Once())
    assert (programme.status, programme.owner_id, programme.bodies[0].name) == ("DRAFT", owner.member, "Yürütme kurulu")
    with pytest.raises(Forbidden):
        await approve_social_programme(owner, programme.id, expected_version=programme.version)
    first = programme.version
    programme = await approve_social_programme(other, programme.id, expected_version=first)
    assert (programme.status, [one.by for one in programme.approvals]) == (ProgrammeStatus.APPROVED, [other.member])
    with pytest.raises(AlreadyDone):
        await approve_social_programme(other, programme.id, expected_version=programme.version)
    with pytest.raises(Conflict):
        await update_social_programme(owner, programme.id, ProgrammeChange(mission="Başka"), expected_version=first)

    changed = ProgrammeChange(mission="Müşteriyle birlikte karar vermek.")
    programme = await update_social_programme(owner, programme.id, changed, expected_version=programme.version)
    assert (programme.status, programme.initiative_ids, len(programme.approvals)) == ("DRAFT", [initiative.id], 1)
    retired = await update_social_programme(
        owner, programme.id, ProgrammeChange(retired=True), expected_version=programme.version
    )
    assert retired.status is ProgrammeStatus.RETIRED


@pytest.mark.parametrize("path", ["owner_id", "initiative_ids", "guideline_ids", "risk_ids"])
async def test_what_a_programme_names_must_be_there(store: Database, path: str) -> None:
    manager = await make_actor(Role.MANAGER)
    wrong = "mem_none" if path == "owner_id" else ["xyz_none"]
    draft = ProgrammeDraft.model_validate({"name": "Sosyal program", "mission": "Öğrenmek.", path: wrong})
    with pytest.raises(NotFound) as caught:
        await create_social_programme(manager, draft, once=Once())
    assert caught.value.path == (path,)
    assert await SocialProgramme.count() == 0


async def test_who_does_not_govern_reads_programmes_and_changes_none(store: Database) -> None:
    manager = await make_actor(Role.MANAGER)
    draft = ProgrammeDraft(name="Sosyal program", mission="Öğrenmek.")
    programme = await create_social_programme(manager, draft, once=Once())
    assert [one.id for one in (await list_social_programmes(AGENT, Window())).items] == [programme.id]
    assert await count_social_programmes(AGENT) == 1
    for refused in (
        create_social_programme(AGENT, draft, once=Once()),
        update_social_programme(AGENT, programme.id, ProgrammeChange(mission="Başka"), expected_version=programme.version),
        approve_social_programme(AGENT, programme.id, expected_version=programme.version),
    ):
        with pytest.raises(Forbidden):
            await refused


async def test_bodies_are_taken_whole(store: Database) -> None:
    owner, other = await make_actor(Role.MANAGER), await make_actor(Role.MANAGER)
    board = {"name": "Yürütme kurulu", "duty": "Karar verir.", "member_ids": [owner.member]}
    draft = ProgrammeDraft.model_validate({"name": "Sosyal program", "mission": "Öğrenmek.", "bodies": [board]})
    programme = await create_social_programme(owner, draft, once=Once())
    council = {"name": "Danışma kurulu", "duty": "Öğüt verir.", "member_ids": [owner.member, other.member]}
    told = ProgrammeChange.model_validate({"bodies": [council]})
    changed = await update_social_programme(owner, programme.id, told, expected_version=programme.version)
    assert [(one.name, one.member_ids) for one in changed.bodies] == [("Danışma kurulu", [owner.member, other.member])]
    unknown = ProgrammeChange.model_validate({"bodies": [{**council, "member_ids": ["mem_none"]}]})
    with pytest.raises(NotFound):
        await update_social_programme(owner, programme.id, unknown, expected_version=changed.version)
