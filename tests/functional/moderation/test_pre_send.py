"""The pre-send webhook, against real servers on loopback: what they may say, and what becomes of those that do not."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import jsonschema
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from infrastructure.contract.webhooks import PreSendCall
from parley import clock
from parley.moderation import pre_send
from parley.moderation.pre_send import endpoints
from parley.outbound import signing
from parley.outbound.circuit import FAILURES_TO_OPEN
from parley.outbound.hooks import Endpoints, endpoint_key
from parley.outbound.items import EndpointItem
from parley.tables import keys
from tests.functional.moderation.conftest import known, put_list, queue
from tests.support.dynamodb.meter import metered
from tests.support.faults.dynamodb_faults import faulty, throttled
from tests.support.faults.interference import crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import Clock
from tests.support.people.listing import preview_of
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import Server, answer, closed_port, drip, flood, serving

ROTATE = "/v1/moderation/pre-send/rotate-secret"


def answering(decision: Any, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """A server that decides so, whatever it is asked."""
    return answer(decision if isinstance(decision, bytes) else json.dumps(decision).encode(), status, **headers)


def late(handler: BaseHTTPRequestHandler) -> None:
    """A decision that comes after two seconds."""
    time.sleep(2)
    answering({"action": "refuse"})(handler)


def early_and_late(handler: BaseHTTPRequestHandler) -> None:
    """One whose end comes after two seconds."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b'{"action": ')
    time.sleep(2)
    handler.wfile.write(b'"refuse"}')


@pytest.fixture
def hook(local_stage: None) -> Iterator[Server]:
    """A tenant's server that allows everything."""
    with serving() as listening:
        listening.behave = answering({"action": "allow"})
        yield listening


@pytest.fixture
def secret(server: Person) -> str:
    made = server.post(ROTATE, {})
    assert made.status == 200, made.text
    return str(made["secret"])


def asks(who: Person, url: str, *, on_failure: str = "allow") -> Person:
    """The person, once their tenant has named this server."""
    path = f"/v1/tenants/{who.tenant_id}"
    named = Person(who.tenant_id, "", scope="server").put(
        path, {"settings": {"pre_send_url": url, "pre_send_on_failure": on_failure}}
    )
    assert named.status == 200, named.text
    return known(who)


@pytest.fixture
def asked(alice: Person, hook: Server, secret: str) -> Person:
    """Alice, about whose messages the server is asked."""
    return asks(alice, hook.url)


def texts(who: Person, conversation_id: str) -> list[str]:
    return [each["text"] for each in who.get(f"/v1/conversations/{conversation_id}/messages", order="asc")["data"]]


def send(who: Person, conversation_id: str, text: str = "hello", key: str | None = None, **fields: Any) -> Any:
    return who.post("/v1/messages", {"conversation_id": conversation_id, "text": text, **fields}, key=key)


