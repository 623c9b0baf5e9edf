"""What members are able to, without a word about any customer, and who is chosen to be the visible face."""

import pytest

from auth.actor import Role
from coaching.recognition.competence import competency_profile
from coaching.recognition.representative_documents import RepresentativeChoice
from coaching.recognition.representatives import (
    CandidateReason,
    ChoiceDraft,
    Wanted,
    choose_representative,
    list_choices,
    suggest_representatives,
)
from community.documents import EvidenceKind
from community.experts import record_evidence
from core.clock import now
from core.database import Database
from core.errors import Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from tests.factories.care import make_actor as make_caller
from tests.factories.community import actor_of, make_member, make_skill

HR = make_caller(Role.HR)
SECRET = "kanarya Nergis Öztürk"


async def test_a_profile_tells_skills_and_numbers_to_the_member_and_hr_alone(store: Database) -> None:
    skill = await make_skill("Kargo")
    member = await make_member(Role.EXPERT, skill_ids=[skill.id])
    for number, closed in enumerate((None, None, "spc_gizli")):
        await record_evidence(
            member.id,
            EvidenceKind.CASE_SOLVED,
            source_id=f"case_{number}",
            text=SECRET,
            tags=["kargo"],
            weight=1,
            occurred_at=now(),
            closed_space_id=closed,
        )
    for reader in (HR, actor_of(member)):
        profile = await competency_profile(reader, member.id)
        assert [(one.skill.name, one.proficiency, one.evidence_count) for one in profile.skills] == [("Kargo", 1, 2)]
        assert (profile.evidence, profile.practice_points, profile.reviewed) == ({EvidenceKind.CASE_SOLVED: 2}, None, 0)
        assert SECRET not in str(profile)
        assert "case_" not in str(profile)
    for outsider in (make_caller(Role.AGENT), make_caller(Role.MENTOR)):
        with pytest.raises(NotFound):
            await competency_profile(outsider, member.id)


async def test_candidates_have_all_that_is_asked_for_and_the_choice_is_recorded(store: Database) -> None:
    cargo, camera = await make_skill("Kargo"), await make_skill("Kamera")
    both = [cargo.id, camera.id]
    ali = await make_member(Role.EXPERT, display_name="Ali", skill_ids=both, locales=["tr", "fa"])
    zehra = await make_member(Role.EXPERT, display_name="Zehra", skill_ids=both, locales=["tr"])
    await make_member(Role.EXPERT, skill_ids=[cargo.id], locales=["tr", "fa"])
    found = await suggest_representatives(HR, Wanted(skill_ids=both, languages=["tr"]))
    assert {one.profile.member.id for one in found} == {ali.id, zehra.id}
    assert found[0].reasons == {CandidateReason.SKILLS: 20, CandidateReason.LANGUAGES: 5}
    draft = ChoiceDraft(title="Canlı yayının yüzü", skill_ids=both, languages=["fa"], member_id=ali.id, reason="Sakin konuşuyor.")
    choice = await choose_representative(HR, draft, once=Once())

    assert ([one.member_id for one in choice.shortlist], choice.member_id, choice.chosen_by) == ([ali.id], ali.id, HR.member)
    assert [one.id for one in (await list_choices(HR, Window())).items] == [choice.id]
    assert (await list_choices(make_caller(Role.AGENT), Window())).items == []
    with pytest.raises(InvalidInput):
        await choose_representative(HR, draft.model_copy(update={"member_id": zehra.id}), once=Once())
    with pytest.raises(NotFound):
        await suggest_representatives(HR, Wanted(skill_ids=["skl_none"]))
    with pytest.raises(Forbidden):
        await suggest_representatives(make_caller(Role.AGENT), Wanted(skill_ids=both))
    assert await RepresentativeChoice.count() == 1
