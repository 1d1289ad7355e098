"""Consumer: new messages, to the phones of those whom they address and who are away."""

from collections.abc import Sequence
from typing import Any

from parley.push import notifications
from parley.streams.changes import Change
from parley.streams.consumer import consume

from aws_lambda_powertools.utilities.typing import LambdaContext

MARGIN_SECONDS = 8.0
"""Left for the pushes under way, and to report what is left over, before the function's time is up."""


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Push one batch."""
    seconds = max(1.0, context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS)

    def push(changes: Sequence[Change]) -> list[Change]:
        return notifications.push(changes, seconds=seconds)

    return consume(event, context, push, entities=notifications.ENTITIES, name="send_push")
