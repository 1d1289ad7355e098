"""POST /v1/messages/batch: many messages of a back end at once, each as if it were sent alone."""

from collections.abc import Sequence
from typing import Any

import pytest

from parley import clock, invocation
from parley.errors import Unavailable
from parley.messaging.messages.sending import batches, sending
from tests.support.aws.gateway import Answer
from tests.support.faults.interference import crash_after
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace

Message = dict[str, Any]


def message(conversation_id: str, author: str | None = "alice", text: str = "hello", **fields: Any) -> Message:
    return {"conversation_id": conversation_id, "text": text, **({"author_id": author} if author else {}), **fields}


def send(server: Person, messages: Sequence[Message], **options: Any) -> Answer:
    return server.post("/v1/messages/batch", {"messages": list(messages)}, **options)


def texts(who: Person, conversation_id: str) -> list[str]:
    page = who.get(f"/v1/conversations/{conversation_id}/messages", order="asc", limit=100)
    return [each["text"] for each in page["data"]]


def test_each_message_has_its_author_and_its_result(alice: Person, bob: Person, acme: Workspace, general: str) -> None:
    other = bob.open_group(name="other")
    sent = send(
        acme.server,
        [
            message(general, "alice", "one", mentions=["bob"]),
            message(other, "bob", "two"),
            message(other, "alice", "three"),
            message(general, None, "four", type="system"),
            message(general, None, "five"),
            message("0" * 26, "bob", "six"),
            message(general, "bob", "seven", parent_id="nothing"),
        ],
    )
    assert sent.status == 200, sent.text
    codes = [each["problem"] and each["problem"]["code"] for each in sent["data"]]
    refusals = ["conversation_not_found", None, "acting_user_required", "conversation_not_found", "parent_not_found"]
    assert codes == [None, None, *refusals]
    assert [each["status"] for each in sent["data"]] == [201, 201, 404, 201, 400, 404, 422]
    assert [each["message"] and each["message"]["author_id"] for each in sent["data"][:4]] == [
        "alice",
        "bob",
        None,
        "_system",
    ]
    assert (texts(bob, general), texts(bob, other)) == (["one", "four"], ["two"])
    assert sent["data"][0]["message"] == alice.get(f"/v1/messages/{general}-1").body


def test_those_of_a_conversation_come_in_order(alice: Person, bob: Person, acme: Workspace) -> None:
    rooms = [alice.open_group(bob, name=f"room {number}") for number in range(6)]
    sent = send(acme.server, [message(room, text=f"{number}") for number in range(10) for room in rooms])
    assert {each["status"] for each in sent["data"]} == {201}
    assert [each["message"]["conversation_id"] for each in sent["data"]] == rooms * 10
    for room in rooms:
        assert texts(bob, room) == [f"{number}" for number in range(10)]


def test_keys_send_each_message_once(alice: Person, bob: Person, acme: Workspace, general: str) -> None:
    own = message(general, text="own", idempotency_key="k")
    first = send(acme.server, [own, message(general, text="of the request")], key="r")
    again = send(acme.server, [own, message(general, text="of the request"), message(general, text="new")], key="r")
    assert [each["replayed"] for each in again["data"]] == [True, True, False]
    assert [each["message"]["id"] for each in again["data"][:2]] == [each["message"]["id"] for each in first["data"]]
    alone = alice.post("/v1/messages", {"conversation_id": general, "text": "own"}, key="k")
    assert alone.headers["Idempotent-Replayed"] == "true"
    other = send(acme.server, [message(general, text="another", idempotency_key="k")])
    assert other["data"][0]["problem"]["code"] == "idempotency_key_reused"
    assert send(acme.server, [message(general, "bob", "his", idempotency_key="k")])["data"][0]["status"] == 201
    assert texts(bob, general) == ["own", "of the request", "new", "his"]


@pytest.mark.parametrize("calls", range(0, 40, 3))
def test_a_crash_and_the_repetition_send_each_message_once(
    alice: Person, bob: Person, acme: Workspace, moving_clock: MovingClock, calls: int
) -> None:
    rooms = [alice.open_group(bob, name=name) for name in ("one", "other")]
    wanted = [message(room, text=f"{number}") for number in range(3) for room in rooms]
    with crash_after(calls):
        send(acme.server, wanted, key="r")
    again = send(acme.server, wanted, key="r")
    assert {each["status"] for each in again["data"]} == {201}
    moving_clock.pass_seconds(10)  # a reader waits no longer for numbers whose writer has died
    for room in rooms:
        assert texts(bob, room) == ["0", "1", "2"]


