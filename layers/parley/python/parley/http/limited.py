"""Rate limits of routes that keep none of their own: a middleware for `@api.post(..., middlewares=[...])`."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from parley.errors import ParleyError
from parley.http.callers import current_caller_of
from parley.http.rate_headers import rate_headers
from parley.limits import RateLimit, take

Middleware = Callable[[APIGatewayHttpResolver, NextMiddleware], Response[Any]]


def rate_limited(limit: RateLimit) -> Middleware:
    """Spend one request of the user's limit before the handler runs: 1 WRU, 429 when nothing is left.

    It runs inside the idempotency middleware, so a repetition that is answered from the record spends nothing. What is
    left is told with refusals of the handler too.
    """

    def limited(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
        caller = current_caller_of(app.current_event.raw_event)
        decision = take(limit, caller)
        try:
            response = next_middleware(app)
        except ParleyError as refusal:
            refusal.fields.setdefault("decision", decision)
            raise
        response.headers.update(rate_headers(decision))
        return response

    return limited
