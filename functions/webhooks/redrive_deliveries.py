"""POST /v1/admin/webhooks/redrive: try again up to a thousand deliveries that were given up, of all tenants.

For the operator, once the cause is gone.
"""

from parley.http import CurrentOperator, create_api
from parley.webhooks import delivery_queue
from parley.webhooks.schemas import Redriven

api = create_api()
MESSAGES_PER_CALL = 1000


@api.post("/v1/admin/webhooks/redrive")
def redrive_deliveries(_operator: CurrentOperator) -> Redriven:
    return Redriven(redriven=delivery_queue.redrive(MESSAGES_PER_CALL))


handler = api.resolve
