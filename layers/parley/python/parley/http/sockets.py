"""Client actions over a WebSocket: validated, acted on and answered like a route, with problems as events.

API Gateway routes a frame by its `action`. What the authorizer said when the connection opened comes with every frame.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from parley import clock, errors
from parley.http.bodies import read_json
from parley.http.callers import caller_of, check_not_refused
from parley.http.problems import TYPE_PREFIX, as_refusal, problem
from parley.identity import stored_settings
from parley.identity.caller import Caller
from parley.limits import SOCKET_ACTIONS, take
from parley.observability import dynamodb_calls, emit, logger
from parley.realtime import gateway
from parley.realtime.connections import Connection
from parley.realtime.schemas import ClientAction
from parley.realtime.token_validity import TokenFacts

CODE_HEADER = "X-Parley-Code"
SomeAction = TypeVar("SomeAction", bound=ClientAction)
Act = Callable[[Caller, Connection, SomeAction], Mapping[str, Any] | None]
Handler = Callable[[Mapping[str, Any], LambdaContext], dict[str, Any]]


def socket_caller(event: Mapping[str, Any]) -> Caller:
    """Who opened the connection; raises what the authorizer refused the token for."""
    return caller_of({"requestContext": {"authorizer": {"lambda": _said(event)}}})


def socket_connection(event: Mapping[str, Any]) -> Connection:
    """The connection that the event came over."""
    said = _said(event)
    return Connection(said["tenant_id"], said["user_id"], event["requestContext"]["connectionId"])


def socket_token(event: Mapping[str, Any]) -> TokenFacts:
    """What the authorizer said of the token."""
    said = _said(event)
    return TokenFacts(said["kid"], int(said["issued_at"]), int(said["token_expires_at"]))


def refused_connection(event: Mapping[str, Any], refusal: errors.ParleyError) -> dict[str, Any]:
    """The answer to a handshake that is refused: a problem document, its code in `X-Parley-Code` too."""
    context = event["requestContext"]
    tenant_id = (context.get("authorizer") or {}).get("tenant_id")
    logger().info("connection refused", extra={"code": refusal.code, "tenant_id": tenant_id})
    rendered = problem(refusal, instance="$connect", request_id=str(context.get("requestId", "")))
    return {
        "statusCode": rendered.status_code,
        "headers": {"Content-Type": rendered.content_type, **rendered.headers, CODE_HEADER: refusal.code},
        "body": rendered.body,
    }


def _said(event: Mapping[str, Any]) -> dict[str, str]:
    context: dict[str, str] = event["requestContext"].get("authorizer") or {}
    check_not_refused(context)
    if not context.get("user_id"):
        raise errors.Unauthenticated
    return context


def by_types_of_now(act: Act[SomeAction]) -> Act[SomeAction]:
    """The act of a caller who is held to the tenant's types of conversations as they were within the last minute.

    A connection outlives what the authorizer said as it opened. For what asks what a role may: 0.5 RRU a minute.
    """

    def acting(caller: Caller, connection: Connection, body: SomeAction) -> Mapping[str, Any] | None:
        version = max(caller.tenant.conversation_types, stored_settings.conversation_types(caller.tenant_id))
        return act(replace(caller, tenant=replace(caller.tenant, conversation_types=version)), connection, body)

    return acting


def socket_action(schema: type[SomeAction], act: Act[SomeAction]) -> Handler:
    """The handler of a client action: what `act` returns is answered beside `type`, `action` and `request_id`."""

    def handler(event: Mapping[str, Any], _context: LambdaContext) -> dict[str, Any]:
        started = time.perf_counter()
        dynamodb_calls.reset()
        try:
            answer = _acted(event, schema, act)
        except Exception as error:  # noqa: BLE001 - whatever fails is answered, as a route answers it
            answer = _refused(error, event)
        _record(event, str(answer.get("code", "ok")), (time.perf_counter() - started) * 1000)
        return {"statusCode": 200, "body": json.dumps(answer, ensure_ascii=False, separators=(",", ":"))}

    return handler


def _acted(event: Mapping[str, Any], schema: type[SomeAction], act: Act[SomeAction]) -> dict[str, Any]:
    """Do what the frame asks for. A connection whose token has expired is closed instead."""
    caller, connection = socket_caller(event), socket_connection(event)
    if socket_token(event).expires_at <= clock.now_ms():
        gateway.close(connection.id)
        raise errors.TokenExpired
    take(SOCKET_ACTIONS, caller)
    body = schema.model_validate_json(event.get("body") or "")
    said = act(caller, connection, body) or {}
    return {"type": "ack", "action": body.action, "request_id": body.request_id, **said}


def _refused(error: Exception, event: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(error, ValidationError):
        fields = [".".join(str(part) for part in each["loc"]) or "body" for each in error.errors(include_input=False)]
        error = errors.Unprocessable(f"These fields do not fit the contract: {', '.join(fields)}")
    refusal = as_refusal(error)
    if refusal.status >= 500:  # noqa: PLR2004
        logger().error("action failed", extra={"error": type(error).__name__, "code": refusal.code})
    asked = _asked(event)
    return {
        "type": "error",
        "action": asked.get("action"),
        "request_id": asked.get("request_id"),
        "problem": TYPE_PREFIX + refusal.code,
        "code": refusal.code,
        "title": refusal.title,
        "detail": refusal.detail,
        "retryable": refusal.retryable,
    }


def _asked(event: Mapping[str, Any]) -> dict[str, Any]:
    """What the frame says of itself, as far as it can be read and written again; only short strings come back."""
    try:
        body = read_json(event.get("body") or "")
    except (json.JSONDecodeError, errors.MalformedRequest):
        return {}
    if not isinstance(body, dict):
        return {}
    return {
        name: body[name]
        for name in ("action", "request_id")
        if isinstance(body.get(name), str) and len(body[name]) <= 80  # noqa: PLR2004
    }


def _record(event: Mapping[str, Any], outcome: str, milliseconds: float) -> None:
    context = event["requestContext"]
    said = context.get("authorizer") or {}
    calls = dynamodb_calls.reset()
    logger().info(
        "action",
        extra={
            "route": context.get("routeKey"),
            "outcome": outcome,
            "request_id": context.get("requestId"),
            "tenant_id": said.get("tenant_id"),
            "user_id": said.get("user_id"),
            "latency_ms": round(milliseconds, 2),
            "dynamodb_calls": calls,
        },
    )
    emit("api", "sockets", {"Latency": (MetricUnit.Milliseconds, milliseconds)}, route=str(context.get("routeKey")))
