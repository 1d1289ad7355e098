"""Parley for Python: every route, waited for or awaited; events without gaps; uploads that survive."""

from parley_client.client import AsyncClient, Client
from parley_client.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    ParleyError,
    RateLimited,
    Refused,
    Unauthenticated,
    Unavailable,
    Unreachable,
    VersionConflict,
)
from parley_client.tokens import TenantKey

__all__ = [
    "AsyncClient",
    "Client",
    "Conflict",
    "Forbidden",
    "Invalid",
    "NotFound",
    "ParleyError",
    "RateLimited",
    "Refused",
    "TenantKey",
    "Unauthenticated",
    "Unavailable",
    "Unreachable",
    "VersionConflict",
]
