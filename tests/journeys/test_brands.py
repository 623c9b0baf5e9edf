"""Brands: an agency's person works on a brand, and sees its channels as they come and go."""

from typing import Any

from auth.actor import SYSTEM, Role
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.documents.channels import Channel, ChannelKind
from core.idempotency import Once
from tests.factories.care import make_case, make_conversation
from tests.journeys.conftest import World

CREATE = "mutation($input: CreateBrandInput!) { createBrand(input: $input) { brand { id name version } userErrors { code } } }"
GIVE = """
mutation($input: SetChannelBrandInput!) {
  setChannelBrand(input: $input) { channel { version brand { name } } userErrors { code path } }
}"""
SCOPE = """
mutation($input: SetAgencyScopeInput!) {
  setAgencyScope(input: $input) {
    agencyScope { version member { displayName } brands { name } channels { name } allChannels { name } } userErrors { code path }
  }
}"""
SEEN = """
query($id: ID!, $brands: [ID!]) {
  cases(first: 5) { nodes { id } }
  brands(first: 5) { totalCount nodes { name archived } }
  channels(first: 5, filter: {brandIds: $brands}) { nodes { name } }
  agencyScope(memberId: $id) { allChannels { name } }
}"""


async def channel(world: World, name: str) -> Channel:
    draft = ChannelDraft(name=name, kind=ChannelKind.X)
    return (await create_channel(SYSTEM, draft, keyring=world.platform.keyring, once=Once())).channel


async def test_agency_works_on_a_brand_and_sees_nothing_else(world: World) -> None:
    await world.join("leyla", Role.MANAGER)
    ada = await world.join("ada", Role.AGENCY)
    home, other = await channel(world, "Narin Ev on X"), await channel(world, "Narin Bebek on X")
    theirs, hidden = [await make_case(await make_conversation(one)) for one in (home, other)]
    leyla, agency = world.staff("leyla"), world.staff("ada")
    made: dict[str, Any] = (await leyla.execute(CREATE, input={"name": "Narin Ev"}))["createBrand"]["brand"]
    nothing = await agency.execute(SEEN, id=ada, brands=[made["id"]])

    said = await leyla.execute(SCOPE, input={"memberId": ada, "brandIds": [made["id"]], "expectedVersion": 0})
    given = await leyla.execute(GIVE, input={"channelId": home.id, "brandId": made["id"], "expectedVersion": home.version})
    await world.settle()
    seen = await agency.execute(SEEN, id=ada, brands=[made["id"]])

    assert nothing["cases"]["nodes"] == nothing["channels"]["nodes"] == nothing["brands"]["nodes"] == []
    assert said["setAgencyScope"] == {
        "agencyScope": {
            "version": 1,
            "member": {"displayName": "Ada"},
            "brands": [{"name": "Narin Ev"}],
            "channels": [],
            "allChannels": [],
        },
        "userErrors": [],
    }
    assert given["setChannelBrand"] == {"channel": {"version": 2, "brand": {"name": "Narin Ev"}}, "userErrors": []}
    assert seen == {
        "cases": {"nodes": [{"id": theirs.id}]},
        "brands": {"totalCount": 1, "nodes": [{"name": "Narin Ev", "archived": False}]},
        "channels": {"nodes": [{"name": "Narin Ev on X"}]},
        "agencyScope": {"allChannels": [{"name": "Narin Ev on X"}]},
    }
    assert hidden.id not in str(seen)

    late = await leyla.execute(SCOPE, input={"memberId": ada, "expectedVersion": 0})
    assert late["setAgencyScope"]["userErrors"] == [{"code": "CONFLICT", "path": ["input", "expectedVersion"]}]
    assert late["setAgencyScope"]["agencyScope"]["version"] == 1
    gone = await leyla.execute(GIVE, input={"channelId": home.id, "expectedVersion": 2})
    await world.settle()
    left = await agency.execute(SEEN, id=ada, brands=[made["id"]])
    assert gone["setChannelBrand"]["channel"] == {"version": 3, "brand": None}
    assert left["cases"]["nodes"] == left["channels"]["nodes"] == []
