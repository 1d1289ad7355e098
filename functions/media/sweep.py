"""Brings to an end uploads and files that nobody else will: runs every few minutes."""

from dataclasses import asdict
from typing import Any

from parley.media.uploads import sweeping

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Answer a scheduled event with what was done."""
    return asdict(sweeping.sweep())
