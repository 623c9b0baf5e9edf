import pytest

from auth.actor import SYSTEM
from care.audience.community_links import CommunityLinkDraft, Places, link_to_community
from care.audience.links import LinkDraft, archive_link, create_link, follow_link
from care.documents.cases import Case
from care.documents.links import TrackedLink
from care.personalisation import preview_reply
from care.reply_checks import AdviceKind, check_reply
from community.ideas.ideas import IdeaDraft, submit_idea
from core.database import Database
from core.errors import AlreadyDone, InvalidInput
from core.idempotency import Once
from tests.care.stored import everything
from tests.factories.care import make_actor, make_case
from tests.factories.community import customer_actor, make_public_question, make_question, publish

PLACES = Places("https://kopru.example", "https://narin.example/topluluk/{id}")


async def lead(case: Case, content_id: str, places: Places = PLACES) -> TrackedLink:
    return await link_to_community(make_actor(), CommunityLinkDraft(case_id=case.id, content_id=content_id), places)


async def test_there_is_one_link_for_a_case_and_what_it_leads_to(store: Database) -> None:
    case, question = await make_case(), await publish(await make_public_question())
    idea = await submit_idea(customer_actor(), IdeaDraft(title="Gece teslimatı", body="Gece de gelsin."), once=Once())

    link, again, other = await lead(case, question.id), await lead(case, question.id), await lead(case, idea.id)

    assert (link.id, link.code) == (again.id, again.code)
    assert link.target == "https://narin.example/topluluk/" + question.id.replace("qst_", "pqs_")
    assert other.target == "https://narin.example/topluluk/" + idea.id.replace("ide_", "pid_")
    assert await follow_link(link.code) == link.target
    body = f"Başkaları da konuşuyor: {{{{link.{link.code}}}}}"
    assert await preview_reply(make_actor(), case.id, body) == f"Başkaları da konuşuyor: https://kopru.example/l/{link.code}"
    advice = await check_reply(make_actor(), case.id, body)
    assert [one for one in advice if one.kind is AdviceKind.UNFILLED_VARIABLE] == []


async def test_what_the_public_can_not_read_is_not_linked_to(store: Database) -> None:
    case, waiting, internal = await make_case(), await make_public_question(), await make_question()
    before = await everything()

    for content_id in (waiting.id, internal.id, "qst_none", case.id):
        with pytest.raises(InvalidInput) as refused:
            await lead(case, content_id)
        assert refused.value.path == ("content_id",)

    assert await everything() == before


async def test_nothing_is_linked_to_where_nobody_knows_the_portal(store: Database) -> None:
    question = await publish(await make_public_question())
    with pytest.raises(InvalidInput, match="KOPRU_PORTAL_URL"):
        await lead(await make_case(), question.id, Places("https://kopru.example", None))


async def test_archived_link_stands_for_nothing(store: Database) -> None:
    case, question = await make_case(), await publish(await make_public_question())
    link = await lead(case, question.id)
    await archive_link(SYSTEM, link.id, expected_version=link.version)

    with pytest.raises(InvalidInput, match="has no value"):
        await preview_reply(make_actor(), case.id, f"{{{{link.{link.code}}}}}")
    with pytest.raises(AlreadyDone):
        await lead(case, question.id)


async def test_any_tracked_link_can_stand_in_a_reply(store: Database) -> None:
    draft = LinkDraft(url="https://narin.example/iade", name="İade")
    link = await create_link(make_actor(), draft, once=Once(), origin="https://kopru.example")
    unplaced = await create_link(make_actor(), draft, once=Once())
    case = await make_case()

    assert await preview_reply(make_actor(), case.id, f"{{{{ link.{link.code} }}}}") == f"https://kopru.example/l/{link.code}"
    for code in (unplaced.code, "yok"):
        with pytest.raises(InvalidInput, match="has no value"):
            await preview_reply(make_actor(), case.id, f"{{{{link.{code}}}}}")
