"""Begins the retention of each tenant whose messages go by their age: runs once a day."""

from typing import Any

from parley.jobs import retention

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Answer a scheduled event with how many were begun."""
    return {"started": retention.start_all()}
