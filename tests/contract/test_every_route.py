"""What the contract promises of every route, held against the real handlers in the world of the examples."""

import copy
import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from infrastructure.examples import CHANNEL, EXAMPLES, example_of, find_example
from infrastructure.routes import ROUTES, Route
from parley.settings import settings
from parley.tables import dynamodb
from tests.support.aws.gateway import Answer, invoke
from tests.support.faults.dynamodb_faults import faulty, throttled, unreachable
from tests.support.people.world import example_world
from tests.tools.record_events import make_event

CONTRACT = """
POST /v1/messages
GET /v1/conversations/{}/messages
GET PUT DELETE /v1/messages/{}
GET /v1/messages/{}/edits
GET /v1/messages/{}/replies
GET POST /v1/messages/{}/reactions
DELETE /v1/messages/{}/reactions/{}
PUT DELETE /v1/messages/{}/pin
GET /v1/conversations/{}/pins
GET POST /v1/conversations
GET PUT DELETE /v1/conversations/{}
GET POST /v1/conversations/{}/members
DELETE /v1/conversations/{}/members/{}
PUT /v1/conversations/{}/members/{}/role
PUT DELETE /v1/conversations/{}/mute
PUT /v1/conversations/{}/settings
POST /v1/conversations/{}/read
POST /v1/conversations/{}/unread
POST /v1/conversations/{}/clear
GET /v1/conversations/{}/receipts
POST /v1/delivered
GET /v1/unread
GET /v1/drafts
POST GET /v1/scheduled-messages
GET PUT DELETE /v1/scheduled-messages/{}
GET /v1/bookmarks
PUT DELETE /v1/messages/{}/bookmark
PUT GET DELETE /v1/conversations/{}/draft
GET /v1/unread/threads
GET /v1/threads
GET /v1/threads/{}
PUT DELETE /v1/threads/{}/follow
POST /v1/threads/{}/read
GET PUT /v1/users/{}
GET /v1/users
PUT DELETE /v1/users/{}/block
POST /v1/messages/{}/flag
PUT DELETE /v1/conversations/{}/bans/{}
POST /v1/tokens
POST /v1/users/{}/revoke-tokens
POST /v1/tenants
GET PUT /v1/tenants/{}
GET POST /v1/tenants/{}/keys
GET DELETE /v1/tenants/{}/keys/{}
GET /v1/health
"""
"""The routes of the API contract that the foundation and messaging own."""

PROBLEM_MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id", "retryable"}
INTERNALS = ("Traceback", "boto", "dynamo", "site-packages", "chat-", "control-", "T#", "RuntimeError", "SECRETS")


NAMES: Callable[[Route], str] = lambda route: f"{route.method} {route.path}"  # noqa: E731 - pytest's ids
KNOWN = [route for route in ROUTES if find_example(route)]
PRIVATE = [route for route in KNOWN if not route.public]
STORED = [route for route in PRIVATE if route.grants and not example_of(route).elsewhere]
everywhere = pytest.mark.parametrize("route", KNOWN, ids=NAMES)
wherever_private = pytest.mark.parametrize("route", PRIVATE, ids=NAMES)
wherever_stored = pytest.mark.parametrize("route", STORED, ids=NAMES)


@pytest.fixture(scope="module")
def world(tables: None) -> Iterator[None]:
    """One world for all refusals: they change nothing."""
    with example_world():
        yield


def check_problem(answer: Answer, status: int, code: str | None = None) -> None:
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.body
    assert problem.keys() >= PROBLEM_MEMBERS
    assert problem["status"] == status
    assert problem["type"] == f"urn:parley:problem:{problem['code']}"
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert code is None or problem["code"] == code
    for internal in INTERNALS:
        assert internal not in answer.text


@contextmanager
def nothing_changes() -> Iterator[None]:
    """What lasts is the same afterwards; the `control` table may count attempts."""
    before = _lasting()
    yield
    assert _lasting() == before


def _lasting() -> list[str]:
    items = dynamodb.client().scan(TableName=settings().chat_table)["Items"]
    return sorted(json.dumps(item, sort_keys=True) for item in items)


def test_every_route_of_the_contract_exists() -> None:
    promised = {
        f"{method} {words[-1]}" for words in map(str.split, CONTRACT.split("\n")) if words for method in words[:-1]
    }
    deployed = {f"{route.method} {_blank(route.path)}" for route in ROUTES}
    assert promised - deployed == set()
    assert promised <= EXAMPLES.keys()


