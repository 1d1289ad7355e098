"""The HTTP layer: what every function needs to answer a route. Domains never import it."""

from parley.http.api import create_api
from parley.http.callers import (
    AnyCaller,
    CurrentAdministrator,
    CurrentCaller,
    CurrentModerator,
    CurrentOperator,
    CurrentServer,
)
from parley.http.parameters import DEFAULT_LIMIT, Cursor, IdempotencyKey, IfMatch, Limit, ParentId
from parley.http.responses import answer, redirect

__all__ = [
    "DEFAULT_LIMIT",
    "AnyCaller",
    "CurrentAdministrator",
    "CurrentCaller",
    "CurrentModerator",
    "CurrentOperator",
    "CurrentServer",
    "Cursor",
    "IdempotencyKey",
    "IfMatch",
    "Limit",
    "ParentId",
    "answer",
    "create_api",
    "redirect",
]
