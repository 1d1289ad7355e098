"""GET /v1/webhooks/{webhook_id}: one webhook, without its secret.

With what disabled it, where something has.
"""

from parley.http import CurrentServer, create_api
from parley.webhooks import registry
from parley.webhooks.schemas import Webhook

api = create_api()


@api.get("/v1/webhooks/<webhook_id>")
def get_webhook(caller: CurrentServer, webhook_id: str) -> Webhook:
    return registry.do_get(caller, webhook_id)


handler = api.resolve
