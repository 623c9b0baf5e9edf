"""Accounts and authenticators for the tests of signing in."""

from datetime import timedelta

from auth.accounts import create_account, create_customer_account, create_service_account
from auth.actor import SYSTEM, Permission, Role
from auth.api_tokens import NewApiToken, create_api_token
from auth.authenticator import Authenticator
from auth.documents import Account
from auth.drafts import AccountDraft, CustomerAccountDraft
from auth.issuer import LocalIssuer
from auth.tokens import TokenReader
from core.database import Database
from core.secrets import Keyring

PASSWORD = "correct horse battery"
URL = "https://kopru.example"
KEYRING = Keyring(b"a secret for the tests of signing in")


def make_authenticator(*, life: timedelta = timedelta(hours=1)) -> Authenticator:
    """Compose what a process opens; each call stands for another process."""
    issuer = LocalIssuer(KEYRING, url=URL, life=life)
    return Authenticator(issuer=issuer, tokens=TokenReader([issuer.as_trusted()]), keyring=KEYRING)


async def make_member(
    *roles: Role, email: str = "ayse@kopru.example", password: str | None = PASSWORD, reach: tuple[str, ...] = ()
) -> Account:
    draft = AccountDraft(
        email=email, name="Ayşe Yılmaz", roles=list(roles or (Role.AGENT,)), password=password, reach=list(reach), locale="tr"
    )
    return await create_account(SYSTEM, draft)


async def make_customer(*, email: str = "customer@mail.example", customer_id: str = "cus_1") -> Account:
    draft = CustomerAccountDraft(customer_id=customer_id, email=email, name="Zeynep", password=PASSWORD)
    return await create_customer_account(SYSTEM, draft)


async def make_api_token(*scopes: Permission) -> NewApiToken:
    service = await create_service_account(SYSTEM, "CRM import")
    return await create_api_token(SYSTEM, service.id, "nightly", scopes or (Permission.CASE_READ,))


async def events_of(store: Database, collection: str, identifier: str) -> list[tuple[str, object]]:
    """List type and `change` of the events that a document carries."""
    row = await store[collection].find_one({"_id": identifier})
    return [(event["type"], event["payload"].get("change")) for event in (row or {}).get("pending", [])]
