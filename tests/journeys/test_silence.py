"""A customer who does not answer any more: reminded through the channel, and then the case is closed without their word."""

from typing import Any

from care.cases.steps import StepDraft, complete_step
from care.clock_scan import scan
from care.documents.cycles import ResolutionStep
from core.records import fresh
from tests.factories.care import conversation_of, later, make_reply, say
from tests.journeys.conftest import World
from tests.journeys.story import Story, begin

RULES = "version reopenWithinMinutes noAnswerPolicy { after remindAfterMinutes closeAfterMinutes texts { locale text } }"
POLICY = f"""mutation ($input: SetNoAnswerPolicyInput!) {{ setNoAnswerPolicy(input: $input) {{ caseRules {{ {RULES} }}
    userErrors {{ code path }} }} }}"""
WINDOW = f"""mutation ($input: SetReopenWindowInput!) {{ setReopenWindow(input: $input) {{ caseRules {{ {RULES} }}
    userErrors {{ code path }} }} }}"""
CASE = """query ($id: ID!) { node(id: $id) { ... on Case { status closingKind closeReason reopensUntil follows { id }
    silence { since remindedAt nextReminderAt closesAt } closedAt cycles { outcome endedAt }
    conversations { nodes { messages { nodes { body author { id } } } } } } } }"""
REMINDER = "Sorununuz çözüldü mü?"


async def read(story: Story, case_id: str) -> Any:
    return (await story.client("agent").execute(CASE, id=case_id))["node"]


async def pass_minutes(story: Story, minutes: int) -> None:
    later(minutes=minutes)
    await scan()
    await story.settle()


async def test_case_is_closed_for_silence_after_the_reminders_and_comes_back_within_the_window(world: World) -> None:
    story = await begin(world)
    manager = story.client("manager")
    texts = [{"locale": "tr", "text": REMINDER}, {"locale": "fa", "text": "آیا مشکل شما حل شد؟"}]
    policy = {"after": "SOLVE", "remindAfterMinutes": [2], "closeAfterMinutes": 3, "texts": texts}
    rules = (await manager.do(POLICY, {"policy": policy, "expectedVersion": 0}))["caseRules"]
    assert (rules["noAnswerPolicy"], rules["reopenWithinMinutes"]) == (policy, 7 * 24 * 60)
    wrong = {**policy, "texts": [*texts, texts[0]]}
    assert await manager.refused(POLICY, {"policy": wrong, "expectedVersion": 1}) == [
        ("INVALID_INPUT", ["input", "policy", "texts"])
    ]
    await manager.do(WINDOW, {"minutes": 60, "expectedVersion": 1})

    case, agent = await story.case(), await story.actor("agent")
    await make_reply(case, agent, body="Paketiniz yola çıktı.")
    await story.settle()
    for step in list(ResolutionStep)[:4]:
        current = await fresh(case)
        await complete_step(agent, StepDraft(case_id=case.id, step=step), expected_version=current.version)
    waiting = (await read(story, case.id))["silence"]
    assert (waiting["remindedAt"], waiting["closesAt"], waiting["nextReminderAt"] > waiting["since"]) == ([], None, True)

    await pass_minutes(story, 2)
    shown = await read(story, case.id)
    said = [(one["body"], one["author"] is None) for one in shown["conversations"]["nodes"][0]["messages"]["nodes"]]
    assert said[1:] == [("Paketiniz yola çıktı.", False), (REMINDER, True)]
    assert (shown["status"], len(shown["silence"]["remindedAt"]), shown["closingKind"]) == ("OPEN", 1, None)

    await pass_minutes(story, 3)
    shut = await read(story, case.id)
    assert (shut["status"], shut["closingKind"], shut["cycles"]) == (
        "CLOSED",
        "NO_ANSWER",
        [{"outcome": "NO_ANSWER", "endedAt": shut["closedAt"]}],
    )
    assert shut["closeReason"] == "The customer did not answer the reminders."

    assert (await say(await conversation_of(case), "Hâlâ gelmedi.")).id == case.id
    back = await read(story, case.id)
    assert (back["status"], back["reopensUntil"], back["silence"], len(back["cycles"])) == ("OPEN", None, None, 2)
