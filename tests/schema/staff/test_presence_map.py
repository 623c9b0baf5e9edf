"""Where customers come from and are, the registry of accounts, and tracked links, as clients see them."""

from datetime import timedelta

from auth.actor import Role
from core.clock import now
from tests.factories.care import make_actor, make_conversation, make_customer, say
from tests.schema.staff.staff import Staff

ACCOUNT = """mutation ($input: CreateSocialAccountInput!) { createSocialAccount(input: $input) {
    socialAccount { id name version followers } userErrors { code path } } }"""
FOLLOWERS = """mutation ($input: RecordFollowersInput!) { recordFollowers(input: $input) {
    followerCount { day followers } socialAccount { followers version } userErrors { code path } } }"""
MAPS = """query ($range: DateTimeRange!) {
    presenceMap { customerCount platforms { platform customerCount share ownAccountCount groupCount followerCount } }
    acquisitionReport(range: $range) { customerCount groups { way channelKind customerCount share } }
    customers(first: 5) { nodes { acquisition { way channelKind url channel { id } } } }
    socialAccounts(kind: OWN, first: 5) { totalCount nodes { id followerSeries(first: 5) { nodes { followers } } } } }"""
LINK = """mutation ($input: CreateTrackedLinkInput!) { createTrackedLink(input: $input) {
    trackedLink { id version target shortUrl clickCount case { id } } userErrors { code path } } }"""
LINKS = """query ($range: DateTimeRange!) { trackedLinks(first: 5) { totalCount nodes { id
    clicksByDay(range: $range) { clicks } } } }"""


async def test_maps_show_customers_beside_the_company(staff: Staff) -> None:
    manager = make_actor(Role.MANAGER)
    customer = await make_customer()
    case = await say(await make_conversation(customer=customer))
    account = {"kind": "OWN", "platform": "X", "name": "@narin", "url": "https://x.example/narin"}
    made = (await staff.do(manager, ACCOUNT, **account))["socialAccount"]
    counted = await staff.do(manager, FOLLOWERS, accountId=made["id"], followers=1_200)
    error, _ = await staff.refusal(manager, ACCOUNT, **{**account, "url": "narin"})
    span = {"from": (now() - timedelta(days=1)).isoformat(), "until": (now() + timedelta(days=1)).isoformat()}

    shown = await staff.ask(manager, MAPS, range=span)

    assert (made["followers"], counted["socialAccount"]) == (None, {"followers": 1_200, "version": 1})
    assert counted["followerCount"] == {"day": now().date().isoformat(), "followers": 1_200}
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "url"])
    platform = {"platform": "X", "customerCount": 1, "share": 1.0, "ownAccountCount": 1, "groupCount": 0, "followerCount": 1_200}
    assert shown["presenceMap"] == {"customerCount": 1, "platforms": [platform]}
    came = {"way": "CONTENT", "channelKind": "X", "customerCount": 1, "share": 1.0}
    assert shown["acquisitionReport"] == {"customerCount": 1, "groups": [came]}
    acquired = {"way": "CONTENT", "channelKind": "X", "url": None, "channel": {"id": case.channel_id}}
    assert shown["customers"]["nodes"] == [{"acquisition": acquired}]
    series = {"nodes": [{"followers": 1_200}]}
    assert shown["socialAccounts"] == {"totalCount": 1, "nodes": [{"id": made["id"], "followerSeries": series}]}
    assert (await staff.error(make_actor(), "{ presenceMap { customerCount } }")).extensions["code"] == "FORBIDDEN"


async def test_link_of_a_case_is_made_and_listed(staff: Staff) -> None:
    agent, case = make_actor(), await say(await make_conversation())
    given = {"url": "https://narin.example/kampanya", "name": "Kampanya", "campaign": "kis", "caseId": case.id}
    span = {"from": (now() - timedelta(days=1)).isoformat(), "until": (now() + timedelta(days=1)).isoformat()}

    link = (await staff.do(agent, LINK, **given))["trackedLink"]
    listed = (await staff.ask(agent, LINKS, range=span))["trackedLinks"]

    assert link["target"] == "https://narin.example/kampanya?utm_campaign=kis"
    assert "/l/" in link["shortUrl"]
    assert (link["clickCount"], link["case"]) == (0, {"id": case.id})
    assert listed == {"totalCount": 1, "nodes": [{"id": link["id"], "clicksByDay": []}]}
