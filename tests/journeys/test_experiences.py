"""Interactive content from its draft to what marketing learns of it, without learning who."""

from typing import Any
from uuid import uuid4

from auth.actor import Role
from tests.factories.experiences import BROCHURE
from tests.journeys.acts import act
from tests.journeys.conftest import World

SHOWN = "experience { id version status kind texts { locale title } }"
CREATE, PUBLISH, WITHDRAW = (act(f"{verb}Experience", SHOWN) for verb in ("create", "publish", "withdraw"))
REPORT = """query($id: ID!) { node(id: $id) { ... on Experience { report {
  peopleCount knownCustomerCount finishedCount completionRate
  pages { page peopleCount } choices { question choice peopleCount right } } } } }"""
OFFERED = """{ experiences(first: 5) { totalCount nodes { id kind
  texts { locale title videoUrl introHtml pages { title bodyHtml } questions { prompt choices } } } }
  viewer { engagement { finishedCount rightCount badge } } }"""
DO = act("recordEngagement", "progress { pages finished answers { question choice right } }")
FORGET = act("forgetEngagement", "forgottenCount")


async def test_brochure_with_a_game_is_published_gone_through_and_counted(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    await world.join("ece", Role.AGENT)
    await world.register("ayse")
    leyla, ece, ayse, anybody = world.staff("leyla"), world.staff("ece"), world.portal("ayse"), world.portal()
    assert await ece.refused(CREATE, BROCHURE) == [("FORBIDDEN", ["input"])]
    text = {"locale": "tr", "title": "Kısa film", "videoUrl": "javascript:alert(1)"}
    bad = await leyla.refused(CREATE, {"kind": "VIDEO", "texts": [text]})
    assert bad == [("INVALID_INPUT", ["input", "texts", "0", "videoUrl"])]
    draft = (await leyla.do(CREATE, BROCHURE))["experience"]
    assert (await anybody.execute(OFFERED))["experiences"]["totalCount"] == 0
    at = {"experienceId": draft["id"]}
    offered = (await leyla.do(PUBLISH, {**at, "expectedVersion": draft["version"]}))["experience"]
    seen = await anybody.execute(OFFERED)
    (shown,) = seen["experiences"]["nodes"]
    assert ([one["locale"] for one in shown["texts"]], seen["viewer"]["engagement"]) == (["tr", "fa"], None)
    assert "<strong>1</strong>" in shown["texts"][0]["pages"][0]["bodyHtml"]
    assert "<script" not in shown["texts"][0]["pages"][0]["bodyHtml"]
    assert "right" not in str(shown)

    mine: dict[str, Any] = {"experienceId": shown["id"], "clientKey": str(uuid4()), "consents": True}
    for one in ({"kind": "OPENED"}, {"kind": "PAGE_TURNED", "page": 2}, {"kind": "PAGE_TURNED", "page": 3}):
        await ayse.do(DO, {**mine, **one})
    assert await ayse.refused(DO, {**mine, "kind": "FINISHED"}) == [("INVALID_INPUT", ["input", "kind"])]
    answered = (await ayse.do(DO, {**mine, "kind": "ANSWERED", "question": 1, "choice": 1}))["progress"]
    assert answered["answers"] == [{"question": 1, "choice": 1, "right": True}]
    assert (await ayse.do(DO, {**mine, "kind": "FINISHED"}))["progress"]["finished"] is True
    theirs = {**mine, "clientKey": str(uuid4()), "kind": "PAGE_TURNED", "page": 2}
    assert await anybody.refused(DO, {**theirs, "page": 9}) == [("INVALID_INPUT", ["input", "page"])]
    assert await anybody.refused(DO, {**theirs, "clientKey": "1"}) == [("INVALID_INPUT", ["input", "clientKey"])]
    assert await anybody.refused(DO, {**theirs, **at}) == [("NOT_FOUND", ["input", "experienceId"])]
    await anybody.do(DO, theirs)

    assert (await ayse.execute(OFFERED))["viewer"]["engagement"] == {"finishedCount": 1, "rightCount": 1, "badge": "BRONZE"}
    assert (await leyla.execute(REPORT, id=draft["id"]))["node"]["report"] == {
        "peopleCount": 2,
        "knownCustomerCount": 1,
        "finishedCount": 1,
        "completionRate": 0.5,
        "pages": [{"page": 1, "peopleCount": 2}, {"page": 2, "peopleCount": 2}, {"page": 3, "peopleCount": 1}],
        "choices": [
            {"question": 1, "choice": 1, "peopleCount": 1, "right": True},
            {"question": 1, "choice": 2, "peopleCount": 0, "right": False},
        ],
    }
    assert (await ece.execute(REPORT, id=draft["id"]))["node"]["report"] is None
    assert (await ayse.do(FORGET, {"confirmed": True}))["forgottenCount"] == 1
    assert (await ayse.execute(OFFERED))["viewer"]["engagement"]["badge"] is None
    gone = await leyla.do(WITHDRAW, {**at, "expectedVersion": offered["version"]})
    assert gone["experience"]["status"] == "WITHDRAWN"
    assert (await anybody.execute(OFFERED))["experiences"]["totalCount"] == 0
