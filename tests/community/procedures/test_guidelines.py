import asyncio

import pytest

from auth.actor import Role
from community.procedures.documents import Attestation, Guideline, GuidelineEdition, GuidelineKind
from community.procedures.guidelines import (
    AttestationDraft,
    GuidelineChange,
    GuidelineDraft,
    attest_guideline,
    create_guideline,
    publish_guideline,
    remind_of_attestations,
    sign_guideline,
    update_guideline,
)
from community.procedures.handlers import subscribe
from community.procedures.reading import (
    attestations_of,
    count_editions,
    count_guidelines,
    duties_of,
    guidelines_by_ids,
    list_editions,
    who_is_missing,
)
from community.procedures.template_documents import GuidelineTemplate
from community.procedures.templates import TemplateDraft, create_template
from core.database import Database
from core.errors import AlreadyDone, Conflict, Forbidden, InvalidInput, NotFound
from core.idempotency import Once
from core.paging import Window
from core.records import fresh
from tests.care.stored import event_types, handle_twice
from tests.factories import community
from tests.factories.care import later, make_actor
from tests.factories.procedures import make_guideline, make_policy, sections

MANAGER = make_actor(Role.MANAGER)
POLICY = GuidelineKind.POLICY


@pytest.mark.parametrize("kind", list(GuidelineKind))
async def test_nothing_is_published_while_a_required_section_is_missing(store: Database, kind: GuidelineKind) -> None:
    boss = await community.make_actor(Role.ADMIN)
    whole = sections(kind)
    for lacking in whole:
        rest = [one for one in whole if one != lacking] + [{**lacking, "body": "  "}]
        draft = await make_guideline(MANAGER, kind, sections=rest, signatory_ids=[boss.member])
        assert draft.missing == [lacking["key"]]
        with pytest.raises(InvalidInput, match=lacking["key"]):
            await publish_guideline(MANAGER, draft.id, expected_version=1)
        with pytest.raises(InvalidInput, match=lacking["key"]):
            await sign_guideline(boss, draft.id, expected_version=1)
    assert await GuidelineEdition.count() == 0


async def test_policy_holds_once_every_executive_signed_these_very_words(store: Database) -> None:
    first, second = [await community.make_actor(Role.ADMIN) for _ in range(2)]
    draft = await make_guideline(MANAGER, POLICY, signatory_ids=[first.member, second.member])

    one = await sign_guideline(first, draft.id, expected_version=1)
    with pytest.raises(InvalidInput, match="1 of the executives"):
        await publish_guideline(MANAGER, draft.id, expected_version=one.version)
    edited = await update_guideline(MANAGER, draft.id, GuidelineChange(title="Başka bir başlık"), expected_version=one.version)
    assert edited.sign_offs == []
    with pytest.raises(Conflict):
        await sign_guideline(second, draft.id, expected_version=one.version)
    one = await sign_guideline(first, draft.id, expected_version=edited.version)
    with pytest.raises(AlreadyDone):
        await sign_guideline(first, draft.id, expected_version=one.version)
    both = await sign_guideline(second, draft.id, expected_version=one.version)
    held = await publish_guideline(MANAGER, draft.id, expected_version=both.version)

    assert held.edition is not None
    assert (held.edition.number, held.edition.title, held.is_published) == (1, "Başka bir başlık", True)
    assert [sign_off.member_id for sign_off in held.edition.sign_offs] == [first.member, second.member]
    with pytest.raises(InvalidInput, match="2 of the executives"):
        await publish_guideline(MANAGER, draft.id, expected_version=held.version)


async def test_policy_needs_an_executive_and_only_named_ones_sign(store: Database) -> None:
    bare = await make_guideline(MANAGER, POLICY)
    with pytest.raises(InvalidInput, match="at least one executive"):
        await publish_guideline(MANAGER, bare.id, expected_version=1)
    with pytest.raises(Forbidden):
        await sign_guideline(MANAGER, bare.id, expected_version=1)
    with pytest.raises(NotFound):
        await make_guideline(MANAGER, POLICY, signatory_ids=["mem_nobody"])
    for role in (Role.AGENT, Role.MENTOR, Role.EXPERT, Role.TRAINEE):
        with pytest.raises(Forbidden):
            await create_guideline(make_actor(role), GuidelineDraft(kind=POLICY, title="Kurallar"), once=Once())


async def test_drafts_are_for_who_manages_or_signs_them_and_editions_for_all(store: Database) -> None:
    boss, agent = await community.make_actor(Role.EXPERT), make_actor()
    draft = await make_guideline(MANAGER, POLICY, signatory_ids=[boss.member])
    seen = [bool(await guidelines_by_ids(actor, [draft.id])) for actor in (MANAGER, make_actor(Role.HR), boss, agent)]
    counts = [await count_guidelines(actor, None) for actor in (MANAGER, agent)]
    signed = await sign_guideline(boss, draft.id, expected_version=1)
    await publish_guideline(MANAGER, draft.id, expected_version=signed.version)

    assert (seen, counts) == ([True, True, True, False], [1, 0])
    assert bool(await guidelines_by_ids(agent, [draft.id]))
    assert [await count_guidelines(agent, kind) for kind in (None, POLICY, GuidelineKind.PROCEDURE)] == [1, 1, 0]


