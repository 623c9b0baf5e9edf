"""A manager tries a channel out, looks at the checklist, and takes it live with one thing open."""

from auth.actor import Role
from tests.care.ingest.sender import body_of, said, signed
from tests.journeys.conftest import World
from tests.receiver import listening

CREATE = """mutation ($input: CreateChannelInput!) { createChannel(input: $input) {
    channel { id version } secret userErrors { code } } }"""
LIST = """query ($channelId: ID!) { goLiveChecklist(channelId: $channelId) { ready channel { id }
    points { point state reason remedy manual markedAt markedBy { id } } wentLive { note openPoints by { id } } } }"""
MARK = """mutation ($input: MarkGoLivePointInput!) { markGoLivePoint(input: $input) {
    channel { version } checklist { points { point state markedBy { id } } } userErrors { code path } } }"""
LIVE = """mutation ($input: TakeChannelLiveInput!) { takeChannelLive(input: $input) {
    channel { id version setup { environment } } warnings { point remedy } userErrors { code path } } }"""


async def test_channel_is_tried_checked_and_taken_live(world: World) -> None:
    await world.join("elif", Role.MANAGER)
    await world.join("zeynep", Role.AGENT)
    manager = world.staff("elif")
    made = await manager.do(CREATE, {"name": "Narin", "kind": "GENERIC", "environment": "PRACTICE", "idempotencyKey": "k"})
    channel, body = made["channel"]["id"], body_of(said())
    async with manager.http() as http:
        answer = await http.post(f"/hooks/{channel}", content=body, headers=signed(made["secret"], body))
    assert answer.status_code == 200
    await world.settle()

    points = {one["point"]: one for one in (await manager.execute(LIST, channelId=channel))["goLiveChecklist"]["points"]}
    assert (points["TEST_MESSAGE"]["state"], points["SIGNATURE"]["state"]) == ("MET", "MET")
    assert (points["WAY_OUT"]["state"], points["WAY_OUT"]["remedy"]) == ("OPEN", "Enter a `sendUrl` with `updateChannel`.")
    assert [name for name, one in points.items() if one["manual"]] == ["TEAM_BRIEFED", "PRIVACY_NOTICE", "ESCALATION_KNOWN"]
    given = {"channelId": channel, "expectedVersion": 1}
    marked = await manager.do(MARK, {**given, "point": "TEAM_BRIEFED", "note": "Salı günü konuştuk"})
    shown = {one["point"]: one for one in marked["checklist"]["points"]}
    assert shown["TEAM_BRIEFED"] == {"point": "TEAM_BRIEFED", "state": "MET", "markedBy": {"id": world.members["elif"]}}

    refused = await world.staff("zeynep").refused(LIVE, {**given, "expectedVersion": 2})
    assert [code for code, _ in refused] == ["FORBIDDEN"]
    live = await manager.do(LIVE, {**given, "note": "Kampanya yarın", "expectedVersion": 2})

    assert live["channel"] == {"id": channel, "version": 3, "setup": {"environment": "LIVE"}}
    left = [one["point"] for one in live["warnings"]]
    assert left[0] == "WAY_OUT"
    told = (await manager.execute(LIST, channelId=channel))["goLiveChecklist"]
    assert told["wentLive"] == {"note": "Kampanya yarın", "openPoints": left, "by": {"id": world.members["elif"]}}
    assert told["ready"] is False


PROBE = """mutation ($input: ProbeChannelInput!) { probeChannel(input: $input) {
    channel { version } checklist { probe { endedAt askedBy { id } } } userErrors { code path } } }"""
PROBED = """query ($channelId: ID!) { goLiveChecklist(channelId: $channelId) {
    probe { endedAt failedBecause } points { point state } } }"""


async def test_way_out_of_a_channel_is_tried_before_it_goes_live(world: World) -> None:
    await world.join("elif", Role.MANAGER)
    manager = world.staff("elif")
    async with listening((200, b"")) as network:
        told = {"name": "Narin", "kind": "GENERIC", "environment": "PRACTICE", "sendUrl": f"{network.url}/send"}
        channel = (await manager.do(CREATE, told))["channel"]
        asked = await manager.do(PROBE, {"channelId": channel["id"], "expectedVersion": channel["version"]})
        await world.settle()
    shown = (await manager.execute(PROBED, channelId=channel["id"]))["goLiveChecklist"]

    assert asked["checklist"]["probe"] == {"endedAt": None, "askedBy": {"id": world.members["elif"]}}
    assert shown["probe"]["failedBecause"] is None
    assert shown["probe"]["endedAt"] is not None
    assert {"point": "WAY_OUT", "state": "MET"} in shown["points"]
    assert [one.path for one in network.heard] == ["/send"]
