import asyncio

import pytest
from pydantic import ValidationError

from auth.actor import ANONYMOUS, SYSTEM, Actor, Role
from community.comments import CommentDraft
from community.handles import MOST_MENTIONS, handle_of, handles_in, parts_of
from community.members import MemberChanges, change_member
from community.mentions import members_by_handles, mentions_in, suggest_mentions
from community.spaces.documents import SpaceVisibility
from core.database import Database
from core.errors import Forbidden
from core.text.markdown import mentioned
from tests.factories.community import customer_actor, make_actor, make_member, make_public_question, make_question
from tests.factories.spaces import inside, let_in, make_space


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Ayşe YILMAZ", "ayse-yilmaz"),
        ("İbrahim Işık", "ibrahim-isik"),
        ("ayşe-yılmaz", "ayse-yilmaz"),
        ("علي\u200cرضا كريمي", "علی-رضا-کریمی"),
        ("علی‌رضا-کریمی", "علی-رضا-کریمی"),
        ("O'Neil, J.", "o-neil-j"),
        ("🙂", ""),
    ],
)
def test_handle_is_the_folded_name(name: str, handle: str) -> None:
    assert handle_of(name) == handle


def test_mentions_are_found_in_words_only() -> None:
    body = (
        "@Ayşe-Yılmaz'a sor, (@baran) ya da **@علی\u200cرضا**. @baran yine.\n\n"
        "`@kod` posta@ornek.example https://x.example/@adres [@metin](/a) a/@yol\n\n"
        "    @girintili\n\n```\n@blok\n```\n\n- @liste. @"
    )

    assert mentioned(body) == ["Ayşe-Yılmaz", "baran", "علی\u200cرضا", "baran", "liste"]
    assert handles_in(body) == ["ayse-yilmaz", "baran", "علی-رضا", "liste"]
    assert (handles_in("kimse"), handles_in("@_ @-")) == ([], [])


def test_too_many_mentions_are_refused_by_name() -> None:
    many = " ".join(f"@kisi{number}" for number in range(MOST_MENTIONS + 1))

    assert CommentDraft(target_id="qst_x", body=many.rsplit(" ", 1)[0] + " @kisi1").body
    with pytest.raises(ValidationError) as caught:
        CommentDraft(target_id="qst_x", body=many)
    assert [(error["loc"], error["msg"]) for error in caught.value.errors()] == [
        (("body",), "Mention at most 20 people; these are 21")
    ]


async def test_every_member_has_a_handle_of_their_own_that_stays(store: Database) -> None:
    namesakes = await asyncio.gather(*(make_member(display_name="Ayşe Yılmaz") for _ in range(3)))
    other = await make_member(display_name="Ayşe Yılmazer")

    assert sorted(one.handle or "" for one in namesakes) == ["ayse-yilmaz", "ayse-yilmaz-2", "ayse-yilmaz-3"]
    assert (other.handle, (await make_member(display_name="🙂")).handle) == ("ayse-yilmazer", "member")
    changed = await change_member(SYSTEM, other.id, MemberChanges(display_name="Ayşe Kaya"), expected_version=other.version)
    assert (changed.handle, changed.handle_parts) == ("ayse-yilmazer", ["ayse-yilmazer", "yilmazer", "ayse-kaya", "kaya"])
    assert parts_of("ali-2", "Ali") == ["ali-2", "ali"]
    found = await members_by_handles(SYSTEM, ["ayse-yilmaz-2", "ayse-yilmazer", "kimse"])
    assert set(found) == {"ayse-yilmaz-2", "ayse-yilmazer"}
    assert await members_by_handles(ANONYMOUS, ["ayse-yilmazer"]) == {}


async def test_customers_mention_nobody(store: Database) -> None:
    asked = await make_question(await make_actor(Role.AGENT), anonymous=True, body="@ayse-yilmaz bilir mi?")
    public = await make_public_question(customer_actor(), body="@ayse-yilmaz bilir mi?")

    assert (mentions_in(asked, asked.body), mentions_in(public, public.body)) == (["ayse-yilmaz"], [])


async def names(actor: Actor, typed: str, near_id: str | None = None) -> list[str]:
    return [one.display_name for one in await suggest_mentions(actor, typed, near_id)]


async def test_suggestions_know_every_spelling_and_respect_closed_spaces(store: Database) -> None:
    owner = await make_actor(Role.AGENT, display_name="Zeynep Işık")
    stranger = await make_actor(Role.AGENT, display_name="Isa Demir")
    await make_member(display_name="علی‌رضا کریمی")
    space = await make_space(owner)
    owner = inside(owner, space)
    secret, question = await make_question(owner, space_id=space.id), await make_question(owner)

    assert await names(owner, "@IŞIK") == ["Zeynep Işık"]
    assert await names(owner, "is") == ["Isa Demir", "Zeynep Işık"]
    assert await names(owner, "كري") == await names(owner, "علی رضا") == ["علی‌رضا کریمی"]
    assert await names(owner, "is", question.id) == ["Isa Demir", "Zeynep Işık"]
    for closed_id in (secret.id, space.id):
        assert await names(owner, "is", closed_id) == ["Zeynep Işık"]
        assert await names(stranger, "is", closed_id) == []
    nothing: list[tuple[str, str | None]] = [("", None), ("@", None), ("is", "qst_nowhere"), ("is", "nonsense"), ("\ud800", None)]
    for typed, near_id in nothing:
        assert await names(owner, typed, near_id) == []
    with pytest.raises(Forbidden):
        await suggest_mentions(ANONYMOUS, "is")
    await let_in(space, owner, stranger)
    assert await names(inside(stranger, space), "is", secret.id) == ["Isa Demir", "Zeynep Işık"]


async def test_near_what_stands_in_an_open_space_everybody_is_suggested(store: Database) -> None:
    owner = await make_actor(Role.AGENT, display_name="Zeynep Işık")
    await make_member(display_name="Isa Demir")
    space = await make_space(owner, visibility=SpaceVisibility.OPEN)
    question = await make_question(owner, space_id=space.id)
    assert await names(owner, "is", question.id) == await names(owner, "is", space.id) == ["Isa Demir", "Zeynep Işık"]
