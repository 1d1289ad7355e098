"""Consumer: what the change stream tells, to the sockets of whom it concerns."""

from typing import Any

from parley.realtime import fan_out
from parley.streams.consumer import consume
from parley.streams.events import EVENT_ENTITIES

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return consume(event, context, fan_out.deliver, entities=EVENT_ENTITIES, name="deliver_realtime")
