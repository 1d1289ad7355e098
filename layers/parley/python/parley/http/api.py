"""The resolver that every function uses: Powertools, set up once with what all routes share.

A request passes: size and type of the body → the route → validation → identity → idempotency → the handler. Whatever
is raised on the way becomes a problem document. Around it all: request id, one log line, the route's metrics.
"""

import json
import re
import time
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from parley import errors
from parley.http.callers import caller_of
from parley.http.idempotent import once
from parley.http.problems import as_refusal, problem
from parley.observability import dynamodb_calls, logger, metrics

BODY_LIMIT_BYTES = 256 * 1024
_SERVER_ERROR = 500


class Api(APIGatewayHttpResolver):
    """Powertools' resolver with Parley's conventions; a function registers its route, `handler = api.resolve`."""

    def __init__(self, *, public: bool, idempotent: bool) -> None:
        super().__init__(
            enable_validation=True,
            serializer=_to_json,
            json_body_deserializer=_from_json,
        )
        self.public = public
        self.exception_handler(Exception)(self._problem)
        self.not_found(lambda _: self._problem(errors.RouteNotFound()))
        self.use([_refuse_unknown_parameters, _verify_caller, _tag_with_version])
        if idempotent:
            self.use([_once_for_posts])

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer one API Gateway event (HTTP API, payload format 2.0)."""
        started = time.perf_counter()
        dynamodb_calls.reset()
        request_id = _request_id(event, context)
        try:
            _check_body(event)
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
        answer.setdefault("headers", {})["X-Request-Id"] = request_id
        _record(event, answer["statusCode"], request_id, (time.perf_counter() - started) * 1000)
        return answer

    def _problem(self, error: Exception) -> Response[Any]:
        self._log_failure(error)
        event = self.current_event.raw_event
        return problem(
            error, instance=str(event.get("rawPath", "")), request_id=_request_id(event, self.lambda_context)
        )

    @staticmethod
    def _log_failure(error: Exception) -> None:
        """A failure of ours is logged with its trace; a refusal is told by the request's own line.

        An exception's message may carry input, so only its type and trace are written.
        """
        if not isinstance(error, (errors.ParleyError, NotFoundError, RequestValidationError)):
            refusal = as_refusal(error)
            logger().error("request failed", extra={"error": type(error).__name__, "code": refusal.code}, exc_info=True)

    @staticmethod
    def _compile_regex(rule: str, base_regex: str = "^{}$") -> re.Pattern[str]:
        """Powertools' own pattern knows only ASCII punctuation and word characters; a reaction may be any emoji."""
        return re.compile(base_regex.format(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", rule)))


def create_api(*, public: bool = False, idempotent: bool = True) -> Api:
    """The resolver of a function. `public` routes take no token; `idempotent=False` where the domain keeps the key."""
    return Api(public=public, idempotent=idempotent)


def _to_json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _refuse_constant(name: str) -> object:
    raise errors.MalformedRequest(f"{name} is not JSON")


def _from_json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise errors.MalformedRequest("The body is nested too deeply") from None


def _request_id(event: Mapping[str, Any], context: LambdaContext) -> str:
    return str(event.get("requestContext", {}).get("requestId") or context.aws_request_id)


def _check_body(event: Mapping[str, Any]) -> None:
    """Refuse what is too large or no JSON before anything parses it."""
    body = event.get("body")
    if not body:
        return
    size = len(body) * 3 // 4 if event.get("isBase64Encoded") else len(body.encode())
    if size > BODY_LIMIT_BYTES:
        raise errors.TooLarge(f"A body is at most {BODY_LIMIT_BYTES // 1024} KB")
    content_type = str(event.get("headers", {}).get("content-type", "application/json")).split(";")[0].strip().lower()
    if content_type != "application/json":
        raise errors.UnsupportedMediaType


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


def _verify_caller(app: Api, next_middleware: NextMiddleware) -> Response[Any]:
    """Refuse a token that the authorizer let through only to be told why, even where a handler asks for no caller."""
    if not app.public:
        caller_of(app.current_event.raw_event)
    return next_middleware(app)


def _once_for_posts(app: Api, next_middleware: NextMiddleware) -> Response[Any]:
    if app.current_event.http_method == "POST":
        return once(app, next_middleware)
    return next_middleware(app)


def _tag_with_version(app: Api, next_middleware: NextMiddleware) -> Response[Any]:
    """A resource that carries its version has an ETag."""
    response = next_middleware(app)
    if isinstance(response.body, dict) and "version" in response.body:
        response.headers["ETag"] = f'"{response.body["version"]}"'
    response.headers.setdefault("Cache-Control", "no-store")
    return response


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
    emitted = metrics()
    emitted.add_dimension("route", route)
    emitted.add_metric("Requests", MetricUnit.Count, 1)
    emitted.add_metric("Errors", MetricUnit.Count, int(status >= _SERVER_ERROR))
    emitted.add_metric("Latency", MetricUnit.Milliseconds, milliseconds)
    emitted.add_metric("DynamoDBCalls", MetricUnit.Count, calls)
    emitted.flush_metrics()