def test_the_server_is_asked_signed_about_what_is_sent(
    asked: Person, bob: Person, general: str, hook: Server, secret: str
) -> None:
    sent = send(asked, general, "Grüße", mentions=["bob"], custom={"a": 1})
    assert (sent.status, sent["text"]) == (201, "Grüße")
    (received,) = hook.received
    question = received.event
    jsonschema.validate(
        question, {**PreSendCall.model_json_schema(mode="serialization"), "additionalProperties": False}
    )
    assert question.pop("asked_at").endswith("Z")
    assert question.pop("id") == received.headers["webhook-id"]
    assert question == {
        "type": "message.pre_send",
        "tenant_id": asked.tenant_id,
        "user_id": "alice",
        "operation": "send",
        "conversation_id": general,
        "message_id": None,
        "parent_id": None,
        "text": "Grüße",
        "attachments": [],
        "mentions": ["bob"],
        "mentioned_groups": [],
        "custom": {"a": 1},
    }
    assert received.is_signed_with(secret)
    assert texts(bob, general) == ["Grüße"]
    assert Webhook(secret).verify(received.body, received.headers) == received.event
    for changed in (
        {"webhook-signature": "v1,Zm9yZ2Vk"},
        {"webhook-id": "another"},
        signing.headers([secret], received.headers["webhook-id"], clock.now_ms() // 1000 - 3600, received.body),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(received.body, received.headers | changed)


def test_the_server_is_asked_about_edits(asked: Person, bob: Person, general: str, hook: Server) -> None:
    message_id = send(asked, general)["id"]
    hook.behave = answering({"action": "mask", "words": ["darn"]})
    edited = asked.put(f"/v1/messages/{message_id}", {"text": "darn it"})
    assert (edited.status, edited["text"]) == (200, "**** it")
    assert hook.received[-1].event["operation"] == "edit"
    assert hook.received[-1].event["message_id"] == message_id
    assert preview_of(bob, general)["text"] == "**** it"
    assert asked.put(f"/v1/messages/{message_id}", {"custom": {"a": 1}}).status == 200
    assert len(hook.received) == 2, "what the message says stays"
    hook.behave = answering({"action": "refuse"})
    refused = asked.put(f"/v1/messages/{message_id}", {"text": "other"})
    assert (refused.status, refused.code) == (422, "message_refused")
    assert texts(bob, general) == ["**** it"]


def test_the_server_may_refuse(asked: Person, bob: Person, general: str, hook: Server) -> None:
    hook.behave = answering({"action": "refuse", "reason": "says who?"})
    refused = send(asked, general, key="k")
    assert (refused.status, refused.code) == (422, "message_refused")
    assert "says who" not in refused.text
    assert texts(bob, general) == []
    hook.behave = answering({"action": "allow"})
    assert send(asked, general, key="k").status == 201


def test_the_server_may_flag(asked: Person, server: Person, general: str, hook: Server) -> None:
    hook.behave = answering({"action": "flag", "reason": "looks odd", "further": [1]})
    sent = send(asked, general)
    (flag,) = queue(server)
    shown = {name: flag[name] for name in ("message_id", "source", "reported_by", "reason")}
    assert shown == {
        "message_id": sent["id"],
        "source": "pre_send",
        "reported_by": "_pre_send",
        "reason": "looks odd",
    }
    resolved = server.post(f"/v1/moderation/flags/{flag['id']}/resolve", {"resolution": "dismissed"})
    assert resolved.status == 200, resolved.text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["darn"], "**** be****it and ****"),
        (["DARN", "absent", "it"], "**** be****** and ****"),
        ([], "**** ******** *** ****"),
        (["\u200b"], "Darn bedarnit and d\u200barn"),
    ],
)
def test_the_server_may_mask(
    asked: Person, bob: Person, general: str, hook: Server, words: list[str], expected: str
) -> None:
    hook.behave = answering({"action": "mask", "words": words})
    assert send(asked, general, "Darn bedarnit and d\u200barn")["text"] == expected
    assert texts(bob, general) == [expected]


def test_list_and_server_both_have_their_say(asked: Person, server: Person, general: str, hook: Server) -> None:
    put_list(server, "heck", {"word": "odd", "action": "flag"}, {"word": "worse", "action": "refuse"})
    asked = known(asked)
    hook.behave = answering({"action": "mask", "words": ["darn"]})
    assert send(asked, general, "darn heck, odd")["text"] == "**** ****, odd"
    assert hook.received[-1].event["text"] == "darn heck, odd", "the server sees what was written"
    hook.behave = answering({"action": "flag"})
    send(asked, general, "odd")
    sources = sorted((each["source"], each["reason"]) for each in queue(server))
    assert sources == [("block_list", "odd"), ("block_list", "odd"), ("pre_send", None)]
    before = len(hook.received)
    assert send(asked, general, "worse").code == "message_refused"
    assert len(hook.received) == before


