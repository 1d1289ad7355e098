"""POST /v1/webhooks: name a server of the tenant's that is to be told what happens.

Events of the types that it names, or of all but typing and presence. The answer has the secret that signs deliveries,
once.
"""

from parley.http import CurrentServer, IdempotencyKey, answer, create_api
from parley.webhooks import registry
from parley.webhooks.schemas import CreateWebhook, NewWebhook

from aws_lambda_powertools.event_handler import Response

api = create_api(idempotent=False)


@api.post("/v1/webhooks", status_code=201)
def create_webhook(
    caller: CurrentServer, body: CreateWebhook, idempotency_key: IdempotencyKey = None
) -> Response[NewWebhook]:
    webhook, replayed = registry.do_create(caller, body, idempotency_key=idempotency_key)
    return answer(webhook, 201, replayed=replayed)


handler = api.resolve
