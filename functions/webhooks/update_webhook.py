"""PUT /v1/webhooks/{webhook_id}: change a webhook, disable it, or enable it again.

What is left out stays as it is. To enable it again closes its circuit.
"""

from parley.http import CurrentServer, IfMatch, create_api
from parley.webhooks import registry
from parley.webhooks.schemas import UpdateWebhook, Webhook

api = create_api()


@api.put("/v1/webhooks/<webhook_id>")
def update_webhook(caller: CurrentServer, webhook_id: str, body: UpdateWebhook, if_match: IfMatch = None) -> Webhook:
    return registry.do_update(caller, webhook_id, body, if_match=if_match)


handler = api.resolve
