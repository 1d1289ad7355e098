"""DELETE /v1/webhooks/{webhook_id}: remove a webhook, with what signs it.

What is on its way to it is dropped. Absent is no failure.
"""

from parley.http import CurrentServer, IfMatch, answer, create_api
from parley.webhooks import registry

from aws_lambda_powertools.event_handler import Response

api = create_api()


@api.delete("/v1/webhooks/<webhook_id>", status_code=204)
def delete_webhook(caller: CurrentServer, webhook_id: str, if_match: IfMatch = None) -> Response[None]:
    registry.do_delete(caller, webhook_id, if_match=if_match)
    return answer(None, 204)


handler = api.resolve
