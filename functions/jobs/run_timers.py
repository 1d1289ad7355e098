"""Looks at what is due: reminders. Runs every minute."""

from typing import Any

from parley.jobs import timed

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Answer a scheduled event with what was done."""
    return dict(timed.run())
