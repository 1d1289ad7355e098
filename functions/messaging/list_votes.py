"""GET /v1/messages/{message_id}/votes: who voted for what.

By user. With `option` only those who voted for it: a page of a large poll may then have fewer than it might, and a
cursor to go on from all the same. An anonymous poll shows nobody: 403.
"""

from typing import Annotated

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.messages.polls import polls
from parley.messaging.messages.polls.schemas import OptionId, Vote
from parley.wire import Page

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.get("/v1/messages/<message_id>/votes")
def list_votes(
    caller: CurrentCaller,
    message_id: str,
    option: Annotated[OptionId | None, Query()] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[Vote]:
    return polls.do_list_votes(caller, message_id, option=option, limit=limit, cursor=cursor)


handler = api.resolve
