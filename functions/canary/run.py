"""Every five minutes, where the stage has a canary: chat as two users would, and tell how it went as metrics."""

from typing import Any

from parley.canary import rounds
from parley.invocation import under_way

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a scheduled event with the steps and what failed."""
    with under_way(context):
        return rounds.run().told()