def _blank(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


@everywhere
def test_an_unknown_query_parameter_is_refused(world: None, route: Route) -> None:
    event = make_event(route)
    event["queryStringParameters"] = event.get("queryStringParameters", {}) | {"colour": "red"}
    with nothing_changes():
        refused = invoke(event)
    check_problem(refused, 422, "validation_failed")
    assert ("?colour", "unknown_field") in {(error["pointer"], error["code"]) for error in refused["errors"]}


@pytest.mark.parametrize("route", [r for r in KNOWN if isinstance(example_of(r).body, dict)], ids=NAMES)
def test_an_unknown_field_is_refused(world: None, route: Route) -> None:
    event = make_event(route)
    event["body"] = json.dumps(example_of(route).body | {"colour": "red"})
    with nothing_changes():
        refused = invoke(event)
    check_problem(refused, 422, "validation_failed")
    assert [(error["pointer"], error["code"]) for error in refused["errors"]] == [("/colour", "unknown_field")]


@pytest.mark.parametrize("route", [r for r in KNOWN if isinstance(example_of(r).body, dict)], ids=NAMES)
@pytest.mark.parametrize("body", ["{", "[]", '{"a": NaN}'])
def test_a_body_that_is_no_object_is_refused(world: None, route: Route, body: str) -> None:
    with nothing_changes():
        refused = invoke(make_event(route) | {"body": body})
    assert refused.status in (400, 422)
    check_problem(refused, refused.status)


@wherever_private
def test_a_request_without_identity_is_refused(world: None, route: Route) -> None:
    event = make_event(route)
    del event["requestContext"]["authorizer"]
    refused = invoke(event)
    check_problem(refused, 401, "unauthenticated")
    assert refused.calls.operations == []


@wherever_private
def test_a_token_that_lapsed_is_refused(world: None, route: Route) -> None:
    event = make_event(route)
    event["requestContext"]["authorizer"]["lambda"]["refusal"] = "token_revoked"
    refused = invoke(event)
    check_problem(refused, 401, "token_revoked")
    assert refused.calls.operations == []


@wherever_private
def test_a_user_cannot_act_for_another(world: None, route: Route) -> None:
    event = make_event(route)
    event["requestContext"]["authorizer"]["lambda"] |= {"tenant_id": "acme", "user_id": "bob", "scope": ""}
    event["headers"]["x-acting-user"] = "alice"
    refused = invoke(event)
    check_problem(refused, 403, "acting_user_refused")
    assert refused.calls.operations == []


IN_A_CONVERSATION = [
    route
    for route in PRIVATE
    if ("{conversation_id}" in route.path or "{message_id}" in route.path)
    and (route.method, route.path) != ("POST", "/v1/conversations/{conversation_id}/join-requests")
    and not route.path.startswith("/v1/moderation/")
]
"""All but asking to be let in, which is for strangers, and what a tenant's moderators do, who see all."""
OWN = ("/v1/conversations/{conversation_id}/draft", "/v1/messages/{message_id}/bookmark")
"""What is one's own: deleting what is not there answers the same, whoever asks and whatever there is."""


@pytest.mark.parametrize("route", IN_A_CONVERSATION, ids=NAMES)
def test_another_tenant_and_a_stranger_get_the_bytes_of_what_never_existed(world: None, route: Route) -> None:
    event = make_event(route)
    answers = set()
    for tenant_id, user_id, missing in (("globex", "alice", False), ("acme", "carol", False), ("acme", "alice", True)):
        asked = copy.deepcopy(event)
        asked["requestContext"]["authorizer"]["lambda"] |= {"tenant_id": tenant_id, "user_id": user_id}
        if missing:
            _name_what_never_existed(asked)
        with nothing_changes():
            refused = invoke(asked)
        if refused.status == 403 and user_id == "carol" and CHANNEL in example_of(route).path:
            check_problem(refused, 403, "not_a_member")  # of a channel everybody knows
            continue
        if route.method == "DELETE" and route.path in OWN:
            assert refused.status == 204
        else:
            check_problem(refused, 404)
        answers.add(refused.text)
    assert len(answers) == 1


def _name_what_never_existed(event: dict[str, Any]) -> None:
    for place in ("pathParameters", "queryStringParameters"):
        event[place] = {
            name: value.replace(value[:26], "0" * 26) if len(value) >= 26 else value
            for name, value in (event.get(place) or {}).items()
        }


@functools.cache
def _calls_of(route: Route) -> int:
    with example_world():
        return len(invoke(make_event(route)).calls.calls)


@wherever_stored
@pytest.mark.parametrize("which", ["first", "last write", "last"])
def test_a_throttle_is_a_503_and_a_retry_completes(tables: None, route: Route, which: str) -> None:
    calls = _calls_of(route)
    if calls == 0:
        assert route.function in WITHOUT_CALLS
        return
    number = {"first": 1, "last write": max(1, calls - 1), "last": calls}[which]
    with example_world():
        event = make_event(route)
        with faulty(lambda call, operation: throttled(operation) if call == number else None):
            failed = invoke(event)
        if failed.status < 300:  # what failed was best effort, such as the record of an answer, or one of many
            assert which != "first" or 503 in {one["status"] for one in failed["data"]}
            return
        check_problem(failed, 503, "unavailable")
        assert failed["retryable"] is True
        assert int(failed.headers["Retry-After"]) >= 1
        retried = invoke(event)
        assert retried.status < 300, retried.text


WITHOUT_CALLS: frozenset[str] = frozenset()
"""Functions whose grants their example does not need."""


@wherever_stored
def test_an_outage_is_a_503(world: None, route: Route) -> None:
    with faulty(lambda _, operation: unreachable(operation)):
        failed = invoke(make_event(route))
    if failed.status == 200:  # a batch says so of each
        assert {one["problem"]["code"] for one in failed["data"]} == {"unavailable"}
        return
    check_problem(failed, 503, "unavailable")


@wherever_stored
def test_a_bug_is_a_500_that_tells_nothing(world: None, route: Route) -> None:
    bug: Any = RuntimeError("T#acme is in table chat-1, says boto3")
    with faulty(lambda *_: bug):
        failed = invoke(make_event(route))
    check_problem(failed, 500, "internal_error")
    assert failed["detail"] == "Internal error"
