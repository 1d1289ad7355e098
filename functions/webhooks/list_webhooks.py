"""GET /v1/webhooks: the tenant's webhooks, without their secrets.

Oldest first, with what disabled those that are.
"""

from parley.http import CurrentServer, create_api
from parley.webhooks import registry
from parley.webhooks.schemas import Webhooks

api = create_api()


@api.get("/v1/webhooks")
def list_webhooks(caller: CurrentServer) -> Webhooks:
    return registry.do_list(caller)


handler = api.resolve
