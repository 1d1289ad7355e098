"""The resolver that every function uses: Powertools, set up once with what all routes share.

A request passes: identity → size and type of the body → the route → validation → idempotency → limits → the handler.
Whatever is raised on the way becomes a problem document. Around it all: request id, one log line, the route's metrics.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import ResponseBuilder
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic_core import PydanticSerializationError, to_json

from parley import errors, ids, invocation
from parley.http.bodies import accept_body, read_json
from parley.http.callers import caller_of, current_caller_of
from parley.http.idempotent import once
from parley.http.limited import headers_before_limit, limited
from parley.http.problems import as_refusal, problem, trace_of
from parley.observability import dynamodb_calls, emit, logger, tracer
from parley.settings import settings
from parley.tables.tenant_sessions import act_for

_SERVER_ERROR = 500
_USER = "user_id"
"""The part of a path that names a user."""
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}


class Api(APIGatewayHttpResolver):
    """Powertools' resolver with Parley's conventions; a function registers its route, `handler = api.resolve`."""

    def __init__(self, *, public: bool, idempotent: bool) -> None:
        super().__init__(
            enable_validation=True,
            serializer=_to_json,
            json_body_deserializer=read_json,
        )
        self.public = public
        self.exception_handler(Exception)(self._problem)
        self.use([_refuse_unknown_parameters, _tag_with_version])
        if idempotent:
            self.use([_once_for_posts])
        if not public:
            self.use([limited])

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer one API Gateway event (HTTP API, payload format 2.0)."""
        started = time.perf_counter()
        dynamodb_calls.reset()
        traces = tracer()
        if traces:
            traces.begin()
        request_id = _request_id(event, context)
        act_for("")
        try:
            if not self.public:
                act_for(caller_of(dict(event)).tenant_id)
            event = accept_body(event)
            with invocation.under_way(context):
                answer = super().resolve(event, context)
        except Exception as error:  # noqa: BLE001 - nothing may leave a function but a problem document
            rendered = problem(error, instance=str(event.get("rawPath", "")), request_id=request_id)
            answer = {
                "statusCode": rendered.status_code,
                "headers": {"Content-Type": rendered.content_type, **rendered.headers},
                "body": rendered.body,
                "isBase64Encoded": False,
            }
            self._log_failure(error)
        answer["headers"] = answer.get("headers", {}) | _SECURITY_HEADERS | {"X-Request-Id": request_id}
        _record(event, answer["statusCode"], request_id, (time.perf_counter() - started) * 1000)
        if traces:
            route = str(event.get("routeKey", "unknown"))
            told = {"route": route, "request_id": request_id}
            traces.end(settings().service, status=answer["statusCode"], told=told)
        return answer

    def _problem(self, error: Exception) -> Response[Any]:
        self._log_failure(error)
        event = self.current_event.raw_event
        answer = problem(
            error, instance=str(event.get("rawPath", "")), request_id=_request_id(event, self.lambda_context)
        )
        if not self.public and "RateLimit" not in answer.headers:
            answer.headers |= headers_before_limit(event)
        return answer

    @staticmethod
    def _log_failure(error: Exception) -> None:
        """A failure of ours is logged with its trace; a refusal is told by the request's own line.

        An exception's message may carry what a user wrote, so only types and the places in the code are written.
        """
        refusal = as_refusal(error)
        if refusal.status >= _SERVER_ERROR:
            logger().error("request failed", extra={"code": refusal.code, "failure": trace_of(error)})

    def _resolve(self) -> ResponseBuilder[Any]:
        """Call the route that the gateway chose, with the path parameters that it decoded.

        Powertools would match the path once more, with a pattern that knows no emoji and with a stage before it on some
        gateways.
        """
        event = self.current_event.raw_event
        for route in self._static_routes + self._dynamic_routes:
            if event.get("routeKey") == f"{route.method} {route.openapi_path}":
                self.context.update(_route=route, _path=route.openapi_path)
                return self._call_route(route, _path_parameters(event))
        raise errors.RouteNotFound