def test_after_one_that_can_succeed_later_none_of_its_conversation_is_tried(
    alice: Person, bob: Person, acme: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = [alice.open_group(bob, name=name) for name in ("one", "other")]
    honest = sending.do_send

    def busy(caller: Any, body: Any, **options: Any) -> Any:
        if (body.text, body.conversation_id) == ("1", rooms[0]):
            raise Unavailable(retry_after=2)
        return honest(caller, body, **options)

    monkeypatch.setattr(batches, "do_send", busy)
    wanted = [message(room, text=f"{number}") for number in range(3) for room in rooms]
    sent = send(acme.server, wanted, key="r")
    assert [each["status"] for each in sent["data"]] == [201, 201, 503, 201, 503, 201]
    assert [each["problem"]["retry_after"] for each in sent["data"] if each["problem"]] == [2, 1]
    monkeypatch.undo()
    assert {each["status"] for each in send(acme.server, wanted, key="r")["data"]} == {201}
    assert texts(bob, rooms[0]) == ["0", "1", "2"]


def test_what_there_is_no_time_for_is_said_and_not_tried(
    alice: Person, acme: Workspace, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invocation, "remaining_seconds", lambda: 1.0)
    sent = send(acme.server, [message(general)])
    assert (sent["data"][0]["status"], sent["data"][0]["problem"]["retryable"]) == (503, True)
    assert texts(alice, general) == []


def test_each_counts_against_its_authors_limit(globex: Workspace) -> None:
    few = Workspace(globex.tenant_id, {"messages_per_minute": 2})
    anna, ben = few.person("anna"), few.person("ben")
    rooms = [anna.open_group(ben, name=name) for name in ("one", "other")]
    wanted = [message(rooms[0], "anna", f"{number}") for number in range(3)] + [message(rooms[1], "ben")]
    sent = send(few.server, wanted)
    assert [each["status"] for each in sent["data"]] == [201, 201, 429, 201]
    assert sent["data"][2]["problem"]["code"] == "rate_limited"
    assert sent["data"][2]["problem"]["retry_after"] > 0


def test_only_a_back_end_sends_batches_and_within_its_tenant(
    alice: Person, mallory: Person, acme: Workspace, globex: Workspace, general: str
) -> None:
    for who in (alice, mallory):
        refused = send(who, [message(general)])
        assert (refused.status, refused.code) == (403, "server_token_required")
    assert [each["status"] for each in send(globex.server, [message(general)])["data"]] == [404]
    acting = Person(acme.tenant_id, "", "server", acme.tenant_settings, {"X-Acting-User": "alice"})
    assert send(acting, [message(general, None)])["data"][0]["message"]["author_id"] == "alice"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ([], "/messages"),
        ([{"conversation_id": "0" * 26, "text": "x"}] * 101, "/messages"),
        ([{"conversation_id": "0" * 26, "text": ""}], "/messages/0"),
        ([{"conversation_id": "0" * 26, "text": "x", "author_id": "_system"}], "/messages/0/author_id"),
        ([{"conversation_id": "0" * 26, "text": "x", "idempotency_key": "a b"}], "/messages/0/idempotency_key"),
        ([{"conversation_id": "0" * 26, "text": "x", "colour": "red"}], "/messages/0/colour"),
    ],
)
def test_a_request_with_what_is_no_message_sends_nothing(
    alice: Person, acme: Workspace, general: str, wrong: list[Message], pointer: str
) -> None:
    refused = send(acme.server, [*([message(general)] if len(wrong) == 1 else []), *wrong])
    assert (refused.status, refused.code) == (422, "validation_failed")
    place = pointer.replace("/0", "/1") if len(wrong) == 1 else pointer
    assert refused["errors"][0]["pointer"] == place
    assert texts(alice, general) == []


def test_a_batch_takes_whatever_a_message_has(alice: Person, acme: Workspace, general: str) -> None:
    poll = {"question": "Lunch?", "options": [{"text": "Yes"}, {"text": "No"}]}
    closes_at = clock.to_rfc3339(clock.to_datetime(clock.now_ms() + 60_000))
    place = {"latitude": 48, "longitude": 11.5}
    sent = send(acme.server, [message(general, text="", poll=poll | {"closes_at": closes_at}, location=place)])
    assert sent.status == 200, sent.text
    shown = alice.get(f"/v1/messages/{sent['data'][0]['message']['id']}")
    assert (shown["poll"]["closes_at"], shown["location"]["latitude"]) == (closes_at, 48)
