"""Every minute: move rebuilds on, beat the heart of the change stream, measure the quarantine."""

from typing import Any

from parley.search.rebuilding import maintenance

from aws_lambda_powertools.utilities.typing import LambdaContext

MARGIN_SECONDS = 20.0


def handler(_event: dict[str, Any], context: LambdaContext) -> None:
    """Work until shortly before the function's time is up; the next run goes on from there."""
    maintenance.run(seconds=context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS)
