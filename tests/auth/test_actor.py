"""Roles and permissions, as `docs/api` promises them."""

import pytest

from auth.actor import ANONYMOUS, CUSTOMER_PERMISSIONS, SYSTEM, Actor, ActorKind, Permission, Role, is_scoped, permissions_of
from core.errors import Forbidden

MEMBER = Actor(ActorKind.MEMBER, "mem_a", "acc_a", "mem_a", permissions=permissions_of([Role.EXPERT]))


def test_permissions_are_named_once_and_in_order() -> None:
    names = [permission.value for permission in Permission]

    assert names == sorted(set(names))


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.ACCOUNT_MANAGE, {Role.ADMIN}),
        (Permission.CASE_REPLY, {Role.TRAINEE, Role.AGENT, Role.AGENCY, Role.MENTOR, Role.MANAGER, Role.ADMIN}),
        (Permission.CASE_REPLY_PUBLIC, {Role.AGENT, Role.AGENCY, Role.MENTOR, Role.MANAGER, Role.ADMIN}),
        (Permission.REPLY_RELEASE, {Role.MENTOR, Role.MANAGER, Role.ADMIN}),
        (Permission.CUSTOMER_READ, {Role.TRAINEE, Role.AGENT, Role.AGENCY, Role.MENTOR, Role.MANAGER, Role.ADMIN}),
        (Permission.MEMBER_MANAGE, {Role.HR, Role.ADMIN}),
        (Permission.CASE_OVERRIDE, {Role.MANAGER, Role.ADMIN}),
        (Permission.REQUEST_SUBMIT, set()),
    ],
    ids=lambda value: value.value if isinstance(value, Permission) else "",
)
def test_permission_is_held_by_these_roles(permission: Permission, roles: set[Role]) -> None:
    assert {role for role in Role if permission in permissions_of([role])} == roles


def test_roles_add_up_and_only_an_agencys_person_is_scoped() -> None:
    assert permissions_of([Role.HR, Role.EXPERT]) == permissions_of([Role.HR]) | permissions_of([Role.EXPERT])
    assert permissions_of([]) == frozenset()
    assert is_scoped([Role.AGENCY])
    assert not any(is_scoped(roles) for roles in ([Role.AGENCY, Role.AGENT], [Role.AGENT], []))


def test_member_is_given_or_refused() -> None:
    assert MEMBER.member == "mem_a"
    with pytest.raises(Forbidden):
        _ = SYSTEM.member


def test_required_permission_is_named_in_the_refusal() -> None:
    MEMBER.require(Permission.QUESTION_ANSWER)
    with pytest.raises(Forbidden, match="case:read"):
        MEMBER.require(Permission.CASE_READ)


def test_customers_and_strangers_may_only_submit_requests() -> None:
    assert CUSTOMER_PERMISSIONS == ANONYMOUS.permissions == {Permission.REQUEST_SUBMIT}
