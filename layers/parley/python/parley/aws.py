"""Clients for every AWS service but DynamoDB, by the process's one session. The first of them loads botocore."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from parley.settings import settings


@cache
def session() -> Any:
    """Untyped as botocore's clients are."""
    from botocore.session import Session  # noqa: PLC0415 - slow to load, and most functions never need it

    return Session()


def client(service: str, configuration: Mapping[str, Any] | None = None, **options: Any) -> Any:
    """A client for a service in our region; `configuration` are the members of botocore's `Config`."""
    from botocore.config import Config  # noqa: PLC0415

    return session().create_client(service, settings().region, config=Config(**(configuration or {})), **options)
