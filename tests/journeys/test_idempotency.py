"""The same request sent again, and many at once: one thing is made, and everybody is told of the same one."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from graphql import get_named_type, is_input_object_type

from coaching.governance.documents import Dimension
from core.ids import with_prefix
from tests.client import Client
from tests.journeys.conftest import World
from tests.journeys.crafting import operations
from tests.journeys.situations import PORTAL_SITUATIONS, SITUATIONS
from tests.journeys.story import Story, begin
from tests.written import WRITTEN

pytestmark = pytest.mark.slow

EVERYTHING = "manager"
FINDINGS = [{"dimension": one.value, "score": 1, "evidence": "Başka"} for one in Dimension]


@dataclass(frozen=True)
class Making:
    """What a mutation makes: the field that shows it, and all documents that one of them makes at once."""

    shown: str
    made: Counter[str]
    changed: dict[str, Any] | None = field(default_factory=lambda: {"body": "Bu başka bir metin."})
    """What makes an input another one; None: only another situation does."""
    second: str = "mentor"
    """Who does the same as the manager with the same key."""
    once_a_situation: bool = False
    """Whether the second needs a situation of their own, for what was done can't be done again."""
    first: str = EVERYTHING
    """Who does it at first."""


MADE: dict[str, Making] = {
    "replyToCase": Making("message", Counter(messages=1)),
    "sendTemplate": Making("message", Counter(messages=1), {"values": ["Başka"]}),
    "createMessageTemplate": Making(
        "messageTemplate", Counter(message_templates=1), {"name": "baska"}, "admin", once_a_situation=True
    ),
    "reachOut": Making("case", Counter(cases=1, conversations=1, messages=1), once_a_situation=True),
    "logContact": Making("message", Counter(channels=1, conversations=1, messages=1)),
    "splitCase": Making("newCase", Counter(cases=1), {"subject": "Bu başka bir iş."}, once_a_situation=True),
    "createSocialAccount": Making("socialAccount", Counter(social_accounts=1), {"name": "Bu başka bir ad"}, "admin"),
    "createTrackedLink": Making("trackedLink", Counter(tracked_links=1), {"name": "Bu başka bir ad"}),
    "createSegment": Making("segment", Counter(segments=1), {"name": "Bu başka bir ad"}, "admin"),
    "addInternalNote": Making("message", Counter(messages=1)),
    "requestContactDetails": Making("message", Counter(messages=1)),
    "consultExperts": Making("consultation", Counter(consultations=1, questions=1)),
    "requestInformation": Making(
        "informationRequest", Counter(information_requests=1), {"question": "Bu başka bir metin."}, "agency_in"
    ),
    "createPrompt": Making("prompt", Counter(discussion_prompts=1), {"tagSlugs": ["depo"]}, "admin"),
    "createQuestionCampaign": Making("campaign", Counter(question_campaigns=1), {"goal": "Bu başka bir amaç."}, "admin"),
    "createQuestionDraft": Making("draft", Counter(question_sketches=1)),
    "createPoll": Making("poll", Counter(polls=1), {"title": "Bu başka bir soru."}),
    "createSkill": Making("skill", Counter(skills=1), {"name": "Başka"}, "admin", once_a_situation=True, first="hr"),
    "createDepartment": Making(
        "department", Counter(departments=1), {"name": "Başka"}, "admin", once_a_situation=True, first="hr"
    ),
    "createOutcome": Making("outcome", Counter(outcomes=1), {"title": "Başka bir şey"}, "admin"),
    "answerPublicQuestion": Making("answer", Counter(answers=1)),
    "askQuestion": Making("question", Counter(questions=1)),
    "answerQuestion": Making("answer", Counter(answers=1)),
    "addComment": Making("comment", Counter(comments=1)),
    "createAnswerBankEntry": Making("entry", Counter(answer_bank=1)),
    "createShift": Making("shift", Counter(shifts=1), None, "admin", once_a_situation=True),
    "takeOverShift": Making("shift", Counter(shifts=1), None, "admin", once_a_situation=True),
    "createRotation": Making("rotation", Counter(rotations=1), {"name": "Hafta sonu"}, "admin"),
    "enterLeave": Making("leave", Counter(leaves=1), {"endsAt": "2032-01-09T00:00:00Z"}, "admin"),
    "reportAnswerBankMiss": Making("miss", Counter(answer_bank_misses=1), {"question": "Başka?"}, once_a_situation=True),
    "mergeCustomers": Making("merge", Counter(), None, once_a_situation=True),
    "createActionPlan": Making("plan", Counter(action_plans=1), {"goal": "Başka"}, once_a_situation=True),
    "stageUpload": Making("upload", Counter(staged_files=1), {"name": "baska.csv"}, "admin"),
    "createCrmSync": Making("crmSync", Counter(crm_syncs=1), {"name": "Başka"}, "admin"),
    "createCustomerImport": Making(
        "customerImport", Counter(customer_imports=1), {"system": "Başka"}, "admin", once_a_situation=True
    ),
    "startWikiExport": Making("export", Counter(wiki_exports=1), None),
    "createWikiDraft": Making("draft", Counter(wiki_drafts=1)),
    "submitIdea": Making("idea", Counter(ideas=1)),
    "forkStrategy": Making("page", Counter(wiki_pages=1), {"title": "Bu başka bir strateji"}, once_a_situation=True),
    "offerStrategy": Making("offer", Counter(strategy_offers=1), {"note": "Bu başka bir metin."}, "admin", once_a_situation=True),
    "createInsight": Making("insight", Counter(insights=1)),
    "createIdeaFromMessage": Making("idea", Counter(ideas=1)),
    "createBlogPost": Making("post", Counter(blog_posts=1)),
    "createWikiPageFromTemplate": Making("page", Counter(wiki_pages=1), {"path": "baska-bir-yer"}, once_a_situation=True),
    "createWikiTemplate": Making("template", Counter(wiki_templates=1), {"name": "Başka rapor"}, "admin"),
    "addWikiComment": Making("comment", Counter(wiki_comments=1)),
    "createWikiPage": Making("page", Counter(wiki_pages=1), once_a_situation=True),
    "saveAnswerAsWikiPage": Making("page", Counter(wiki_pages=1), {"path": "baska-bir-yanit"}, once_a_situation=True),
    "saveAnswer": Making("entry", Counter(answer_bank=1), None),
    "createBusinessCalendar": Making("businessCalendar", Counter(business_calendars=1), {"name": "Başka"}, "admin"),
    "createAssignmentPolicy": Making("assignmentPolicy", Counter(assignment_policies=1), {"name": "Başka"}, "admin"),
    "createCustomField": Making("customField", Counter(custom_fields=1), {"kind": "NUMBER"}, "admin", once_a_situation=True),
    "createMistakeKind": Making("mistakeKind", Counter(mistake_kinds=1), {"name": "Başka"}, "admin"),
    "recordMistake": Making("mistake", Counter(), {"rootCause": "Başka bir neden."}),
    "createListeningQuery": Making("listeningQuery", Counter(listening_queries=1), {"name": "Başka"}, "admin"),
    "createWebhook": Making("webhook", Counter(webhooks=1), {"name": "Başka"}, "admin"),
    "createChannel": Making("channel", Counter(channels=1), {"name": "Başka"}, "admin"),
    "createBrand": Making("brand", Counter(brands=1), {"name": "Başka"}, "admin"),
    "createPracticeScenario": Making("scenario", Counter(practice_scenarios=1), {"title": "Başka"}),
    "createPracticeScenarioFromCase": Making("scenario", Counter(practice_scenarios=1), {"title": "Başka"}),
    "createGuideline": Making("guideline", Counter(guidelines=1), {"title": "Başka başlık"}, "admin"),
    "promotePractice": Making("guideline", Counter(guidelines=1, guideline_editions=1), {"title": "Başka başlık"}, "admin"),
    "raiseConcern": Making("concern", Counter(concerns=1), {"text": "Başka bir şey"}),
    "createCertification": Making("certification", Counter(certifications=1), {"name": "Başka ad"}, "admin"),
    "createCourse": Making("course", Counter(courses=1), {"title": "Başka başlık"}),
    "createInitiative": Making("initiative", Counter(initiatives=1), {"goal": "Başka"}, "admin"),
    "recordConductIncident": Making("incident", Counter(conduct_incidents=1), changed={"said": "Başka."}),
    "giveKudos": Making("kudos", Counter(kudos=1), {"text": "Başka bir teşekkür"}, "admin"),
    "createCompanyValue": Making("value", Counter(company_values=1), {"name": "Başka"}, "admin"),
    "chooseRepresentative": Making("choice", Counter(representative_choices=1), {"reason": "Başka"}, "admin"),
    "createSocialProgramme": Making("programme", Counter(social_programmes=1), {"mission": "Başka"}, "admin"),
    "createExperience": Making("experience", Counter(experiences=1), {"right": [1, 1]}, "admin"),
    "createBenchmark": Making("benchmark", Counter(benchmarks=1), {"low": 20}, "admin"),
    "createGuidelineTemplate": Making("template", Counter(guideline_templates=1), {"source": "Başka"}, "admin"),
    "createMotiveSurvey": Making("survey", Counter(motive_surveys=1), {"question": "Neden buradasınız?"}, "admin"),
    "createBadge": Making("badge", Counter(badges=1), {"name": "Başka"}, "admin"),
    "createLeaderboard": Making("leaderboard", Counter(leaderboards=1), {"name": "Başka"}, "admin"),
    "createReward": Making("reward", Counter(rewards=1), {"name": "Başka"}, "admin"),
    "createRisk": Making("risk", Counter(risks=1), {"impact": 1}, "admin"),
    "assessReadiness": Making("assessment", Counter(assessments=1), {"findings": FINDINGS}, "admin"),
    "createMentorshipProgramme": Making("programme", Counter(mentorship_programmes=1), {"name": "Başka bir ad"}, "admin"),
    "proposeMentorship": Making("mentorship", Counter(mentorships=1), None, "admin", once_a_situation=True),
    "startPractice": Making("run", Counter(practice_runs=1, cases=1, conversations=1, messages=1), None),
    "createSpace": Making("space", Counter(spaces=1), {"description": "Başka"}, once_a_situation=True),
    "createSlaPolicy": Making("slaPolicy", Counter(sla_policies=1), {"name": "Başka"}, "admin"),
    "submitRequest": Making("request", Counter(channels=1, cases=1, conversations=1, messages=1)),
    "addRequestMessage": Making("message", Counter(messages=1)),
    "askPublicQuestion": Making("question", Counter(questions=1)),
}


