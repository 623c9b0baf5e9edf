"""Who is calling and what they may do: roles, permissions and the Actor that every operation takes first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from core.errors import Forbidden


class Role(StrEnum):
    """What a member is for; a member may hold several."""

    AGENT = "AGENT"
    EXPERT = "EXPERT"
    MENTOR = "MENTOR"
    TRAINEE = "TRAINEE"
    AGENCY = "AGENCY"
    MANAGER = "MANAGER"
    HR = "HR"
    ADMIN = "ADMIN"


class Permission(StrEnum):
    """One act on one kind of object, `noun:verb`; kept in alphabetical order."""

    ACCOUNT_MANAGE = "account:manage"
    ANSWER_BANK_APPROVE = "answer_bank:approve"
    ANSWER_BANK_EDIT = "answer_bank:edit"
    ANSWER_BANK_READ = "answer_bank:read"
    ASSIGNMENT_MANAGE = "assignment:manage"
    BLOG_MANAGE = "blog:manage"
    BLOG_READ = "blog:read"
    BLOG_WRITE = "blog:write"
    CASE_ASSIGN = "case:assign"
    CASE_CLOSE = "case:close"
    CASE_CONSULT = "case:consult"
    CASE_NOTE = "case:note"
    CASE_OVERRIDE = "case:override"
    CASE_READ = "case:read"
    CASE_REPLY = "case:reply"
    CASE_REPLY_PUBLIC = "case:reply_public"
    CASE_WORK = "case:work"
    CASEWORK_MANAGE = "casework:manage"
    CERTIFICATION_MANAGE = "certification:manage"
    CHANNEL_MANAGE = "channel:manage"
    CONCERN_HANDLE = "concern:handle"
    CUSTOMER_EDIT = "customer:edit"
    CUSTOMER_IMPORT = "customer:import"
    CUSTOMER_MERGE = "customer:merge"
    CUSTOMER_READ = "customer:read"
    EXPERIENCE_MANAGE = "experience:manage"
    GOVERNANCE_MANAGE = "governance:manage"
    GUIDELINE_MANAGE = "guideline:manage"
    IDEA_MANAGE = "idea:manage"
    IDEA_READ = "idea:read"
    IDEA_SUBMIT = "idea:submit"
    INFORMATION_ANSWER = "information:answer"
    INFORMATION_REQUEST = "information:request"
    JOB_MANAGE = "job:manage"
    LISTENING_MANAGE = "listening:manage"
    MEMBER_MANAGE = "member:manage"
    MEMBER_READ = "member:read"
    MENTORSHIP_MANAGE = "mentorship:manage"
    PRACTICE_MANAGE = "practice:manage"
    QUESTION_ANSWER = "question:answer"
    QUESTION_ASK = "question:ask"
    QUESTION_COMMENT = "question:comment"
    QUESTION_MODERATE = "question:moderate"
    QUESTION_PUBLISH = "question:publish"
    QUESTION_READ = "question:read"
    QUESTION_VOTE = "question:vote"
    RECOGNITION_MANAGE = "recognition:manage"
    REPLY_RELEASE = "reply:release"
    REPORT_READ = "report:read"
    REQUEST_SUBMIT = "request:submit"
    SEARCH_USE = "search:use"
    SEGMENT_MANAGE = "segment:manage"
    SHIFT_MANAGE = "shift:manage"
    SLA_MANAGE = "sla:manage"
    SPACE_CREATE = "space:create"
    SPACE_MANAGE = "space:manage"
    TRAINING_MANAGE = "training:manage"
    WEBHOOK_MANAGE = "webhook:manage"
    WIKI_APPROVE = "wiki:approve"
    WIKI_EDIT = "wiki:edit"
    WIKI_MANAGE = "wiki:manage"
    WIKI_READ = "wiki:read"


P = Permission

_KNOWLEDGE = frozenset(
    {
        P.ANSWER_BANK_READ,
        P.BLOG_READ,
        P.BLOG_WRITE,
        P.IDEA_READ,
        P.IDEA_SUBMIT,
        P.MEMBER_READ,
        P.QUESTION_ANSWER,
        P.QUESTION_ASK,
        P.QUESTION_COMMENT,
        P.QUESTION_READ,
        P.QUESTION_VOTE,
        P.SEARCH_USE,
        P.SPACE_CREATE,
        P.WIKI_EDIT,
        P.WIKI_READ,
    }
)
_TRAINEE = _KNOWLEDGE | {
    P.ANSWER_BANK_EDIT,
    P.CASE_CONSULT,
    P.CASE_NOTE,
    P.CASE_READ,
    P.CASE_REPLY,
    P.CASE_WORK,
    P.CUSTOMER_READ,
}
_AGENT = _TRAINEE | {
    P.CASE_ASSIGN,
    P.CASE_CLOSE,
    P.CASE_REPLY_PUBLIC,
    P.CUSTOMER_EDIT,
    P.CUSTOMER_MERGE,
    P.INFORMATION_ANSWER,
    P.QUESTION_PUBLISH,
}
_MENTOR = _AGENT | {
    P.ANSWER_BANK_APPROVE,
    P.PRACTICE_MANAGE,
    P.REPLY_RELEASE,
    P.TRAINING_MANAGE,
    P.WIKI_APPROVE,
}
_MANAGER = _MENTOR | {
    P.MENTORSHIP_MANAGE,
    P.ASSIGNMENT_MANAGE,
    P.BLOG_MANAGE,
    P.CASE_OVERRIDE,
    P.CASEWORK_MANAGE,
    P.CERTIFICATION_MANAGE,
    P.CHANNEL_MANAGE,
    P.CUSTOMER_IMPORT,
    P.EXPERIENCE_MANAGE,
    P.GOVERNANCE_MANAGE,
    P.GUIDELINE_MANAGE,
    P.IDEA_MANAGE,
    P.INFORMATION_REQUEST,
    P.LISTENING_MANAGE,
    P.QUESTION_MODERATE,
    P.RECOGNITION_MANAGE,
    P.REPORT_READ,
    P.SEGMENT_MANAGE,
    P.SHIFT_MANAGE,
    P.SLA_MANAGE,
    P.SPACE_MANAGE,
    P.WEBHOOK_MANAGE,
    P.WIKI_MANAGE,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.TRAINEE: _TRAINEE,
    Role.AGENT: _AGENT,
    Role.AGENCY: (
        _AGENT
        - {
            P.BLOG_WRITE,
            P.CUSTOMER_EDIT,
            P.CUSTOMER_MERGE,
            P.INFORMATION_ANSWER,
            P.QUESTION_PUBLISH,
            P.SPACE_CREATE,
            P.WIKI_EDIT,
        }
    )
    | {P.INFORMATION_REQUEST},
    Role.EXPERT: _KNOWLEDGE | {P.ANSWER_BANK_EDIT},
    Role.MENTOR: _MENTOR,
    Role.MANAGER: _MANAGER,
    Role.HR: _KNOWLEDGE
    | {
        P.CERTIFICATION_MANAGE,
        P.CONCERN_HANDLE,
        P.GUIDELINE_MANAGE,
        P.MEMBER_MANAGE,
        P.MENTORSHIP_MANAGE,
        P.RECOGNITION_MANAGE,
        P.TRAINING_MANAGE,
    },
    Role.ADMIN: frozenset(Permission) - {P.REQUEST_SUBMIT},
}


class ActorKind(StrEnum):
    """What kind of caller this is."""

    ANONYMOUS = "ANONYMOUS"
    CUSTOMER = "CUSTOMER"
    MEMBER = "MEMBER"
    SERVICE = "SERVICE"
    SYSTEM = "SYSTEM"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is calling: read with the account once per request, never from the token.

    `reach` holds the ids of the channels, spaces and brands that the account was given. A `scoped` actor (an agency's
    person) sees only the channels in its reach; others see all.
    """

    kind: ActorKind
    id: str
    account_id: str | None = None
    member_id: str | None = None
    customer_id: str | None = None
    roles: frozenset[Role] = frozenset()
    permissions: frozenset[Permission] = frozenset()
    reach: frozenset[str] = field(default_factory=frozenset)
    scoped: bool = False
    locale: str = "en"

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor holds a permission."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise Forbidden unless the actor holds the permission."""
        if permission not in self.permissions:
            raise Forbidden(f"You need the permission {permission.value} for this.")

    @property
    def member(self) -> str:
        """Give the member's id; Forbidden for callers that are not a member of the company."""
        if self.member_id is None:
            raise Forbidden("Only a member of the company can do this.")
        return self.member_id


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Give the permissions of all the roles together."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


def is_scoped(roles: Iterable[Role]) -> bool:
    """Tell whether somebody with these roles sees only what is in their reach: an agency's person with no other role."""
    return set(roles) == {Role.AGENCY}


CUSTOMER_PERMISSIONS = frozenset({P.REQUEST_SUBMIT})
"""What a customer may do beside reading what is theirs and what is public, which the portal's gates decide."""

ANONYMOUS = Actor(ActorKind.ANONYMOUS, "anonymous", permissions=frozenset({P.REQUEST_SUBMIT}))
SYSTEM = Actor(ActorKind.SYSTEM, "system", permissions=frozenset(Permission))
