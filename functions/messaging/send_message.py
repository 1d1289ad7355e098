"""POST /v1/messages: send a message to a conversation.

A text, attachments or a location; with `parent_id` a reply in a thread, one level deep. The answer has the message's
`seq`, its position in the conversation. Only members may send. A back end also sends messages of `type` `system`, for a
user or, without `X-Acting-User`, for none: their author is `_system`.
"""

from parley.http import AnyCaller, IdempotencyKey, answer, create_api
from parley.messaging.messages.schemas import Message, SendMessage
from parley.messaging.messages.sending import sending

from aws_lambda_powertools.event_handler import Response

api = create_api(idempotent=False)


@api.post("/v1/messages", status_code=201)
def send_message(caller: AnyCaller, body: SendMessage, idempotency_key: IdempotencyKey = None) -> Response[Message]:
    sent = sending.do_send(caller, body, idempotency_key=idempotency_key)
    return answer(sent.message, 201, replayed=sent.replayed, rate=sent.rate)


handler = api.resolve