BROKEN: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {
    "late": late,
    "early and late": early_and_late,
    "dripping": drip,
    "500": answering({"action": "refuse"}, 500),
    "404": answering({"action": "refuse"}, 404),
    "redirect": answering({"action": "refuse"}, 307, Location="/elsewhere"),
    "empty": answering(b""),
    "no JSON": answering(b"<html>"),
    "no object": answering([]),
    "no action": answering({}),
    "other action": answering({"action": "ban"}),
    "words of no text": answering({"action": "mask", "words": [1]}),
    "too many words": answering({"action": "mask", "words": ["a"] * 101}),
    "huge": answering(b'{"action": "refuse", "more": "' + b"x" * 20_000 + b'"}'),
    "endless": flood,
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("on_failure", ["allow", "refuse"])
def test_what_is_no_answer_is_what_the_tenant_chose(
    alice: Person, bob: Person, general: str, hook: Server, secret: str, broken: str, on_failure: str
) -> None:
    asked = asks(alice, hook.url, on_failure=on_failure)
    hook.behave = BROKEN[broken]
    answer = send(asked, general, key="k")
    assert [each.path for each in hook.received] == ["/hook"], "a redirect is not followed"
    if on_failure == "allow":
        assert answer.status == 201, answer.text
        assert texts(bob, general) == ["hello"]
    else:
        assert (answer.status, answer.code, answer["retryable"]) == (503, "moderation_unavailable", True)
        assert int(answer.headers["Retry-After"]) >= 1
        assert texts(bob, general) == []
        hook.behave = answering({"action": "allow"})
        assert send(asked, general, key="k").status == 201


@pytest.mark.parametrize(("on_failure", "status"), [("allow", 201), ("refuse", 503)])
def test_a_server_that_is_down_is_asked_five_times_and_then_left_alone(
    alice: Person, general: str, secret: str, local_stage: None, moved_clock: Clock, on_failure: str, status: int
) -> None:
    asked = asks(alice, f"http://127.0.0.1:{closed_port()}/hook", on_failure=on_failure)
    for _ in range(FAILURES_TO_OPEN):
        assert send(asked, general).status == status
    item = EndpointItem.at(endpoint_key(asked.tenant_id, keys.ENDPOINT_SK))
    assert item is not None
    assert int(item.failures) == FAILURES_TO_OPEN
    assert int(item.open_until) > clock.now_ms()
    with metered() as cost:
        assert send(asked, general).status == status
    endpoints.forget()
    assert send(asked, general).status == status, "another process knows it too"
    again = EndpointItem.at(endpoint_key(asked.tenant_id, keys.ENDPOINT_SK))
    assert again is not None
    assert int(again.failures) == FAILURES_TO_OPEN
    assert cost.reads <= 1 + 2, "the membership, and who may write once more"


def test_a_server_that_is_up_again_is_asked_again(
    alice: Person, bob: Person, general: str, hook: Server, secret: str, moved_clock: Clock
) -> None:
    asked = asks(alice, hook.url)
    hook.behave = answering({"action": "refuse"}, 503)
    for _ in range(FAILURES_TO_OPEN + 2):
        assert send(asked, general).status == 201
    assert len(hook.received) == FAILURES_TO_OPEN
    hook.behave = answering({"action": "refuse"})
    moved_clock.pass_seconds(12)
    assert send(asked, general).code == "message_refused"
    assert EndpointItem.at(endpoint_key(asked.tenant_id, keys.ENDPOINT_SK)) is None
    assert send(asked, general).code == "message_refused"
    assert len(hook.received) == FAILURES_TO_OPEN + 2


def test_of_those_that_find_the_pause_over_one_asks(
    alice: Person, general: str, hook: Server, secret: str, moved_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asks(alice, hook.url)
    hook.behave = answering({}, 503)
    for _ in range(FAILURES_TO_OPEN):
        send(asked, general)
    moved_clock.pass_seconds(12)
    elsewhere = Endpoints(keys.ENDPOINT_SK)  # another process, which reads the same circuit
    elsewhere.of(asked.tenant_id)
    endpoints.of(asked.tenant_id)
    hook.behave = lambda _: send_elsewhere()
    sent_elsewhere: list[int] = []

    def send_elsewhere() -> None:
        """While the server is being asked by one process, the other sends too."""
        hook.behave = answering({"action": "allow"})
        monkeypatch.setattr(pre_send, "endpoints", elsewhere)
        sent_elsewhere.append(send(asked, general, "elsewhere").status)

    assert send(asked, general).status == 201
    assert sent_elsewhere == [201]
    assert len(hook.received) == FAILURES_TO_OPEN + 1


def test_another_address_is_tried_at_once(
    alice: Person, general: str, hook: Server, secret: str, moved_clock: Clock
) -> None:
    asked = asks(alice, f"http://127.0.0.1:{closed_port()}/hook")
    for _ in range(FAILURES_TO_OPEN):
        send(asked, general)
    asked = asks(alice, hook.url)
    endpoints.forget()
    send(asked, general)
    assert len(hook.received) == 1


@pytest.mark.parametrize("decision", [{"action": "mask", "words": ["he"]}, {"action": "flag"}, {"action": "allow"}])
def test_a_replay_does_not_ask_again(
    asked: Person, server: Person, bob: Person, general: str, hook: Server, decision: dict[str, Any]
) -> None:
    hook.behave = answering(decision)
    first = send(asked, general, key="k")
    hook.behave = answering({"action": "refuse"})
    again = send(asked, general, key="k")
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (201, first.body, "true")
    assert len(hook.received) == 1
    assert send(asked, general, "other", key="k").code == "idempotency_key_reused"
    assert len(hook.received) == 1
    assert texts(bob, general) == [first["text"]]
    assert preview_of(bob, general)["text"] == first["text"]
    assert len(queue(server)) == (decision["action"] == "flag")


@pytest.mark.parametrize("calls", range(3, 10))
@pytest.mark.parametrize("second", [{"action": "refuse"}, {"action": "mask", "words": ["lo"]}])
def test_a_retry_after_a_crash_goes_by_the_verdict_under_which_the_key_was_bound(
    asked: Person, server: Person, bob: Person, general: str, hook: Server, calls: int, second: dict[str, Any]
) -> None:
    send(asked, general, "warm")
    hook.behave = answering({"action": "mask", "words": ["he"]})
    with in_one_thread(handed_over_last=calls % 2 == 0), crash_after(calls):
        send(asked, general, key="k")
    asked_before = len(hook.received)
    hook.behave = answering(second)
    retried = send(asked, general, key="k")
    first_is_bound = len(hook.received) == asked_before
    if not first_is_bound and second["action"] == "refuse":
        assert retried.code == "message_refused"
        assert texts(bob, general) == ["warm"]
        return
    assert retried.status == 201, retried.text
    assert retried["text"] == ("**llo" if first_is_bound else "hel**")
    assert bob.get(f"/v1/messages/{retried['id']}")["text"] == retried["text"]


def test_a_message_that_is_not_the_callers_to_send_is_not_shown_to_the_server(
    asked: Person, carol: Person, general: str, hook: Server
) -> None:
    assert send(known(carol), general).code == "conversation_not_found"
    assert hook.received == []


def test_another_tenants_server_is_not_asked(asked: Person, mallory: Person, hook: Server) -> None:
    assert send(known(mallory), mallory.open_group()).status == 201
    assert hook.received == []


def test_being_asked_costs_a_read_of_the_key_and_now_and_then_of_the_secret(asked: Person, general: str) -> None:
    send(asked, general, key="a")
    with metered() as cost:
        send(asked, general, key="b")
    assert (cost.reads, cost.writes, cost.round_trips) == (4, 5, 6), "who may write is looked at after the wait"


def test_dynamodb_that_fails_beside_the_server_is_a_503(asked: Person, general: str, hook: Server) -> None:
    with faulty(lambda _, operation: throttled(operation) if operation == "BatchGetItem" else None):
        assert send(asked, general).status == 503
    assert hook.received == []


def test_a_server_that_leads_inside_is_not_connected_to(
    alice: Person, server: Person, general: str, secret: str, acme: Workspace
) -> None:
    """Outside of the local stage, where no loopback is allowed."""
    refused = server.put(f"/v1/tenants/{acme.tenant_id}", {"settings": {"pre_send_url": "https://127.0.0.1/hook"}})
    assert refused["errors"][0]["code"] == "invalid_webhook_url"
    named = asks(alice, "https://localhost.example/hook", on_failure="refuse")
    inside = replace(named, tenant_settings=named.tenant_settings | {"pre_send_url": "https://169.254.169.254/"})
    assert send(inside, general).code == "moderation_unavailable"


def test_a_name_that_nobody_answers_for_is_not_waited_for(
    asked: Person, general: str, hook: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(30))
    named = replace(asked, tenant_settings=asked.tenant_settings | {"pre_send_url": "https://hooks.example.com/"})
    assert send(named, general).status == 201
    over.set()


@pytest.mark.parametrize(
    "url", ["http://hooks.example.com/", "https://10.0.0.1/", "https://u:p@hooks.example.com/", "x", "https://a/#b"]
)
def test_what_can_be_no_endpoint_cannot_be_named(server: Person, acme: Workspace, secret: str, url: str) -> None:
    refused = server.put(f"/v1/tenants/{acme.tenant_id}", {"settings": {"pre_send_url": url}})
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [
        ("/settings/pre_send_url", "invalid_webhook_url")
    ]


def test_a_server_cannot_be_named_before_there_is_a_secret(server: Person, acme: Workspace) -> None:
    body = {"settings": {"pre_send_url": "https://hooks.example.com/"}}
    refused = server.put(f"/v1/tenants/{acme.tenant_id}", body)
    assert (refused.status, refused["errors"][0]["code"]) == (422, "no_secret")
    assert server.post(ROTATE, {}).status == 200
    assert server.put(f"/v1/tenants/{acme.tenant_id}", body).status == 200
    taken_away = server.put(f"/v1/tenants/{acme.tenant_id}", {"settings": {"pre_send_url": None}})
    assert taken_away["settings"]["pre_send_url"] is None


def test_a_failure_mode_is_one_of_two(server: Person, acme: Workspace) -> None:
    refused = server.put(f"/v1/tenants/{acme.tenant_id}", {"settings": {"pre_send_on_failure": "shrug"}})
    assert refused["errors"][0]["pointer"] == "/settings/pre_send_on_failure"


def test_while_a_secret_is_rotated_both_sign(
    asked: Person, server: Person, general: str, hook: Server, secret: str, moved_clock: Clock
) -> None:
    rotated = server.post(ROTATE, {"overlap_seconds": 60}, key="r")
    assert server.post(ROTATE, {"overlap_seconds": 60}, key="r").body == rotated.body
    assert server.post(ROTATE, {"overlap_seconds": 61}, key="r").code == "idempotency_key_reused"
    moved_clock.pass_seconds(11)
    send(asked, general)
    assert hook.received[-1].is_signed_with(rotated["secret"])
    assert hook.received[-1].is_signed_with(secret)
    moved_clock.pass_seconds(61)
    send(asked, general)
    assert hook.received[-1].is_signed_with(rotated["secret"])
    assert not hook.received[-1].is_signed_with(secret)


def test_only_a_server_token_may_rotate(alice: Person, server: Person) -> None:
    assert alice.post(ROTATE, {}).code == "server_token_required"
    for body in ({"overlap_seconds": -1}, {"overlap_seconds": 8 * 24 * 3600}, {"colour": "red"}):
        assert server.post(ROTATE, body).code == "validation_failed"


@pytest.mark.parametrize("verb", ["send", "edit"])
def test_who_is_banned_while_the_tenant_is_asked_writes_nothing(
    asked: Person, bob: Person, hook: Server, verb: str
) -> None:
    group = bob.open_group(asked)
    message_id = send(asked, group, "before")["id"]
    allow = answering({"action": "allow"})

    def ban(handler: BaseHTTPRequestHandler) -> None:
        assert bob.put(f"/v1/conversations/{group}/bans/alice").status == 200
        allow(handler)

    hook.behave = ban
    if verb == "send":
        assert send(asked, group, "during").code == "conversation_not_found"
    else:
        assert asked.put(f"/v1/messages/{message_id}", {"text": "during"}).code == "message_not_found"
    assert texts(bob, group) == ["before"]
    assert preview_of(bob, group)["text"] == "before"
    assert bob.get("/v1/unread")["total"] == 1
