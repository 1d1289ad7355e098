"""POST /v1/conversations: open a direct conversation, a group or a channel.

A `direct` conversation is the same whoever opens it first, and 200 where it exists; a `channel` is open to everybody
of the tenant. Who opens a group or channel owns it.
"""

from parley.http import CurrentCaller, IdempotencyKey, answer, create_api
from parley.messaging.conversations import creating
from parley.messaging.conversations.schemas import Conversation, CreateConversation

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.post("/v1/conversations", status_code=201)
def create_conversation(
    caller: CurrentCaller, body: CreateConversation, idempotency_key: IdempotencyKey = None
) -> Response[Conversation]:
    conversation, status = creating.do_create(caller, body, idempotency_key=idempotency_key)
    return answer(conversation, status)


handler = api.resolve
