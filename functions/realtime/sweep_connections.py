"""Once a minute: close the connections whose tokens have expired, and those whose keys have retired."""

from typing import Any

from parley.observability import logger
from parley.realtime import closing

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], _context: LambdaContext) -> None:
    logger().info("swept", extra={"connections": closing.sweep()})
