"""Handlers under IAM's eye: their calls are held against their role's policy and the tag of the session that signs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from infrastructure.routes import ROUTES, Route
from parley import clock
from parley.http import callers
from parley.identity.caller import Caller
from parley.tables import keys, tenant_sessions
from tests.infrastructure.conftest import Assembly, synthesize
from tests.infrastructure.test_roles import table_of
from tests.support.aws.aws_calls import Access, Recording
from tests.support.aws.gateway import invoke
from tests.support.aws.iam import allows
from tests.support.aws.ministack import environment
from tests.support.dynamodb.client_calls import before_calls
from tests.support.people.people import Person, Workspace
from tests.support.people.world import example_world
from tests.tools.record_events import make_event, needs_more

ROLE = "arn:aws:iam::000000000000:role/parley-test"
ELSEWHERE = {"media", "search"}
"""Services whose examples need more than tables."""
BOUND = [route for route in ROUTES if route.acts_for_one_tenant and route.service not in ELSEWHERE]


class FakeSts:
    """Sessions by their access key, and the requests that opened them."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.lasts_ms = 3600_000

    def assume_role(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        ends = datetime.fromtimestamp((clock.now_ms() + self.lasts_ms) / 1000, UTC)
        key = f"ASIA{len(self.requests):012d}"
        return {"Credentials": {"AccessKeyId": key, "SecretAccessKey": "s", "SessionToken": "t", "Expiration": ends}}

    def tag_of(self, access_key: str) -> str:
        """The tenant of the session with this key; empty for the function's own."""
        if not access_key.startswith("ASIA"):
            return ""
        (tag,) = self.requests[int(access_key[4:]) - 1]["Tags"]
        return str(tag["Value"])


@pytest.fixture
def sts(tables: None) -> Iterator[FakeSts]:
    """Functions whose sessions are bound to their tenant."""
    fake, make = FakeSts(), Session.create_client

    def create_client(session: Session, service: str, *arguments: Any, **options: Any) -> Any:
        return fake if service == "sts" else make(session, service, *arguments, **options)

    with environment(TENANT_ROLE=ROLE), patch.object(Session, "create_client", create_client):
        yield fake


@pytest.fixture(scope="session")
def tenant_bound() -> Assembly:
    return synthesize("dev", tenant_sessions="true")


@contextmanager
def enforced(route: Route, assembly: Assembly, sts: FakeSts) -> Iterator[list[Access]]:
    """Refuse, as DynamoDB would, what the role's policy does not allow to the session that signs; what was refused."""
    statements, refused = assembly.statements(route.service, route.endpoint), []

    def check(operation: str, parameters: dict[str, Any]) -> None:
        tenant = sts.tag_of(tenant_sessions.source()().access_key)
        accesses = list(Recording([(operation, parameters)]).accesses())
        for access in accesses:
            together = [access.partition]
            if access.action.startswith("Batch"):
                together = [each.partition for each in accesses if each.table == access.table]
            table = table_of(statements, access.table, access.index)
            if table is None or not allows(statements, f"dynamodb:{access.action}", table, together, tenant=tenant):
                refused.append(access)
        if refused:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}, operation)

    with before_calls(check):
        yield refused


@contextmanager
def forged(tenant_id: str) -> Iterator[None]:
    """A fault in the code: what follows the middleware works for another tenant than the token's."""
    verified = callers.caller_of

    def another(event: dict[str, Any]) -> Caller:
        caller = verified(event)
        return replace(caller, tenant=replace(caller.tenant, id=tenant_id))

    with patch.object(callers, "caller_of", another):
        yield


@pytest.mark.parametrize("route", BOUND, ids=lambda route: route.purpose)
def test_a_request_makes_no_call_that_its_session_is_refused(
    route: Route, sts: FakeSts, tenant_bound: Assembly
) -> None:
    with example_world(), enforced(route, tenant_bound, sts) as refused:
        answer = invoke(make_event(route))
    assert refused == []
    assert answer.status < 400 or needs_more(route), answer.text


@pytest.mark.parametrize("route", BOUND, ids=lambda route: route.purpose)
def test_a_forged_tenant_is_refused_at_its_first_call(route: Route, sts: FakeSts, tenant_bound: Assembly) -> None:
    with example_world(), forged("globex"), enforced(route, tenant_bound, sts) as refused:
        answer = invoke(make_event(route))
    assert {keys.tenant_of(access.partition) for access in refused} == {"globex"}
    assert (answer.status, answer.code) == (500, "internal_error")


def test_without_bound_sessions_only_the_code_stands_between_tenants(
    tables: None, alice: Person, mallory: Person, general: str
) -> None:
    """What the wall is for: the same fault shows alice's conversation to another tenant's user of her name."""
    twin = replace(mallory, user_id="alice")
    assert twin.get(f"/v1/conversations/{general}").status == 404
    with forged(alice.tenant_id):
        assert twin.get(f"/v1/conversations/{general}").status == 200


def test_a_key_of_another_tenant_is_refused_whatever_made_it(
    sts: FakeSts, tenant_bound: Assembly, acme: Workspace, globex: Workspace
) -> None:
    alice = acme.person("alice")
    conversation = alice.open_group(acme.person("bob"))
    route = next(each for each in BOUND if each.function == "messaging/get_conversation")
    spelled = keys.conversation
    with (
        patch.object(keys, "conversation", lambda _, conversation_id: spelled(globex.tenant_id, conversation_id)),
        enforced(route, tenant_bound, sts) as refused,
    ):
        answer = alice.get(f"/v1/conversations/{conversation}")
    assert {keys.tenant_of(each.partition) for each in refused} >= {globex.tenant_id}
    assert answer.status == 500


def test_a_session_is_opened_once_for_a_tenant_and_renewed_before_it_ends(
    sts: FakeSts, alice: Person, mallory: Person, moving_clock: Any
) -> None:
    sts.requests.clear()
    for _ in range(3):
        for each in (alice, mallory):
            assert each.get("/v1/unread").status == 200
    assert [request["Tags"][0]["Value"] for request in sts.requests] == [alice.tenant_id, mallory.tenant_id]
    assert sts.requests[0] | {"Tags": [], "RoleSessionName": ""} == {
        "RoleArn": ROLE,
        "RoleSessionName": "",
        "DurationSeconds": 3600,
        "Tags": [],
        "TransitiveTagKeys": ["tenant"],
    }
    moving_clock.pass_seconds(3600 - 301)
    assert alice.get("/v1/unread").status == 200
    assert len(sts.requests) == 2
    moving_clock.pass_seconds(2)
    assert alice.get("/v1/unread").status == 200
    assert [request["Tags"][0]["Value"] for request in sts.requests[2:]] == [alice.tenant_id]


def test_sessions_kept_are_bounded(sts: FakeSts) -> None:
    credentials = tenant_sessions.TenantCredentials(ROLE)
    for number in range(tenant_sessions.MOST_SESSIONS + 50):
        tenant_sessions.act_for(f"t{number}")
        assert sts.tag_of(str(credentials().access_key)) == f"t{number}"
    tenant_sessions.act_for("")
    assert len(credentials._opened) == tenant_sessions.MOST_SESSIONS


def test_what_is_nobodys_is_signed_by_the_function_itself(sts: FakeSts, alice: Person) -> None:
    assert alice.get("/v1/unread").status == 200
    tenant_sessions.act_for("")
    assert sts.tag_of(tenant_sessions.source()().access_key) == ""
