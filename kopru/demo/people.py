"""Setting the company of the demo up: departments, skills, channels, members with accounts, customers."""

from auth.accounts import create_account, create_customer_account
from auth.actor import SYSTEM, Role
from auth.drafts import AccountDraft, CustomerAccountDraft
from auth.identify import actor_of
from care.channel_drafts import ChannelDraft
from care.channels import create_channel
from care.customers import Person, ensure_customer
from care.documents.channels import ChannelKind
from care.documents.claims import ClaimField, ClaimSource
from care.documents.customers import Customer
from care.profiles import accepted, put_fact, said
from community.departments import DepartmentDraft, add_department
from community.documents import Availability
from community.members import MemberDraft, add_member, set_availability
from community.skills import SkillDraft, add_skill
from core.clock import now
from core.idempotency import Once
from core.records import change
from kopru.demo.learning import found_learning
from kopru.demo.offers import found_offers
from kopru.demo.recognition import found_recognition
from kopru.demo.rows import Row
from kopru.demo.timeline import Story
from kopru.demo.world import World

FOUNDED_DAYS_AGO = 63


async def found_company(world: World, *, send_to: str) -> Story:
    """Make everything that is there before the first customer writes; channels send to `send_to` and their key."""
    yield world.ago(days=FOUNDED_DAYS_AGO)
    for row in world.content.channels:
        draft = ChannelDraft(name=row["name"], kind=ChannelKind(row["kind"]), send_url=f"{send_to}/{row['key']}")
        issued = await create_channel(SYSTEM, draft, keyring=world.platform.keyring, once=Once())
        world.channels[row["key"]] = issued.channel
    departments = {
        row["key"]: (await add_department(SYSTEM, DepartmentDraft(name=row["name"]), once=Once())).id
        for row in world.content.departments
    }
    skills = {row["key"]: await _add_skill(row) for row in world.content.skills}
    for row in world.content.members:
        await _add_member(world, row, departments, skills)
    await found_recognition(world)
    await found_learning(world)
    await found_offers(world)
    for row in world.content.customers:
        await _meet_customer(world, row)


async def _add_skill(row: Row) -> str:
    keywords = [word for words in row["keywords"].values() for word in words]
    return (await add_skill(SYSTEM, SkillDraft(name=row["name"], keywords=keywords), once=Once())).id


async def _add_member(world: World, row: Row, departments: dict[str, str], skills: dict[str, str]) -> None:
    roles = [Role(role) for role in row["roles"]]
    person = MemberDraft(
        display_name=row["name"],
        email=row["email"],
        roles=roles,
        department_id=departments[row["department"]],
        job_title=row["job_title"],
        locales=row["locales"],
        skill_ids=[skills[held["skill"]] for held in row["skills"]],
        bio=row["bio"],
    )
    member = await add_member(SYSTEM, person, once=Once())
    draft = AccountDraft(
        email=row["email"],
        name=row["name"],
        roles=roles,
        password=world.password,
        reach=[world.channels[key].id for key in row.get("channels", [])],
        locale=row["locales"][0],
        member_id=member.id,
    )
    account = await create_account(SYSTEM, draft)
    await set_availability(SYSTEM, member.id, Availability(row["availability"]))
    world.members[row["key"]] = await actor_of(account.id)


async def _meet_customer(world: World, row: Row) -> None:
    person = Person(
        external_id=row["key"],
        handle=row["handle"],
        name=row["name"],
        followers=row["followers"],
        profile_url=row["profile_url"],
    )
    customer = await ensure_customer(world.channels[row["channel"]], person)

    def tell_more(customer: Customer) -> None:
        told = {ClaimField.LANGUAGE: row["locale"], ClaimField.EMAIL: row.get("email"), ClaimField.PHONE: row.get("phone")}
        for field, value in told.items():
            if value is not None:
                put_fact(customer, accepted(said(field, value, ClaimSource.CRM_IMPORT, now()), now()))
        # Who has an account in the portal has proved who they are.
        verified = [identity.model_copy(update={"verified": row.get("portal", False)}) for identity in customer.identities]
        customer.identities = verified

    customer = await change(customer, tell_more)
    world.customers[row["key"]] = customer.id
    if row.get("portal"):
        draft = CustomerAccountDraft(
            customer_id=customer.id, email=row["email"], name=row["name"], password=world.password, locale=row["locale"]
        )
        world.customer_accounts.append((await create_customer_account(SYSTEM, draft)).id)
