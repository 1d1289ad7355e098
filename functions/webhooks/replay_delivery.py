"""POST /v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay: send an event again.

With the same id, by which the receiver knows it. A disabled webhook is 409.
"""

from parley.http import CurrentServer, answer, create_api
from parley.webhooks import deliveries
from parley.webhooks.schemas import Delivery

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.post("/v1/webhooks/<webhook_id>/deliveries/<delivery_id>/replay", status_code=202)
def replay_delivery(caller: CurrentServer, webhook_id: str, delivery_id: str) -> Response[Delivery]:
    return answer(deliveries.do_replay(caller, webhook_id, delivery_id), 202)


handler = api.resolve