def create_api(*, public: bool = False, idempotent: bool = True) -> Api:
    """The resolver of a function. `public` routes take no token; `idempotent=False` where the domain keeps the key."""
    return Api(public=public, idempotent=idempotent)


def _path_parameters(event: dict[str, Any]) -> dict[str, str]:
    """The parts of the path; `me` as a user is the caller, on every route. Raises `ActingUserRequired`."""
    parameters = dict(event.get("pathParameters") or {})
    if parameters.get(_USER) == ids.ONESELF:
        parameters[_USER] = current_caller_of(event).user_id
    return parameters


def _to_json(body: object) -> str:
    """Pydantic's writer takes a third of the time of Python's; half a character, as `custom` may hold, it refuses."""
    try:
        return to_json(body).decode()
    except PydanticSerializationError:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _request_id(event: Mapping[str, Any], context: LambdaContext) -> str:
    return str(event.get("requestContext", {}).get("requestId") or context.aws_request_id)


def _refuse_unknown_parameters(app: Api, next_middleware: NextMiddleware) -> Response[Any]:
    given = app.current_event.query_string_parameters
    if given:
        known = {parameter.alias for parameter in app.context["_route"].dependant.query_params}
        unknown = sorted(given.keys() - known)
        if unknown:
            detail = "No such parameter"
            raise errors.ValidationFailed(
                [{"pointer": f"?{n}", "code": "unknown_field", "detail": detail} for n in unknown]
            )
    return next_middleware(app)


def _once_for_posts(app: Api, next_middleware: NextMiddleware) -> Response[Any]:
    if app.current_event.http_method == "POST":
        return once(app, next_middleware)
    return next_middleware(app)


def _tag_with_version(app: Api, next_middleware: NextMiddleware) -> Response[Any]:
    """A resource that carries its version has an ETag; a client that has it as it is read now is told so: 304.

    What is read may show more than its version counts, as reactions beside a message: there the tag has a digest of
    all of it as well.
    """
    response = next_middleware(app)
    response.headers.setdefault("Cache-Control", "no-store")
    if isinstance(response.body, dict) and "version" in response.body:
        is_read = app.current_event.http_method == "GET"
        tag = _etag(response.body, with_digest=is_read)
        response.headers["ETag"] = tag
        if is_read and _has(tag, app.current_event.headers.get("if-none-match")):
            response.status_code = HTTPStatus.NOT_MODIFIED
    if response.status_code in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        response.body, response.content_type = "", None
        response.headers.pop("Content-Type", None)
    return response


def _etag(resource: dict[str, Any], *, with_digest: bool) -> str:
    digest = f"-{hashlib.sha256(_to_json(resource).encode()).hexdigest()[:16]}" if with_digest else ""
    return f'"{resource["version"]}{digest}"'


def _has(tag: str, if_none_match: str | None) -> bool:
    """Whether an `If-None-Match` names this tag; weak ones are as good here (RFC 9110 13.1.2)."""
    named = [one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")]
    return tag in named or named == ["*"]


def _record(event: Mapping[str, Any], status: int, request_id: str, milliseconds: float) -> None:
    route = str(event.get("routeKey", "unknown"))
    context = event.get("requestContext", {}).get("authorizer", {}).get("lambda") or {}
    calls = dynamodb_calls.reset()
    logger().info(
        "request",
        extra={
            "route": route,
            "status": status,
            "request_id": request_id,
            "tenant_id": context.get("tenant_id"),
            "user_id": context.get("user_id"),
            "latency_ms": round(milliseconds, 2),
            "dynamodb_calls": calls,
        },
    )
    measured: dict[str, tuple[MetricUnit, float]] = {
        "Errors": (MetricUnit.Count, int(status >= _SERVER_ERROR)),
        "Latency": (MetricUnit.Milliseconds, milliseconds),
    }
    emit("api", settings().service, measured, route=route)
