"""Queues jobs that nobody works on, since whoever did died or their message was lost: runs every few minutes."""

from typing import Any

from parley.jobs import worker

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Answer a scheduled event with how many there were."""
    return {"queued": worker.sweep()}