def creations(audience: str) -> dict[str, str]:
    """Give, of every mutation that takes a key, a document that shows the id of what it made."""
    found = {}
    for name, operation in operations(audience, "mutation").items():
        kind = get_named_type(operation.arguments["input"].type)
        assert is_input_object_type(kind)
        if "idempotencyKey" in kind.fields:
            shown = f"{MADE[name].shown} {{ id }} userErrors {{ code path }}"
            found[name] = f"mutation($input: {kind.name}!) {{ {name}(input: $input) {{ {shown} }} }}"
    return found


DOCUMENTS = {**creations("staff"), **creations("portal")}


class Sizes:
    """Counts what people can see, collection by collection; what was not written to since is not counted anew."""

    def __init__(self, story: Story) -> None:
        self._database = story.world.platform.database
        self._stale = {name for making in MADE.values() for name in making.made}
        self._known = Counter[str]()

    async def __call__(self) -> Counter[str]:
        every = self._known.keys() | self._stale
        self._stale |= WRITTEN.changed & every
        WRITTEN.changed.clear()
        for name in self._stale:
            self._known[name] = await self._database[name].count_documents({})
        self._stale = set()
        return self._known.copy()


async def run(client: Client, document: str, given: dict[str, Any]) -> tuple[str | None, list[tuple[str, list[str]]]]:
    payload = await client.refusable(document, given)
    made = next(value for name, value in payload.items() if name != "userErrors")
    return made["id"] if made else None, [(error["code"], error["path"]) for error in payload["userErrors"]]


