"""The life of a question: closed and opened again, merged into the same one, and passed on when nobody answers."""

from datetime import timedelta
from typing import Any

from auth.actor import Role
from care.clock_scan import scan
from core.clock import clock
from tests.journeys.conftest import World


def mutation(name: str, selection: str) -> str:
    kind = f"{name[0].upper()}{name[1:]}Input"
    return f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {selection} userErrors {{ code path }} }} }}"


LIFE = """question { id version status closing { reason note merged closedBy { displayName } duplicateOf { id answerCount } }
    viewerCanAnswer viewerCanReopen }"""
ASK = mutation("askQuestion", "question { id version }")
ANSWER = mutation("answerQuestion", "answer { id }")
CLOSE = mutation("closeQuestion", LIFE)
REOPEN = mutation("reopenQuestion", LIFE)
MERGE = mutation("mergeQuestion", LIFE)
SEEN = """query($id: ID!) { node(id: $id) { ... on Question { version status answerCount escalatedToExpertAt escalatedToOwnersAt
    viewerIsFollowing answers { nodes { body } } } } notifications { nodes { kind } } }"""


async def company(world: World) -> None:
    for name, role in {"ayla": Role.AGENT, "ali": Role.EXPERT, "sara": Role.MANAGER}.items():
        await world.join(name, role)


async def ask(world: World, title: str, **more: Any) -> str:
    """Let Ayla ask."""
    found: str = (await world.staff("ayla").do(ASK, {"title": title, "body": "Bilen var mı?", **more}))["question"]["id"]
    return found


async def codes(world: World, who: str, document: str, given: dict[str, Any]) -> list[str]:
    """Do what is refused, and give the codes."""
    answer = next(iter((await world.staff(who).execute(document, input=given)).values()))
    return [error["code"] for error in answer["userErrors"]]


async def test_question_is_closed_with_a_reason_and_opened_again(world: World) -> None:
    await company(world)
    question = await ask(world, "İade süresi kaç gün?")
    closing = {"questionId": question, "reason": "OUTDATED", "note": "Kural değişti.", "expectedVersion": 1}
    assert await codes(world, "ali", CLOSE, closing) == ["FORBIDDEN"]

    closed = (await world.staff("sara").do(CLOSE, closing))["question"]
    assert (closed["status"], closed["viewerCanAnswer"], closed["closing"]) == (
        "CLOSED",
        False,
        {
            "reason": "OUTDATED",
            "note": "Kural değişti.",
            "merged": False,
            "closedBy": {"displayName": "Sara"},
            "duplicateOf": None,
        },
    )
    await world.settle()
    assert "QUESTION_CLOSED" in [
        one["kind"] for one in (await world.staff("ayla").execute(SEEN, id=question))["notifications"]["nodes"]
    ]
    answer = {"questionId": question, "body": "On dört gün."}
    assert await codes(world, "ali", ANSWER, answer) == ["INVALID_INPUT"]
    assert await codes(world, "ayla", REOPEN, {"questionId": question, "expectedVersion": 2}) == ["FORBIDDEN"]

    opened = (await world.staff("sara").do(REOPEN, {"questionId": question, "expectedVersion": 2}))["question"]
    assert (opened["status"], opened["closing"]) == ("OPEN", None)
    await world.staff("ali").do(ANSWER, answer)
    own = {"questionId": question, "reason": "ANSWERED_ELSEWHERE", "expectedVersion": 3}
    assert (await world.staff("ayla").do(CLOSE, own))["question"]["viewerCanReopen"] is True
    again = (await world.staff("ayla").do(REOPEN, {"questionId": question, "expectedVersion": 4}))["question"]
    assert again["status"] == "ANSWERED"


async def test_same_questions_are_merged_with_their_answers_and_followers(world: World) -> None:
    await company(world)
    first, second = await ask(world, "İade süresi kaç gün?"), await ask(world, "Kaç günde iade edilir?")
    await world.staff("ali").do(ANSWER, {"questionId": second, "body": "On dört gün."})
    merging = {"questionId": second, "intoId": first, "expectedVersion": 1}
    assert await codes(world, "ayla", MERGE, merging) == ["FORBIDDEN"]

    merged = (await world.staff("sara").do(MERGE, merging))["question"]
    await world.settle()

    assert (merged["status"], merged["closing"]["merged"], merged["closing"]["duplicateOf"]["id"]) == ("CLOSED", True, first)
    seen = (await world.staff("ayla").execute(SEEN, id=first))["node"]
    assert (seen["answerCount"], seen["answers"]["nodes"], seen["status"]) == (1, [{"body": "On dört gün."}], "ANSWERED")
    assert seen["viewerIsFollowing"] is True
    assert await codes(world, "sara", REOPEN, {"questionId": second, "expectedVersion": 2}) == ["INVALID_INPUT"]
    assert await codes(world, "ali", ANSWER, {"questionId": second, "body": "Hayır."}) == ["INVALID_INPUT"]


async def test_unanswered_question_goes_on_to_the_managers_and_an_answered_one_does_not(world: World) -> None:
    await company(world)
    waiting, answered = await ask(world, "İade süresi kaç gün?"), await ask(world, "Depo nerede?")
    await world.staff("ali").do(ANSWER, {"questionId": answered, "body": "İzmir."})
    await world.settle()
    for span in (timedelta(minutes=241), timedelta(days=1)):
        clock.shift(span)
        await scan()
        await scan()
        await world.settle()
    await world.sign_in("sara")

    seen = await world.staff("sara").execute(SEEN, id=waiting)
    assert (seen["node"]["status"], seen["node"]["version"]) == ("OPEN", 1)
    assert None not in {seen["node"]["escalatedToExpertAt"], seen["node"]["escalatedToOwnersAt"]}
    assert [one["kind"] for one in seen["notifications"]["nodes"]].count("QUESTION_UNANSWERED") == 1
    other = (await world.staff("sara").execute(SEEN, id=answered))["node"]
    assert (other["escalatedToExpertAt"], other["escalatedToOwnersAt"]) == (None, None)


EDIT = mutation("editQuestion", "question { version title urgent tags { slug } }")
REWORD = mutation("editAnswer", "answer { version body }")


async def test_what_was_asked_and_answered_is_changed_by_who_wrote_it(world: World) -> None:
    await company(world)
    question = await ask(world, "İade süresi kaç gün?")
    given = {"questionId": question, "title": "İade kaç gün sürer?", "urgent": True, "expectedVersion": 1}
    assert await codes(world, "ali", EDIT, given) == ["FORBIDDEN"]
    edited = (await world.staff("ayla").do(EDIT, {**given, "tagSlugs": ["iade"]}))["question"]
    assert edited == {"version": 2, "title": "İade kaç gün sürer?", "urgent": True, "tags": [{"slug": "iade"}]}
    assert await codes(world, "ayla", EDIT, given) == ["CONFLICT"]

    answer = (await world.staff("ali").do(ANSWER, {"questionId": question, "body": "On dört."}))["answer"]["id"]
    reworded = {"answerId": answer, "body": "On dört gün.", "expectedVersion": 1}
    assert await codes(world, "ayla", REWORD, reworded) == ["FORBIDDEN"]
    assert (await world.staff("ali").do(REWORD, reworded))["answer"] == {"version": 2, "body": "On dört gün."}
