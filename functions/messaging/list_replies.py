"""GET /v1/messages/{message_id}/replies: a page of a thread.

Oldest first unless `order` says otherwise. A reply has no thread of its own.
"""

from typing import Annotated

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.messaging.messages import history
from parley.messaging.messages.listings import Order
from parley.messaging.messages.schemas import MessagePage

from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()


@api.get("/v1/messages/<message_id>/replies")
def list_replies(
    caller: CurrentCaller,
    message_id: str,
    limit: Limit = DEFAULT_LIMIT,
    order: Annotated[Order | None, Query()] = None,
    cursor: Cursor = None,
) -> MessagePage:
    return history.do_list_replies(caller, message_id, limit=limit, order=order, cursor=cursor)


handler = api.resolve
