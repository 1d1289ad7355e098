"""The events and answers under `events/`, made from the examples: `python -m tests.tools.record_events` writes them.

An event is what API Gateway would hand to the function (payload format 2.0); the answer is what the real handler gave
to it in the world of the examples.
"""

import json
import sys
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import jwt
from moto import mock_aws

from infrastructure.examples import SIGNING_KEY, Example, MissingExample, example_of, parameters_of
from infrastructure.routes import ROUTES, Route
from tests.support.aws.gateway import Answer, build_event, invoke
from tests.support.people.world import SIGNING_SECRET, example_world, person

EVENTS = Path(__file__).parents[2] / "events"
AUTHORIZER = EVENTS / "identity" / "authorizer.json"
API_ID = "a1b2c3d4e5"
HOST = f"{API_ID}.execute-api.us-east-1.amazonaws.com"
ACCOUNT = "123456789012"
FAR_FUTURE = 4_102_444_800
"""2100-01-01: the token of the authorizer's event never expires in practice."""


def event_file(route: Route) -> Path:
    return EVENTS / f"{route.function}.json"


def answer_file(route: Route) -> Path:
    return EVENTS / "answers" / f"{route.function}.json"


def token() -> str:
    """Alice's token, signed with the public secret of the examples."""
    claims = {"sub": "alice", "iat": 1795420800, "exp": FAR_FUTURE}
    return jwt.encode(claims, SIGNING_SECRET, algorithm="HS256", headers={"kid": SIGNING_KEY})


def _key(route: Route) -> dict[str, str]:
    return {"Idempotency-Key": "0b7a1a3c-5a5e-4c0e-9d0b-2f6a7c1d9e11"} if route.method == "POST" else {}


def _acting(example: Example) -> dict[str, str]:
    return person(example.who).headers


def needs_more(route: Route) -> bool:
    """Whether a route's example needs more than tables to succeed, such as a server of a tenant's."""
    return bool(example_of(route).elsewhere)


def make_event(route: Route) -> dict[str, Any]:
    """The event of a route's example, as API Gateway writes it."""
    example = example_of(route)
    encoded = {name: quote(value, safe="") for name, value in parameters_of(route).items()}
    event = build_event(
        route.method,
        route.path.format(**encoded),
        authorizer=_authorizer(example, public=route.public),
        body=example.body,
        query=example.query,
        headers=_acting(example) | _key(route),
    )
    length = {"content-length": str(len(event["body"].encode()))} if "body" in event else {}
    authorization = {} if route.public else {"authorization": "Bearer <token>"}
    event["headers"] |= {
        "accept": "application/json",
        **authorization,
        **length,
        "host": HOST,
        "user-agent": "parley-example/1.0",
        "x-amzn-trace-id": "Root=1-6922d2d0-0f3a5b7c9d1e2f3a4b5c6d7e",
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    event["headers"] = dict(sorted(event["headers"].items()))
    context = event["requestContext"]
    context |= {
        "accountId": ACCOUNT,
        "apiId": API_ID,
        "domainName": HOST,
        "domainPrefix": API_ID,
        "requestId": "UQ3ZGhJpoAMEVRg=",
        "time": "23/Nov/2026:10:00:00 +0000",
        "timeEpoch": 1795428000000,
    }
    context["http"] |= {"sourceIp": "203.0.113.7", "userAgent": "parley-example/1.0"}
    return event


def _authorizer(example: Example, *, public: bool) -> dict[str, str] | None:
    if public:
        return None
    who = person(example.who)
    return {
        "tenant_id": who.tenant_id,
        "user_id": who.user_id,
        "scope": who.scope,
        "credential": who.credential,
        "settings": "{}",
    }


def make_authorizer_event() -> dict[str, Any]:
    """What the authorizer is asked about alice's request for her unread counts."""
    credential = f"Bearer {token()}"
    return {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API_ID}/$default/GET/v1/conversations",
        "identitySource": [credential],
        "routeKey": "GET /v1/conversations",
        "rawPath": "/v1/conversations",
        "rawQueryString": "",
        "headers": {
            "accept": "application/json",
            "authorization": credential,
            "host": HOST,
            "user-agent": "parley-example/1.0",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": API_ID,
            "domainName": HOST,
            "domainPrefix": API_ID,
            "http": {
                "method": "GET",
                "path": "/v1/conversations",
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "parley-example/1.0",
            },
            "requestId": "UQ3ZGhJpoAMEVRg=",
            "routeKey": "GET /v1/conversations",
            "stage": "$default",
            "time": "23/Nov/2026:10:00:00 +0000",
            "timeEpoch": 1795428000000,
        },
    }


def answer_to(event: dict[str, Any]) -> Answer:
    """The real handler's answer to an event, in a new world of the examples."""
    with example_world():
        return invoke(event)


def as_record(answer: Answer) -> dict[str, Any]:
    """An answer as it is kept under `events/answers`."""
    return {"statusCode": answer.status, "headers": dict(sorted(answer.headers.items())), "body": answer.body}


def dump(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def load(file: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(file.read_text(encoding="utf-8")))


def _write(file: Path, value: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dump(value), encoding="utf-8")


def main() -> int:
    """Write every event and answer; an event that is not answered with success is an error."""
    failed = []
    with mock_aws():
        _write(AUTHORIZER, make_authorizer_event())
        for route in ROUTES:
            try:
                event = make_event(route)
            except MissingExample as missing:
                failed.append(str(missing))
                continue
            if needs_more(route):
                _write(event_file(route), event)
                continue
            answer = answer_to(event)
            if answer.status >= 300:
                failed.append(f"{route.function}: {answer.status} {answer.text}")
                continue
            _write(event_file(route), event)
            _write(answer_file(route), as_record(answer))
    sys.stderr.writelines(f"{line}\n" for line in failed)
    return 1 if failed else 0


if __name__ == "__main__":
    import tests.conftest  # noqa: F401 - an environment without real credentials

    sys.exit(main())
