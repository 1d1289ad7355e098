"""GET /v1/events: what was told since a cursor, for a client that was away.

Without `after` the answer is a cursor to begin at. What cannot be replayed is a `gap`: a conversation to fetch anew.
"""

from typing import Annotated

from parley.http import CurrentCaller, Limit, create_api
from parley.realtime import replay
from parley.realtime.schemas import EventPage

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()
After = Annotated[str | None, Query(max_length=1024, description="The `next_cursor` of the last replay")]


@api.get("/v1/events")
def list_events(caller: CurrentCaller, after: After = None, limit: Limit = 100) -> EventPage:
    return replay.do_replay(caller, after=after, limit=limit)


handler = api.resolve
