"""Round trips of mutations where there is more to look at: pages above, a space, another page that stood there once."""

import asyncio
from typing import Any

from auth.actor import Actor, Role
from community.spaces.documents import SpaceVisibility
from community.turns.limits import LimitsDraft, set_limits
from community.wiki.moves import Move, move_page
from community.wiki.revisions import revision_id
from core.records import fresh
from tests.factories import community
from tests.factories.spaces import make_space, owner_of
from tests.round_trips import depth_of, measured
from tests.schema.staff.staff import Staff
from tests.schema.staff.test_round_trips import CONNECTIONS, CONTRACT, TRIES

FOR_THE_SPACE = 1
"""Whether somebody may write in a space is known once it was read, and which space it is once what stands there was."""


async def beyond(staff: Staff, actor: Actor, name: str, inputs: list[dict[str, Any]]) -> int:
    """Send a mutation with each of the inputs; tell how many waves more than its depth and one the best of them took."""
    waves = []
    for given in inputs:
        await asyncio.gather(*(staff._database.command("ping") for _ in range(CONNECTIONS)))
        with measured() as trips:
            await staff.do(actor, name, **given)
        waves.append(trips.waves)
    return min(waves) - depth_of(CONTRACT[name]) - 1


async def test_pages_below_others_in_a_space_are_written_as_soon_as_all_others(staff: Staff) -> None:
    actor = await community.make_actor(Role.MANAGER)
    space = await make_space(actor, visibility=SpaceVisibility.OPEN)
    actor = owner_of(actor, space)
    paths = ("iade", "iade/kargo", "iade/kargo/gecikme")
    *_, page = [await community.make_page(path, actor, space_id=space.id) for path in paths]
    words = {"title": "İade nasıl olur?", "body": "Sorulur.", "spaceId": space.id}
    stood = [await community.make_page(f"iade/kargo/eski-{number}", actor, space_id=space.id) for number in range(TRIES)]
    for number, one in enumerate(stood):
        await move_page(actor, one.id, Move(path=f"iade/kargo/baska-{number}"), expected_version=1)

    created = [{**words, "path": f"iade/kargo/yeni-{number}", "idempotencyKey": f"k{number}"} for number in range(TRIES)]
    freeing = [{**words, "path": f"iade/kargo/eski-{number}"} for number in range(TRIES)]
    edited = [{"pageId": page.id, "body": f"{version}.", "expectedVersion": version} for version in range(1, 1 + TRIES)]
    restored = [
        {"revisionId": revision_id(page.id, version), "expectedVersion": version} for version in range(1 + TRIES, 1 + 2 * TRIES)
    ]

    for name, inputs in (("CreatePage", created), ("CreatePage", freeing), ("EditPage", edited), ("RestoreRevision", restored)):
        assert (name, await beyond(staff, actor, name, inputs) <= 0) == (name, True)


async def test_of_what_stands_in_a_space_moving_and_answering_take_one_wave_more(staff: Staff) -> None:
    actor = await community.make_actor(Role.MANAGER)
    space = await make_space(actor, visibility=SpaceVisibility.OPEN)
    actor = owner_of(actor, space)
    page = await community.make_page("iade", actor, space_id=space.id)
    await community.make_page("iade/kargo", actor, space_id=space.id)
    question = await community.make_question(actor, space_id=space.id)
    answers = [await community.make_answer(question, actor) for _ in range(TRIES)]

    moves = [{"pageId": page.id, "path": f"iade-{version}", "expectedVersion": version} for version in range(1, 1 + TRIES)]
    given = [{"questionId": question.id, "body": "Yarın."} for _ in range(TRIES)]
    remarks = [{"targetId": answers[0].id, "body": "Emin misin?"} for _ in range(TRIES)]
    accepted = [{"answerId": one.id, "expectedVersion": version} for version, one in enumerate(answers, start=1)]

    for name, inputs in (("AddComment", remarks), ("AcceptAnswer", accepted)):
        assert (name, await beyond(staff, actor, name, inputs) <= 0) == (name, True)
    for name, inputs in (("MovePage", moves), ("AnswerQuestion", given)):
        assert (name, await beyond(staff, actor, name, inputs)) == (name, FOR_THE_SPACE)


async def test_newcomers_take_their_turn_in_two_waves_more(staff: Staff) -> None:
    limits = LimitsDraft(days=30, contributions=3, per_hour=60, per_day=60)
    await set_limits(await community.make_actor(Role.MANAGER), limits, expected_version=0)
    newcomer, question = await community.make_actor(Role.EXPERT), await community.make_question()
    words = {"title": "İade nasıl olur?", "body": "Sorulur."}

    given = [{"questionId": question.id, "body": "Yarın."} for _ in range(TRIES)]
    remarks = [{"targetId": question.id, "body": "Emin misin?"} for _ in range(TRIES)]
    pages = [{**words, "path": f"yeni-{number}"} for number in range(TRIES)]

    for name, inputs, more in (("AddComment", remarks, 0), ("AnswerQuestion", given, 2), ("CreatePage", pages, 1)):
        assert (name, await beyond(staff, newcomer, name, inputs)) == (name, more)


async def test_pages_deep_in_the_wiki_are_moved_as_soon_as_all_others(staff: Staff) -> None:
    actor = await community.make_actor(Role.MANAGER)
    above = ("musteri", "musteri/iade", "musteri/iade/kargo", "depo")
    moved = ("depo/raf", "depo/raf/ust", "depo/raf/ust/sol")
    *_, page, _, deep = [await community.make_page(path, actor) for path in (*above, *moved)]

    moves = [
        {"pageId": page.id, "path": f"musteri/iade/kargo/raf-{version}", "expectedVersion": version}
        for version in range(1, 1 + TRIES)
    ]

    assert await beyond(staff, actor, "MovePage", moves) <= 0
    assert (await fresh(deep)).path == f"musteri/iade/kargo/raf-{TRIES}/ust/sol"
