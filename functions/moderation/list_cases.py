"""GET /v1/moderation/cases: the reported messages that nobody has decided, the most urgent first, then the oldest.

A case is a message, however many have reported it. For the tenant's back end; `X-Acting-User` names the moderator, for
`claim=mine`. A page may be shorter than its limit, even empty, where filters leave out much: `next_cursor` says
whether there is more.
"""

from typing import Annotated

from parley import clock
from parley.http import DEFAULT_LIMIT, CurrentServer, Cursor, Limit, create_api
from parley.messaging.cases import Source
from parley.review import cases_queue
from parley.review.cases_queue import CaseFilter
from parley.review.schemas import CasePage, ClaimFilter
from parley.wire import InDigits, Moment

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.get("/v1/moderation/cases")
def list_cases(
    caller: CurrentServer,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    source: Annotated[Source | None, Query(description="Only what such a one has reported")] = None,
    conversation_id: Annotated[str | None, Query(min_length=1, max_length=80)] = None,
    min_reporters: Annotated[
        int | None, InDigits, Query(ge=1, le=100, description="Only what so many users have reported")
    ] = None,
    opened_before: Annotated[Moment | None, Query(description="Only what was reported first before this")] = None,
    claim: Annotated[
        ClaimFilter | None, Query(description="Only cases that nobody has, that the moderator has, or that others have")
    ] = None,
) -> CasePage:
    before = None if opened_before is None else clock.from_datetime(opened_before)
    wanted = CaseFilter(source, conversation_id, min_reporters, before, claim)
    return cases_queue.do_list(caller, wanted, limit=limit, cursor=cursor)


handler = api.resolve
