"""Consumer: a revocation, a suspended tenant or a key that goes closes the connections that stood on it."""

from typing import Any

from parley.realtime import closing
from parley.streams.consumer import consume

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    entities = closing.REVOKING_ENTITIES
    return consume(event, context, closing.close_revoked, entities=entities, name="close_connections")
