"""POST /v1/messages/{message_id}/forward: send what a message says to up to ten conversations, with a result for each.

Each copy is a message of the caller's, with the text, the files, the location and, if asked for, the custom data, and
says from when it is, and from whom where that is a member there. It stays when the message is deleted.
"""

from parley.http import CurrentCaller, IdempotencyKey, create_api
from parley.messaging.messages.schemas import ForwardMessage, SentBatch
from parley.messaging.messages.sending import forwarding

api = create_api(idempotent=False)


@api.post("/v1/messages/<message_id>/forward")
def forward_message(
    caller: CurrentCaller, message_id: str, body: ForwardMessage, idempotency_key: IdempotencyKey = None
) -> SentBatch:
    return forwarding.do_forward(caller, message_id, body, idempotency_key=idempotency_key)


handler = api.resolve
