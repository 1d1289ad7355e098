"""GET /v1/usage: messages, active users, stored bytes, egress bytes and searches of the tenant, by day.

For the tenant's back end; a day is one of UTC.
"""

from typing import Annotated

from parley.http import CurrentServer, create_api
from parley.usage import report
from parley.usage.schemas import Usage
from parley.wire import Day

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()
First = Annotated[Day | None, Query(alias="from", description="The first day, in UTC; by default a week ago")]
Last = Annotated[Day | None, Query(alias="to", description="The last day, in UTC; by default today")]


@api.get("/v1/usage")
def get_usage(caller: CurrentServer, first: First = None, last: Last = None) -> Usage:
    return report.do_report(caller, first, last)


handler = api.resolve