async def test_editions_are_kept_and_the_handler_keeps_what_a_dead_process_did_not(store: Database) -> None:
    procedure = await make_guideline(MANAGER)
    held = await publish_guideline(MANAGER, procedure.id, expected_version=1)
    told = GuidelineChange.model_validate({"title": "İkinci baskı"})
    edited = await update_guideline(MANAGER, procedure.id, told, expected_version=held.version)
    assert edited.edition is not None
    assert edited.edition.title == "Toplulukları yatıştırma"
    await publish_guideline(MANAGER, procedure.id, expected_version=edited.version)
    await store["guideline_editions"].delete_one({"number": 2})

    await handle_twice(subscribe, (Guideline,))

    editions = (await list_editions(procedure.id, Window())).items
    assert [(one.number, one.edition.title) for one in editions] == [(2, "İkinci baskı"), (1, "Toplulukları yatıştırma")]
    assert await count_editions(procedure.id) == 2


async def test_attestation_is_of_the_edition_that_holds_and_the_next_is_attested_anew(store: Database) -> None:
    boss, can, ada = [await community.make_actor(role) for role in (Role.ADMIN, Role.TRAINEE, Role.TRAINEE)]
    held = await make_policy(MANAGER, boss, attested_by_roles=[Role.TRAINEE])
    assert await who_is_missing(held) == sorted([can.member, ada.member])
    assert [len(await duties_of(actor)) for actor in (can, MANAGER)] == [1, 0]

    draft = AttestationDraft(guideline_id=held.id, number=1, contract="Ek 2, madde 4")
    first = await asyncio.gather(*(attest_guideline(can, draft) for _ in range(3)))

    assert len({one.id for one in first}) == await Attestation.count() == 1
    assert (first[0].contract, await who_is_missing(held), await duties_of(can)) == ("Ek 2, madde 4", [ada.member], [])
    assert [len(await attestations_of(actor, held)) for actor in (MANAGER, can, ada)] == [1, 1, 0]
    told = GuidelineChange(title="Yeni kurallar")
    edited = await update_guideline(MANAGER, held.id, told, expected_version=held.version)
    signed = await sign_guideline(boss, held.id, expected_version=edited.version)
    again = await publish_guideline(MANAGER, held.id, expected_version=signed.version)
    assert (await who_is_missing(again), len(await duties_of(can))) == (sorted([can.member, ada.member]), 1)
    with pytest.raises(InvalidInput, match="Edition 2 holds") as refused:
        await attest_guideline(ada, draft)
    assert refused.value.path == ("number",)


async def test_who_does_not_attest_is_reminded_when_time_is_over_and_weekly(store: Database) -> None:
    boss, can = await community.make_actor(Role.ADMIN), await community.make_actor(Role.TRAINEE)
    held = await make_policy(MANAGER, boss, attested_by_roles=[Role.TRAINEE], attest_within_days=10)
    later(days=10, seconds=-1)
    assert await remind_of_attestations(10) == 0
    later(seconds=1)

    assert [await remind_of_attestations(10) for _ in range(2)] == [1, 0]
    later(days=7)
    assert await remind_of_attestations(10) == 1
    await attest_guideline(can, AttestationDraft(guideline_id=held.id, number=1))
    later(days=7)
    assert await remind_of_attestations(10) == 1

    assert (await event_types(Guideline)).count("AttestationsOverdue") == 2
    current = await fresh(held)
    archived = await update_guideline(MANAGER, held.id, GuidelineChange(archived=True), expected_version=current.version)
    assert archived.next_act_at is None
    with pytest.raises(NotFound):
        await attest_guideline(can, AttestationDraft(guideline_id=held.id, number=1))


async def test_sections_have_keys_of_their_own_and_templates_are_whole(store: Database) -> None:
    whole = sections(POLICY)
    with pytest.raises(InvalidInput, match="key of its own") as refused:
        await make_guideline(MANAGER, POLICY, sections=[*whole, whole[0]])
    assert (refused.value.path, await Guideline.count()) == (("sections",), 0)
    draft = {
        "kind": POLICY,
        "locale": "tr",
        "title": "Politika şablonu",
        "source": "S1",
        "licence": "CC0",
        "sections": [*whole[1:], {**whole[0], "body": " "}],
    }
    with pytest.raises(InvalidInput, match=whole[0]["key"]) as refused:
        await create_template(MANAGER, TemplateDraft.model_validate(draft), once=Once())
    assert (refused.value.path, await GuidelineTemplate.count()) == (("sections",), 0)
    made = await create_template(MANAGER, TemplateDraft.model_validate({**draft, "sections": whole}), once=Once())
    assert [one.key for one in made.sections] == [one["key"] for one in whole]


async def test_what_is_out_of_use_is_not_published_and_what_was_never_published_is_attested_by_nobody(store: Database) -> None:
    boss = await community.make_actor(Role.ADMIN)
    draft = await make_guideline(MANAGER, POLICY, signatory_ids=[boss.member])
    assert await attestations_of(MANAGER, draft) == []
    signed = await sign_guideline(boss, draft.id, expected_version=draft.version)
    away = await update_guideline(MANAGER, draft.id, GuidelineChange(archived=True), expected_version=signed.version)
    with pytest.raises(AlreadyDone, match="out of use"):
        await publish_guideline(MANAGER, draft.id, expected_version=away.version)
    assert await GuidelineEdition.count() == 0
