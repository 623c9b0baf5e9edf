"""For every mutation a situation in which it can be done, and its input."""

from tests.journeys.situations import (
    answer_bank,
    brands,
    case_rules,
    cases,
    channels,
    claims,
    community,
    consulting,
    custom_fields,
    customers,
    imports,
    listening,
    mistakes,
    policies,
    portal,
    prospects,
    shifts,
    wiki,
)

SITUATIONS = {
    **answer_bank.SITUATIONS,
    **brands.SITUATIONS,
    **case_rules.SITUATIONS,
    **cases.SITUATIONS,
    **claims.SITUATIONS,
    **channels.SITUATIONS,
    **community.SITUATIONS,
    **consulting.SITUATIONS,
    **custom_fields.SITUATIONS,
    **customers.SITUATIONS,
    **imports.SITUATIONS,
    **listening.SITUATIONS,
    **mistakes.SITUATIONS,
    **policies.SITUATIONS,
    **prospects.SITUATIONS,
    **shifts.SITUATIONS,
    **wiki.SITUATIONS,
}

PORTAL_SITUATIONS = portal.SITUATIONS
