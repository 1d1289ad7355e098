"""POST /v1/messages: send a message to a conversation.

A text, attachments or both; with `parent_id` a reply in a thread, one level deep. The answer has the message's `seq`,
its position in the conversation. Only members may send.
"""

from parley.http import CurrentCaller, IdempotencyKey, answer, create_api
from parley.messaging.messages import sending
from parley.messaging.messages.schemas import Message, SendMessage

from aws_lambda_powertools.event_handler import Response

api = create_api(idempotent=False)


@api.post("/v1/messages", status_code=201)
def send_message(caller: CurrentCaller, body: SendMessage, idempotency_key: IdempotencyKey = None) -> Response[Message]:
    sent = sending.do_send(caller, body, idempotency_key=idempotency_key)
    return answer(sent.message, 201, replayed=sent.replayed, rate=sent.rate)


handler = api.resolve
