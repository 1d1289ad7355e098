"""API Gateway in this process: finds the route, builds the event, calls the real handler.

Every call is held to the grants of its role and to what DynamoDB takes, every answer to the document.
"""

import functools
import importlib
import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, unquote, urlencode

from aws_lambda_powertools.event_handler.api_gateway import BaseRouter
from aws_lambda_powertools.utilities.typing import LambdaContext

from infrastructure.routes import ROUTES, Route
from parley.http.api import Api
from tests.support.aws.answers import check_answer
from tests.support.aws.aws_calls import Recording, recording_request

SEEN = {"sourceIp": "127.0.0.1", "userAgent": "tests"}
"""What the gateway sees of a client."""


def new_request_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Answer:
    """What a client would see, and the DynamoDB calls that it took."""

    status: int
    headers: dict[str, str]
    body: Any
    text: str
    calls: Recording

    @property
    def code(self) -> str:
        """The stable code of a problem document."""
        assert self.headers["Content-Type"] == "application/problem+json", self.text
        return cast("str", self.body["code"])

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


class Context(LambdaContext):
    """The context of an invocation."""

    def __init__(self) -> None:
        self._function_name = "test"
        self._memory_limit_in_mb = 256
        self._invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:test"
        self._aws_request_id = str(uuid.uuid4())

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 29_000


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route that API Gateway would choose: the one with the most literal segments."""
    candidates = []
    for route in ROUTES:
        match = _pattern(route.path).fullmatch(path) if route.method == method else None
        if match is not None:
            literal = sum(not segment.startswith("{") for segment in route.path.split("/"))
            candidates.append((literal, route, match.groupdict()))
    assert candidates, f"no route for {method} {path}"
    _, route, parameters = max(candidates, key=lambda candidate: candidate[0])
    return route, {name: unquote(value) for name, value in parameters.items()}


@functools.cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


def build_event(
    method: str,
    path: str,
    *,
    authorizer: dict[str, str] | None,
    body: Any = None,
    query: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """An HTTP API event, payload format 2.0. A `str` body is sent as it is, anything else as JSON."""
    route, parameters = find_route(method, path)
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    all_headers = {"host": "api.parley.test", **({"content-type": "application/json"} if text is not None else {})}
    all_headers |= {name.lower(): value for name, value in (headers or {}).items()}
    context: dict[str, Any] = {
        "accountId": "000000000000",
        "apiId": "test",
        "domainName": "api.parley.test",
        "http": {
            "method": method,
            "path": unquote(path),
            "protocol": "HTTP/1.1",
            **SEEN,
        },
        "requestId": new_request_id(),
        "routeKey": f"{method} {route.path}",
        "stage": "$default",
        "time": "23/Nov/2026:09:00:00 +0000",
        "timeEpoch": 1795424400000,
    }
    if authorizer is not None:
        context["authorizer"] = {"lambda": authorizer}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {route.path}",
        "rawPath": unquote(path),
        "rawQueryString": urlencode(query or {}),
        "headers": all_headers,
        "requestContext": context,
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = {name: str(value) for name, value in query.items()}
    if parameters:
        event["pathParameters"] = parameters
    if text is not None:
        event["body"] = text
    return event


@contextmanager
def _request_of_its_own(api: Api) -> Iterator[None]:
    """Put aside the request between whose calls this one comes: a resolver knows one, and would mix up who calls."""
    held, router = dict(api.context), dict(vars(BaseRouter))
    api.context.clear()
    try:
        yield
    finally:
        api.context.update(held)
        for name in {"current_event", "lambda_context"} & router.keys():
            setattr(BaseRouter, name, router[name])


def invoke(event: dict[str, Any]) -> Answer:
    """Call the function that serves the event's route; fail where it did what its role does not allow."""
    route = next(route for route in ROUTES if f"{route.method} {route.path}" == event["routeKey"])
    module = importlib.import_module(f"functions.{route.function.replace('/', '.')}")
    with _request_of_its_own(module.api), recording_request() as calls:
        raw = module.handler(event, Context())
    denied = calls.denied(route.grants)
    assert not denied, f"{route.function} is not granted {denied}"
    assert not calls.out_of_range(), f"DynamoDB refuses what {route.function} asks for: {calls.out_of_range()}"
    text = raw.get("body") or ""
    content_type = raw["headers"].get("Content-Type", "")
    body = json.loads(text) if "json" in content_type and text else None
    check_answer(route, raw["statusCode"], content_type, body)
    return Answer(raw["statusCode"], raw["headers"], body, text, calls)


def path_of(template: str, **parameters: str) -> str:
    """A path with its parameters percent-encoded."""
    return template.format(**{name: quote(value, safe="") for name, value in parameters.items()})
