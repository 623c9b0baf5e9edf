"""From credentials to the Actor, and how soon a change is felt."""

from datetime import timedelta

import pytest
from typing_extensions import override

from auth.accounts import (
    change_roles,
    create_service_account,
    disable_account,
    enable_account,
    grant,
    set_password,
    sign_out_everywhere,
)
from auth.actor import ANONYMOUS, SYSTEM, ActorKind, Permission, Role, permissions_of
from auth.api_tokens import create_api_token, revoke_api_token
from auth.documents import Account
from auth.errors import AmbiguousCredentials, NotAuthenticated
from auth.identify import actor_of, identify, recognise, recognise_again
from auth.issuer import LocalIssuer
from auth.sessions import end_session, start_session
from auth.tokens import AccessClaims, Audience, TokenReader
from core.clock import clock, now
from core.database import Database
from tests.auth.makers import KEYRING, URL, make_api_token, make_authenticator, make_customer, make_member

STAFF, PORTAL = Audience.STAFF, Audience.PORTAL


async def bearer(account: Account) -> str:
    return f"Bearer {(await make_authenticator().issuer.issue(account)).access_token}"


async def test_nothing_is_anonymous(store: Database) -> None:
    for audience in Audience:
        assert await make_authenticator().identify(None, None, audience=audience) is ANONYMOUS


async def test_member_is_known_by_token_and_by_cookie_alike(store: Database) -> None:
    member = await make_member(Role.AGENCY, reach=("chn_1",))
    authenticator = make_authenticator()

    actor = await authenticator.identify(await bearer(member), None, audience=STAFF)

    assert (actor.kind, actor.id, actor.account_id) == (ActorKind.MEMBER, member.member_id, member.id)
    assert (actor.member_id, actor.customer_id, actor.locale) == (member.member_id, None, "tr")
    assert (actor.roles, actor.permissions) == (frozenset({Role.AGENCY}), permissions_of([Role.AGENCY]))
    assert (actor.reach, actor.scoped) == (frozenset({"chn_1"}), True)
    assert await authenticator.identify(None, await start_session(member), audience=STAFF) == actor
    assert await actor_of(member.id) == actor


async def test_customer_is_known_in_the_portal(store: Database) -> None:
    customer = await make_customer()
    authenticator = make_authenticator()

    actor = await authenticator.identify(await bearer(customer), None, audience=PORTAL)

    assert (actor.kind, actor.id, actor.customer_id, actor.member_id) == (ActorKind.CUSTOMER, "cus_1", "cus_1", None)
    assert (actor.permissions, actor.reach) == (frozenset({Permission.REQUEST_SUBMIT}), frozenset())
    assert await authenticator.identify(None, await start_session(customer), audience=PORTAL) == actor


async def test_program_has_its_scopes_and_no_more(store: Database) -> None:
    made = await make_api_token(Permission.CASE_READ, Permission.CASE_NOTE)
    await grant(SYSTEM, made.token.account_id, ["chn_1"])

    actor = await make_authenticator().identify(f"bearer  {made.secret} ", None, audience=STAFF)

    assert (actor.kind, actor.id, actor.roles) == (ActorKind.SERVICE, made.token.account_id, frozenset())
    assert actor.permissions == {Permission.CASE_READ, Permission.CASE_NOTE}
    assert (actor.reach, actor.member_id) == (frozenset({"chn_1"}), None)
    assert (await actor_of(made.token.account_id)).permissions == frozenset()


async def test_each_audience_refuses_the_others_callers(store: Database) -> None:
    member, customer, program = await make_member(password=None), await make_customer(), await make_api_token()
    authenticator = make_authenticator()
    for header, cookie, audience in (
        (await bearer(member), None, PORTAL),
        (None, await start_session(member), PORTAL),
        (f"Bearer {program.secret}", None, PORTAL),
        (await bearer(customer), None, STAFF),
        (None, await start_session(customer), STAFF),
    ):
        with pytest.raises(NotAuthenticated):
            await authenticator.identify(header, cookie, audience=audience)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "kpt_x", "Bearer kpt_unknown", "Bearer a.b.c", "Token x"]
)
async def test_what_is_no_valid_header_is_refused(store: Database, header: str) -> None:
    with pytest.raises(NotAuthenticated):
        await make_authenticator().identify(header, None, audience=STAFF)


async def test_unknown_or_empty_cookie_is_refused(store: Database) -> None:
    for cookie in ("", "unknown", "ş"):
        with pytest.raises(NotAuthenticated):
            await make_authenticator().identify(None, cookie, audience=STAFF)


async def test_header_and_cookie_together_are_ambiguous(store: Database) -> None:
    member = await make_member()
    header, cookie = await bearer(member), await start_session(member)

    with pytest.raises(AmbiguousCredentials):
        await make_authenticator().identify(header, cookie, audience=STAFF)


