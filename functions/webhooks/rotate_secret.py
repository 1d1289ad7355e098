"""POST /v1/webhooks/{webhook_id}/rotate-secret: a new secret, beside which the one before signs for a while.

The answer has the new secret, once. Until the overlap ends both sign every delivery.
"""

from parley.http import CurrentServer, IdempotencyKey, answer, create_api
from parley.webhooks import registry
from parley.webhooks.schemas import NewWebhook, RotateSecret

from aws_lambda_powertools.event_handler import Response

api = create_api(idempotent=False)


@api.post("/v1/webhooks/<webhook_id>/rotate-secret")
def rotate_secret(
    caller: CurrentServer, webhook_id: str, body: RotateSecret, idempotency_key: IdempotencyKey = None
) -> Response[NewWebhook]:
    webhook, replayed = registry.do_rotate(caller, webhook_id, body, idempotency_key=idempotency_key)
    return answer(webhook, replayed=replayed)


handler = api.resolve
