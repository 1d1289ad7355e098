"""The process's one botocore session, for every service but DynamoDB: loaded when the first client is made."""

from functools import cache
from typing import Any


@cache
def session() -> Any:
    """Untyped as botocore's clients are."""
    from botocore.session import Session  # noqa: PLC0415 - slow to load, and most functions never need it

    return Session()