async def check(
    name: str, story: Story, sizes: Sizes, turns: list[tuple[Client, dict[str, Any]]], another: dict[str, Any]
) -> None:
    """Send five times, three of them at once; then another input with the same key; then the key of somebody else."""
    document = DOCUMENTS[name]
    (first, given), (second, others) = turns
    keyed = {**given, "idempotencyKey": f"key-{name}"}
    before = await sizes()

    answers = [*await asyncio.gather(*(run(first, document, keyed) for _ in range(3)))]
    made = await sizes() - before
    await story.settle()
    settled = await sizes()
    answers += [await run(first, document, keyed) for _ in range(2)]
    await story.settle()

    identifiers = {identifier for identifier, _ in answers}
    assert [problems for _, problems in answers] == [[]] * 5, name
    assert len(identifiers) == 1, name
    assert made == MADE[name].made, name
    assert await sizes() == settled, name
    mismatch = await run(first, document, {**keyed, **another})
    assert mismatch == (None, [("IDEMPOTENCY_MISMATCH", ["input", "idempotencyKey"])]), name
    assert await sizes() == settled, name
    other, problems = await run(second, document, {**others, "idempotencyKey": f"key-{name}"})
    assert problems == [], name
    assert other not in identifiers, name


async def another(story: Story, name: str) -> dict[str, Any]:
    """Give what makes an input another one."""
    changed = MADE[name].changed
    return await SITUATIONS[name](story, EVERYTHING) if changed is None else changed


