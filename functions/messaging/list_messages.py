"""GET /v1/conversations/{conversation_id}/messages: a page of a conversation's history.

Newest first, or oldest first with `order=asc`. Start at the end, `around` a message, or after or before a number.
Deleted messages keep their places as tombstones, so that `seq` has no hole that is not explained.
"""

from typing import Annotated

from parley.http import DEFAULT_LIMIT, CurrentCaller, Cursor, Limit, create_api
from parley.ids import MAX_SEQ
from parley.messaging.messages import history
from parley.messaging.messages.listings import Order
from parley.messaging.messages.schemas import MessagePage
from parley.wire import InDigits

from annotated_types import Interval
from aws_lambda_powertools.event_handler.openapi.params import Query

api = create_api()
Seq = Annotated[Annotated[int, Interval(ge=0, le=MAX_SEQ), InDigits] | None, Query()]


@api.get("/v1/conversations/<conversation_id>/messages")
def list_messages(
    caller: CurrentCaller,
    conversation_id: str,
    limit: Limit = DEFAULT_LIMIT,
    order: Annotated[Order | None, Query()] = None,
    cursor: Cursor = None,
    around: Annotated[str | None, Query(max_length=80)] = None,
    after_seq: Seq = None,
    before_seq: Seq = None,
) -> MessagePage:
    return history.do_list(
        caller,
        conversation_id,
        limit=limit,
        order=order,
        cursor=cursor,
        around=around,
        after_seq=after_seq,
        before_seq=before_seq,
    )


handler = api.resolve
