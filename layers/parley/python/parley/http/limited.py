"""Rate limits of routes that keep none of their own: a middleware for `@api.post(..., middlewares=[...])`."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from parley.errors import ParleyError
from parley.http.callers import current_caller_of
from parley.http.rate_headers import rate_headers
from parley.identity.caller import Caller
from parley.tables import keys, rate_limits
from parley.tables.rate_limits import Policy

Middleware = Callable[[APIGatewayHttpResolver, NextMiddleware], Response[Any]]


def rate_limited(policy: Policy | Callable[[Caller], Policy]) -> Middleware:
    """Spend one request of the user's limit before the handler runs: 1 WRU, 429 when nothing is left.

    The policy may depend on the caller, whose tenant may set it.

    It runs inside the idempotency middleware, so a repetition that is answered from the record spends nothing. What is
    left is told with refusals of the handler too.
    """

    def limit(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
        caller = current_caller_of(app.current_event.raw_event)
        applied = policy if isinstance(policy, Policy) else policy(caller)
        decision = rate_limits.take(caller.tenant_id, keys.per_user(applied.name, caller.user_id), applied)
        try:
            response = next_middleware(app)
        except ParleyError as refusal:
            refusal.fields.setdefault("decision", decision)
            raise
        response.headers.update(rate_headers(decision))
        return response

    return limit
