"""For every mutation a situation in which it can be done, and its input."""

from tests.journeys.situations import (
    answer_bank,
    cases,
    channels,
    community,
    consulting,
    customers,
    listening,
    policies,
    portal,
    shifts,
    wiki,
)

SITUATIONS = {
    **answer_bank.SITUATIONS,
    **cases.SITUATIONS,
    **channels.SITUATIONS,
    **community.SITUATIONS,
    **consulting.SITUATIONS,
    **customers.SITUATIONS,
    **listening.SITUATIONS,
    **policies.SITUATIONS,
    **shifts.SITUATIONS,
    **wiki.SITUATIONS,
}

PORTAL_SITUATIONS = portal.SITUATIONS
