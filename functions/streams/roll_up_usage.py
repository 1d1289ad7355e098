"""Consumer: what the change stream tells, into the daily counters of each tenant's usage."""

from typing import Any

from parley.streams.consumer import consume
from parley.usage import rollup

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return consume(event, context, rollup.roll_up, entities=rollup.ENTITIES, name="roll_up_usage")
