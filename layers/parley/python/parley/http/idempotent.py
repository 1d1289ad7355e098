"""The middleware that makes a POST happen once: same key and body, the first answer again."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from parley.http.callers import caller_of
from parley.http.parameters import check_idempotency_key
from parley.tables import idempotency, keys

HEADER = "idempotency-key"
REPLAYED = "Idempotent-Replayed"


def once(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Answer a repetition from the record of the first request; let a refused request be tried again.

    The record belongs to the tenant, the route and the user: nobody else's key meets it.
    """
    event = app.current_event
    key = check_idempotency_key(event.headers.get(HEADER))
    if key is None:
        return next_middleware(app)
    caller = caller_of(event.raw_event)
    at = keys.idempotency(caller.tenant_id, _scope(event.raw_event), caller.user_id, key)
    stored = idempotency.begin(at, idempotency.body_hash([event.raw_event.get("rawPath", ""), event.json_body]))
    if stored is not None:
        return Response(stored.status, "application/json", stored.body, headers={REPLAYED: "true"})
    with idempotency.releasing(at):
        response = next_middleware(app)
    idempotency.finish(at, idempotency.StoredAnswer(response.status_code, response.body))
    return response


def _scope(event: dict[str, Any]) -> str:
    return str(event.get("routeKey", "")).replace("#", "")