async def test_changed_roles_and_reach_hold_from_the_next_request_on(store: Database) -> None:
    member = await make_member(Role.AGENCY)
    authenticator, header, cookie = make_authenticator(), await bearer(member), await start_session(member)
    await change_roles(SYSTEM, member.id, [Role.MANAGER])
    await grant(SYSTEM, member.id, ["spc_1"])

    for credentials in ((header, None), (None, cookie)):
        actor = await authenticator.identify(*credentials, audience=STAFF)
        assert (actor.permissions, actor.scoped) == (permissions_of([Role.MANAGER]), False)
        assert actor.reach == {"spc_1"}


@pytest.mark.parametrize("how", ["disabled", "password", "signed out"])
async def test_what_was_issued_before_is_void_at_once_and_for_ever(store: Database, how: str) -> None:
    member = await make_member()
    authenticator, header, cookie = make_authenticator(), await bearer(member), await start_session(member)
    if how == "disabled":
        await disable_account(SYSTEM, member.id)
        with pytest.raises(NotAuthenticated):
            await actor_of(member.id)
    elif how == "password":
        await set_password(SYSTEM, member.id, "another long password")
    else:
        await sign_out_everywhere(await actor_of(member.id), member.id)

    for _ in range(2):
        for credentials in ((header, None), (None, cookie)):
            with pytest.raises(NotAuthenticated):
                await authenticator.identify(*credentials, audience=STAFF)
        await enable_account(SYSTEM, member.id)

    actor = await authenticator.identify(await bearer(member), None, audience=STAFF)
    assert actor.account_id == member.id


async def test_program_is_stopped_with_its_account(store: Database) -> None:
    made = await make_api_token()
    await disable_account(SYSTEM, made.token.account_id)

    with pytest.raises(NotAuthenticated):
        await make_authenticator().identify(f"Bearer {made.secret}", None, audience=STAFF)


async def test_access_token_in_a_programs_or_nobodys_name_is_refused(store: Database) -> None:
    service = await create_service_account(SYSTEM, "import")

    class AnySubject(TokenReader):
        """A reader of an issuer that says a subject of its own choice."""

        @override
        async def read(self, token: str, *, audience: Audience) -> AccessClaims:
            assert audience is STAFF
            return AccessClaims(issuer=URL, subject=token, issued_at=now().timestamp(), expires_at=now())

    for subject in (service.id, "acc_unknown"):
        with pytest.raises(NotAuthenticated):
            await identify(f"Bearer {subject}", None, audience=STAFF, tokens=AnySubject([]))
    with pytest.raises(NotAuthenticated):
        await actor_of("acc_unknown")


async def test_socket_asks_again_and_feels_each_change(store: Database) -> None:
    member, program = await make_member(), await make_api_token()
    authenticator, cookie = make_authenticator(), await start_session(member)
    by_token = await authenticator.recognise(await bearer(member), None, audience=STAFF)
    by_cookie = await authenticator.recognise(None, cookie, audience=STAFF)
    by_secret = await authenticator.recognise(f"Bearer {program.secret}", None, audience=STAFF)
    nobody = await authenticator.recognise(None, None, audience=PORTAL)
    assert timedelta(minutes=59) < (by_token.until or now()) - now() <= timedelta(hours=1)
    assert timedelta(hours=11) < (by_cookie.until or now()) - now() <= timedelta(hours=12)
    assert (by_secret.until, nobody.until) == (None, None)
    assert await recognise_again(nobody) is nobody
    assert await recognise_again(by_token) == by_token

    await change_roles(SYSTEM, member.id, [Role.EXPERT])
    for identity in (by_token, by_cookie):
        assert (await recognise_again(identity)).actor.roles == {Role.EXPERT}
    assert (await recognise_again(by_secret)).actor == by_secret.actor

    await end_session(cookie)
    await revoke_api_token(SYSTEM, program.token.id)
    await recognise_again(by_token)
    await sign_out_everywhere(by_token.actor, member.id)
    for identity in (by_token, by_cookie, by_secret):
        with pytest.raises(NotAuthenticated):
            await recognise_again(identity)


async def test_issuer_elsewhere_is_not_trusted(store: Database) -> None:
    member = await make_member()
    elsewhere = LocalIssuer(KEYRING, url="https://other.example", life=timedelta(hours=1))
    header = f"Bearer {(await elsewhere.issue(member)).access_token}"

    with pytest.raises(NotAuthenticated):
        await recognise(header, None, audience=STAFF, tokens=make_authenticator().tokens)


async def test_process_whose_clock_is_behind_issues_what_holds(store: Database) -> None:
    member = await sign_out_everywhere(SYSTEM, (await make_member()).id)
    program = await make_api_token()
    service = await sign_out_everywhere(SYSTEM, program.token.account_id)
    clock.shift(timedelta(seconds=-1))
    authenticator = make_authenticator()
    made = await create_api_token(SYSTEM, service.id, "second", [Permission.CASE_READ])

    for header, cookie in (
        (await bearer(member), None),
        (None, await start_session(member)),
        (f"Bearer {made.secret}", None),
    ):
        assert (await authenticator.identify(header, cookie, audience=STAFF)).account_id in {member.id, service.id}
    with pytest.raises(NotAuthenticated):
        await authenticator.identify(f"Bearer {program.secret}", None, audience=STAFF)
