"""The rate limit of a route, as a middleware of every API that knows its caller."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from parley.errors import ParleyError
from parley.http.callers import caller_of
from parley.http.families import limit_of
from parley.http.rate_headers import rate_headers
from parley.limits import known, take


def headers_before_limit(event: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """What is told of the limit with a refusal that spent nothing of it: the body or a parameter was wrong."""
    limit = limit_of(str(event.get("routeKey", "")))
    return {} if limit is None else rate_headers(known(limit, caller_of(dict(event))))


def limited(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Spend one request of the limit of the route's family before the handler runs; 429 when nothing is left.

    It runs inside the idempotency middleware, so a repetition that is answered from the record spends nothing. What is
    left is told with refusals of the handler too. A handler that reports another limit has its own headers.
    """
    event = app.current_event.raw_event
    limit = limit_of(str(event.get("routeKey", "")))
    if limit is None:
        return next_middleware(app)
    decision = take(limit, caller_of(event))
    try:
        response = next_middleware(app)
    except ParleyError as refusal:
        refusal.fields.setdefault("decision", decision)
        raise
    for name, value in rate_headers(decision).items():
        response.headers.setdefault(name, value)
    return response
