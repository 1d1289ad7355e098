"""POST /v1/moderation/pre-send/rotate-secret: make the secret that signs calls of the pre-send webhook.

The answer has the new secret, once. Until the overlap ends both sign every call.
"""

from parley.http import CurrentServer, IdempotencyKey, answer, create_api
from parley.moderation import pre_send_secret
from parley.moderation.schemas import PreSendSecret, RotatePreSendSecret

from aws_lambda_powertools.event_handler import Response

api = create_api(idempotent=False)


@api.post("/v1/moderation/pre-send/rotate-secret")
def rotate_pre_send_secret(
    caller: CurrentServer, body: RotatePreSendSecret, idempotency_key: IdempotencyKey = None
) -> Response[PreSendSecret]:
    made, replayed = pre_send_secret.do_rotate(caller, body, idempotency_key=idempotency_key)
    return answer(made, replayed=replayed)


handler = api.resolve
