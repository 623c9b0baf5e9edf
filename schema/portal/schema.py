"""The portal's schema, ready to run."""

from datetime import datetime

from strawberry.schema.config import StrawberryConfig

from schema.execution.guarded import GuardedSchema
from schema.execution.guards import OperationSlots
from schema.portal.knowledge import HelpArticle, PublicAnswer, PublicQuestion
from schema.portal.mutations import Mutation
from schema.portal.nodes import PortalCustomer
from schema.portal.queries import Query
from schema.portal.requests import Request, RequestMessage
from schema.portal.subscriptions import Subscription
from schema.scalars import DATE_TIME

TYPES = (HelpArticle, PortalCustomer, PublicAnswer, PublicQuestion, Request, RequestMessage)


def portal_schema(*, slots: OperationSlots | None = None) -> GuardedSchema:
    """Make the schema of customers and the public; `slots` are shared by all schemas of a process."""
    return GuardedSchema(
        Query,
        mutation=Mutation,
        subscription=Subscription,
        types=TYPES,
        slots=slots,
        config=StrawberryConfig(scalar_map={datetime: DATE_TIME}, disable_field_suggestions=False),
    )
