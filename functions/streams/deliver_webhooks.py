"""Consumer: what the change stream tells, into the queue of deliveries to tenants' servers."""

from typing import Any

from parley.streams.consumer import consume
from parley.webhooks import dispatch

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return consume(event, context, dispatch.dispatch, entities=dispatch.ENTITIES, name="deliver_webhooks")
