"""For every mutation a situation in which it can be done, and its input."""

from tests.journeys.situations import (
    answer_bank,
    cases,
    claims,
    community,
    consulting,
    customers,
    imports,
    listening,
    policies,
    portal,
    shifts,
    wiki,
)

SITUATIONS = {
    **answer_bank.SITUATIONS,
    **cases.SITUATIONS,
    **claims.SITUATIONS,
    **community.SITUATIONS,
    **consulting.SITUATIONS,
    **customers.SITUATIONS,
    **imports.SITUATIONS,
    **listening.SITUATIONS,
    **policies.SITUATIONS,
    **shifts.SITUATIONS,
    **wiki.SITUATIONS,
}

PORTAL_SITUATIONS = portal.SITUATIONS
