"""GET /v1/webhooks/{webhook_id}/deliveries: what was sent to a webhook in the last week, and how it went.

Newest event first, in pages, with the answers of the tenant's server.
"""

from parley.http import DEFAULT_LIMIT, CurrentServer, Cursor, Limit, create_api
from parley.webhooks import deliveries
from parley.webhooks.schemas import DeliveryPage

api = create_api()


@api.get("/v1/webhooks/<webhook_id>/deliveries")
def list_deliveries(
    caller: CurrentServer, webhook_id: str, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
) -> DeliveryPage:
    return deliveries.do_list(caller, webhook_id, limit=limit, cursor=cursor)


handler = api.resolve
