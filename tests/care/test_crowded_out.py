"""Writers who crowd each other out: whoever gives up says so, has changed nothing, and can try again."""

from collections.abc import Awaitable, Callable
from types import ModuleType

import pytest
from pymongo.errors import DuplicateKeyError

from care import contacts
from care.assignment import assigning
from care.assignment.assigning import assign
from care.audience import community_links, links
from care.audience.community_links import CommunityLinkDraft, Places, link_to_community
from care.audience.links import LinkDraft, create_link
from care.cases import changing, intake, merging, parting, splitting
from care.cases.changing import Overtaken
from care.cases.consulted import project_consulted
from care.cases.intake import receive
from care.cases.merging import finish_merge
from care.cases.parting import part_cases
from care.cases.splitting import SplitDraft, split_case
from care.contacts import ContactDraft, log_contact
from care.documents.cases import Case
from care.documents.customers import Customer
from care.documents.links import TrackedLink
from core.database import Database
from core.errors import AlreadyDone, Unavailable
from core.idempotency import Once
from core.records import change
from tests.care.stored import everything
from tests.care.test_consultations import make_consultation
from tests.care.test_merging import pair
from tests.factories import community
from tests.factories.assignment import make_policy, on_shift
from tests.factories.care import (
    make_actor,
    make_case,
    make_channel,
    make_conversation,
    make_customer,
    make_incoming,
    reread,
)

Act = Callable[[], Awaitable[object]]
AGENT = make_actor()


async def giving() -> Act:
    channel = await make_channel()
    await on_shift(channel)
    await make_policy()
    case = await make_case(await make_conversation(channel))
    return lambda: assign(case.id)


async def hearing() -> Act:
    conversation = await make_conversation()
    await make_case(conversation)
    customer = await Customer.get(conversation.customer_id)
    assert customer is not None
    return lambda: receive(make_incoming(conversation), conversation=conversation, customer=customer)


async def beginning() -> Act:
    conversation = await make_conversation()
    customer = await Customer.get(conversation.customer_id)
    assert customer is not None
    return lambda: receive(make_incoming(conversation), conversation=conversation, customer=customer)


async def splitting_one() -> Act:
    case = await make_case()
    draft = SplitDraft.model_validate({"case_id": case.id, "subject": "Fatura", "message_id": case.last_message_id})
    return lambda: split_case(AGENT, draft, expected_version=case.version, once=Once())


async def parting_one() -> Act:
    channel = await make_channel()
    ours, theirs = await make_customer(channel), await make_customer(channel)
    case, talk = await make_case(await make_conversation(channel, ours)), await make_conversation(channel, theirs)
    await change(case, lambda current: setattr(current, "conversation_ids", [*current.conversation_ids, talk.id]))
    return lambda: part_cases(theirs.id, by=AGENT.id)


async def logging() -> Act:
    case = await make_case()
    draft = ContactDraft.model_validate({"kind": "PHONE", "direction": "INBOUND", "body": "Aradı.", "case_id": case.id})
    await log_contact(AGENT, draft, once=Once())  # so that its channel and conversation are there
    return lambda: log_contact(AGENT, draft, once=Once())


async def consulting() -> Act:
    case = await make_case()
    await make_consultation(await community.make_actor(), case=case)
    await change(await reread(case), lambda current: setattr(current, "consulted", []))
    return lambda: project_consulted(case.id)


@pytest.mark.parametrize(
    ("module", "name", "fault", "begun", "told"),
    [
        (assigning, "change_as_read", Overtaken(), giving, "too many writers of one case"),
        (intake, "change_as_read", Overtaken(), hearing, "too many messages of one conversation at once"),
        (intake, "save", DuplicateKeyError("taken"), beginning, "too many messages of one conversation at once"),
        (splitting, "change_as_read", Overtaken(), splitting_one, "too many writers of one case"),
        (parting, "change_as_read", Overtaken(), parting_one, "too many writers of one case"),
        (contacts, "change_as_read", Overtaken(), logging, "too many writers of one case"),
        (changing, "change_as_read", Overtaken(), consulting, "too many writers of one document"),
    ],
    ids=["assign", "hear", "begin", "split", "part", "log", "consult"],
)
async def test_who_is_always_overtaken_gives_up_and_can_try_again(
    store: Database,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    name: str,
    fault: Exception,
    begun: Callable[[], Awaitable[Act]],
    told: str,
) -> None:
    act = await begun()
    before = await everything(Case)

    async def crowded(*_: object, **__: object) -> None:
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr(module, name, crowded)
        with pytest.raises(Unavailable, match=told):
            await act()

    assert await everything(Case) == before
    await act()
    assert (await everything(Case))["cases"] != before["cases"]


async def test_choices_that_are_always_overtaken_are_given_up_and_nobody_is_chosen(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = await giving()

    async def crowded(*_: object) -> bool:
        return False

    with monkeypatch.context() as patched:
        patched.setattr(assigning, "_noted", crowded)
        with pytest.raises(Unavailable, match="too many cases are given at once"):
            await act()

    (case,) = await Case.find_all().to_list()
    assert (case.assignee_id, case.assignments) == (None, [])
    await act()
    assert (await reread(case)).assignee_id is not None


async def test_merge_that_is_always_overtaken_is_finished_later(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    duplicate, target = await pair()

    async def crowded(*_: object) -> None:
        raise Overtaken

    with monkeypatch.context() as patched:
        patched.setattr(merging, "_absorbed", crowded)
        with pytest.raises(Unavailable, match="too many merges of one case at once"):
            await merging.merge_cases(
                AGENT, merging.MergeDraft(case_id=duplicate.id, into_id=target.id), expected_version=duplicate.version
            )

    assert (await reread(target)).absorbed == []
    await finish_merge(await reread(duplicate))
    assert (await reread(target)).absorbed == [duplicate.id]


@pytest.mark.parametrize("of", ["page", "community"])
async def test_link_for_which_no_code_is_free_is_told_and_not_kept(
    store: Database, monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    case, question = await make_case(), await community.publish(await community.make_public_question())
    taken = await create_link(AGENT, LinkDraft.model_validate({"url": "https://narin.example/", "name": "A"}), once=Once())
    for module in (links, community_links):
        monkeypatch.setattr(module, "new_code", lambda: taken.code)

    page = LinkDraft.model_validate({"url": "https://narin.example/b", "name": "B"})
    content = CommunityLinkDraft(case_id=case.id, content_id=question.id)
    places = Places("https://kopru.example", "https://narin.example/{id}")

    with pytest.raises(AlreadyDone, match="No code is free"):
        await (create_link(AGENT, page, once=Once()) if of == "page" else link_to_community(AGENT, content, places))

    assert [link.id for link in await TrackedLink.find_all().to_list()] == [taken.id]