@pytest.mark.parametrize("half", [0, 1])
async def test_staff_creations_happen_once_a_key(world: World, half: int) -> None:
    story = await begin(world)
    sizes = Sizes(story)
    for name in sorted(creations("staff"))[half::2]:
        given = await SITUATIONS[name](story, EVERYTHING)
        anew = "expectedVersion" in given or MADE[name].once_a_situation
        others = await SITUATIONS[name](story, MADE[name].second) if anew else given
        await story.settle()
        turns = [(story.client(MADE[name].first), given), (story.client(MADE[name].second), others)]
        await check(name, story, sizes, turns, await another(story, name))


async def test_portal_creations_happen_once_a_key(world: World) -> None:
    story = await begin(world)
    sizes = Sizes(story)
    for name in creations("portal"):
        given = await PORTAL_SITUATIONS[name](story, "ayse")
        theirs = {"requestId": with_prefix("req", (await story.request("baran")).id)} if name == "addRequestMessage" else {}
        turns = [(story.portal("ayse"), given), (story.portal("baran"), {**given, **theirs})]
        await check(name, story, sizes, turns, {"body": "Bu başka bir metin."})


async def test_people_without_account_share_a_key_by_its_owner_alone(world: World) -> None:
    """Who has no account is told apart by nothing: the same key with the same input is the same request, not another's."""
    story = await begin(world)
    given = {
        **await PORTAL_SITUATIONS["submitRequest"](story, "anonymous"),
        "idempotencyKey": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    }
    anonymous = story.portal("anonymous")

    answers = await asyncio.gather(*(run(anonymous, DOCUMENTS["submitRequest"], given) for _ in range(3)))
    mine = await run(story.portal("ayse"), DOCUMENTS["submitRequest"], given)

    assert [problems for _, problems in [*answers, mine]] == [[]] * 4
    assert len({identifier for identifier, _ in answers}) == 1
    assert mine[0] != answers[0][0]
