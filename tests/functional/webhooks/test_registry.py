"""A tenant's webhooks: who may name them, what may be named, and what is shown of their secrets."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.errors import TooManyWebhooks
from parley.webhooks import registry
from parley.webhooks.schemas import CreateWebhook
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.faults.interference import crash_after
from tests.support.faults.interleaving import interleave
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.tenant_servers import Deliveries, Server, create

URL = "https://hooks.example.com/parley"
ROUTES = [
    ("GET", "/v1/webhooks", None),
    ("POST", "/v1/webhooks", {"url": URL}),
    ("GET", "/v1/webhooks/{}", None),
    ("PUT", "/v1/webhooks/{}", {"enabled": False}),
    ("DELETE", "/v1/webhooks/{}", None),
    ("POST", "/v1/webhooks/{}/rotate-secret", {}),
    ("GET", "/v1/webhooks/{}/deliveries", None),
    ("POST", "/v1/webhooks/{}/deliveries/x/replay", None),
]


@pytest.fixture
def server(acme: Workspace) -> Person:
    return acme.server


@pytest.fixture
def webhook(server: Person) -> dict[str, Any]:
    made = server.post("/v1/webhooks", {"url": URL, "events": ["message.created"], "description": "orders"})
    assert made.status == 201, made.text
    return dict(made.body)


def test_a_secret_is_shown_once(server: Person, webhook: dict[str, Any]) -> None:
    secret = webhook.pop("secret")
    assert secret.startswith("whsec_")
    assert len(secret) > 40
    assert server.get(f"/v1/webhooks/{webhook['id']}").body == webhook
    assert server.get("/v1/webhooks").body == {"data": [webhook]}
    assert webhook["enabled"] is True


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_a_user_may_not_see_or_change_webhooks(
    alice: Person, webhook: dict[str, Any], method: str, path: str, body: Any
) -> None:
    refused = alice.request(method, path.format(webhook["id"]), body)
    assert (refused.status, refused.code) == (403, "server_token_required")


@pytest.mark.parametrize(("method", "path", "body"), [each for each in ROUTES if "{}" in each[1]])
def test_another_tenants_webhook_is_like_one_that_never_existed(
    globex: Workspace, server: Person, webhook: dict[str, Any], method: str, path: str, body: Any
) -> None:
    foreign = globex.server.request(method, path.format(webhook["id"]), body)
    absent = server.request(method, path.format("0" * 26), body)
    if method == "DELETE":
        assert (foreign.status, absent.status) == (204, 204)
    else:
        assert (foreign.status, foreign.code) == (404, "webhook_not_found") == (absent.status, absent.code)
        assert foreign["detail"] == absent["detail"]
    assert server.get(f"/v1/webhooks/{webhook['id']}").status == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://user:password@hooks.example.com/",
        "https:///path",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com/#fragment",
        "https://hooks.example.com/a b",
        "https://hooks.exämple.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "https://[::1",
        "https://hooks.example.com/\r\nHost: other",
    ],
)
def test_what_can_be_no_endpoint_is_refused(server: Person, webhook: dict[str, Any], url: str) -> None:
    for refused in (
        server.post("/v1/webhooks", {"url": url}),
        server.put(f"/v1/webhooks/{webhook['id']}", {"url": url}),
    ):
        assert (refused.status, refused.code) == (422, "invalid_webhook_url")


def test_events_that_are_never_stored_cannot_be_asked_for(server: Person) -> None:
    for event in ("typing.started", "presence.changed", "message.exploded"):
        assert server.post("/v1/webhooks", {"url": URL, "events": [event]}).status == 422


def test_a_repeated_request_makes_one_webhook_and_shows_its_secret_again(server: Person) -> None:
    first = server.post("/v1/webhooks", {"url": URL}, key="a")
    again = server.post("/v1/webhooks", {"url": URL}, key="a")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert server.post("/v1/webhooks", {"url": f"{URL}2"}, key="a").code == "idempotency_key_reused"
    assert len(server.get("/v1/webhooks")["data"]) == 1


def test_a_repeated_rotation_rotates_once(server: Person, webhook: dict[str, Any]) -> None:
    path = f"/v1/webhooks/{webhook['id']}/rotate-secret"
    first = server.post(path, {}, key="a")
    assert first.status == 200, first.text
    assert first["secret"] != webhook["secret"]
    assert server.post(path, {}, key="a")["secret"] == first["secret"]
    assert server.post(path, {"overlap_seconds": 1}, key="a").code == "idempotency_key_reused"
    assert server.post(path, {}, key="b")["secret"] != first["secret"]


def test_a_webhook_changes_field_by_field(server: Person, webhook: dict[str, Any]) -> None:
    path = f"/v1/webhooks/{webhook['id']}"
    changed = server.put(path, {"url": f"{URL}/2", "events": []})
    assert (changed["url"], changed["events"], changed["description"]) == (f"{URL}/2", [], "orders")
    assert server.put(path, {"description": None})["description"] is None
    disabled = server.put(path, {"enabled": False})
    assert (disabled["enabled"], disabled["disabled_by"]) == (False, "tenant")
    enabled = server.put(path, {"enabled": True})
    assert (enabled["enabled"], enabled["disabled_at"], enabled["disabled_by"]) == (True, None, None)
    assert server.put(path, {}).status == 422


def test_a_stale_change_is_refused(server: Person, webhook: dict[str, Any]) -> None:
    path = f"/v1/webhooks/{webhook['id']}"
    tag = server.get(path).headers["ETag"]
    assert server.put(path, {"enabled": False}, headers={"If-Match": tag}).status == 200
    assert server.put(path, {"enabled": True}, headers={"If-Match": tag}).code == "version_conflict"


def test_a_tenant_has_ten_webhooks_at_most(server: Person) -> None:
    made = [server.post("/v1/webhooks", {"url": f"{URL}/{number}"}) for number in range(11)]
    assert [each.status for each in made] == [201] * 10 + [409]
    assert made[-1].code == "too_many_webhooks"
    server.delete(f"/v1/webhooks/{made[0]['id']}")
    assert server.post("/v1/webhooks", {"url": URL}).status == 201


@given(schedule=st.lists(st.integers(0, 2), max_size=24))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_of_several_made_at_once_no_more_pass_than_there_is_room_for(tables: None, schedule: list[int]) -> None:
    server = new_workspace("acme").server
    for number in range(8):
        assert server.post("/v1/webhooks", {"url": f"{URL}/{number}"}).status == 201
    caller = server.caller
    body = CreateWebhook(url=URL)

    def create() -> bool:
        try:
            registry.do_create(caller, body, idempotency_key=None)
        except TooManyWebhooks:
            return False
        return True

    assert sorted(interleave([create, create, create], schedule)) == [False, True, True]
    assert len(server.get("/v1/webhooks")["data"]) == 10


@pytest.mark.parametrize("calls", range(6))
def test_a_crash_while_one_is_made_costs_no_room(server: Person, moving_clock: MovingClock, calls: int) -> None:
    for number in range(9):
        server.post("/v1/webhooks", {"url": f"{URL}/{number}"})
    with crash_after(calls):
        server.post("/v1/webhooks", {"url": URL}, key="a")
    moving_clock.pass_seconds(60)
    assert server.post("/v1/webhooks", {"url": URL}, key="a").status == 201
    assert len(server.get("/v1/webhooks")["data"]) == 10
    assert server.post("/v1/webhooks", {"url": URL}).code == "too_many_webhooks"


def test_a_removed_webhook_is_gone(server: Person, webhook: dict[str, Any]) -> None:
    path = f"/v1/webhooks/{webhook['id']}"
    assert server.delete(path).status == 204
    assert server.get(path).code == "webhook_not_found"
    assert server.post(f"{path}/rotate-secret", {}).code == "webhook_not_found"
    assert server.delete(path).status == 204


def test_no_secret_reaches_the_change_stream(server: Person, acme: Workspace) -> None:
    stream = ChangeStream()
    secret = server.post("/v1/webhooks", {"url": URL})["secret"]
    streamed = str(stream.take(acme.tenant_id))
    assert URL in streamed
    assert secret not in streamed


def test_a_webhook_is_told_of_what_follows_and_one_that_is_disabled_of_nothing(
    server: Person, acme: Workspace, alice: Person, general: str, endpoint: Server, deliveries: Deliveries
) -> None:
    """Whichever process the stream gives it to, and whatever that one has read before: here it is always the same."""
    alice.send(general, "nobody listens")
    deliveries.dispatch(acme.tenant_id)
    made = create(server, endpoint.url, "message.created")
    deliveries.changes.take(acme.tenant_id)
    alice.send(general, "somebody listens")
    deliveries.dispatch(acme.tenant_id)
    assert [job["event"]["data"]["text"] for job in deliveries.waiting] == ["somebody listens"]
    server.put(f"/v1/webhooks/{made['id']}", {"enabled": False})
    deliveries.changes.take(acme.tenant_id)
    alice.send(general, "nobody any more")
    deliveries.dispatch(acme.tenant_id)
    assert len(deliveries.waiting) == 1
