"""Running a command against a real server on loopback: who may, what it is told, and what is shown of its reply."""

import json
import time
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from typing import Any

import jsonschema
import pytest

from parley.commands import calling
from parley.commands.items import endpoint_key
from parley.commands.schemas import CommandCall
from parley.outbound.circuit import FAILURES_TO_OPEN
from parley.outbound.items import EndpointItem
from parley.outbound.transport import Limits
from tests.functional.commands.conftest import Dice, declare, replying, run, texts
from tests.support.aws.sockets import Socket, Sockets
from tests.support.dynamodb.meter import metered
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import closed_port, drip, flood

CALL = jsonschema.Draft202012Validator(
    {**CommandCall.model_json_schema(mode="serialization"), "additionalProperties": False}
)


def shown(socket: Socket) -> list[str]:
    return [event["data"]["text"] for event in socket.take() if event["type"] == "ephemeral_message.sent"]


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status, answer.code


def test_the_server_is_told_signed_what_was_run(alice: Person, bob: Person, general: str, dice: Dice) -> None:
    parent = alice.send(general)["id"]
    ran = run(bob, general, "2d6 für Bob", parent_id=parent)
    assert ran.status == 200, ran.text
    assert (ran["name"], ran["message"], ran["ephemeral_message"]) == ("roll", None, None)
    (received,) = dice.endpoint.received
    CALL.validate(received.event)
    assert received.is_signed_with(dice.secret)
    told = received.event
    assert told.pop("run_at").endswith("Z")
    assert told.pop("id") == received.headers["webhook-id"] == ran["id"]
    assert told == {
        "type": "command.run",
        "tenant_id": bob.tenant_id,
        "user_id": "bob",
        "conversation_id": general,
        "parent_id": parent,
        "name": "roll",
        "text": "2d6 für Bob",
    }
    assert texts(alice, general) == ["hello"]


def test_a_reply_is_a_message_of_the_user(alice: Person, bob: Person, general: str, dice: Dice) -> None:
    dice.replies("message", mentions=["alice", "stranger"], custom={"dice": [2, 4]}, beyond="passed over")
    message = run(bob, general)["message"]
    assert message == bob.get(f"/v1/messages/{message['id']}").body
    assert (message["author_id"], message["type"], message["text"]) == ("bob", "regular", "You rolled a 6")
    assert (message["mentions"], message["custom"]) == (["alice"], {"dice": [2, 4]})
    assert alice.get("/v1/unread")["total"] == 1


def test_a_reply_is_a_message_of_the_system(alice: Person, bob: Person, general: str, dice: Dice) -> None:
    dice.replies("system")
    message = run(bob, general)["message"]
    assert (message["author_id"], message["type"]) == ("_system", "system")
    assert texts(alice, general) == ["You rolled a 6"]


def test_a_reply_stands_in_the_thread_that_it_was_run_in(alice: Person, general: str, dice: Dice) -> None:
    parent = alice.send(general)["id"]
    for kind in ("message", "system"):
        dice.replies(kind)
        assert run(alice, general, parent_id=parent)["message"]["parent_id"] == parent
    assert texts(alice, general) == ["hello"]
    assert refusal(run(alice, general, parent_id=f"{general}-9")) == (422, "parent_not_found")
    assert dice.calls == 2


def test_a_reply_is_shown_to_the_user_alone(
    alice: Person, bob: Person, general: str, dice: Dice, sockets: Sockets
) -> None:
    dice.replies("ephemeral", custom={"kind": "dice"})
    his, tablet, hers = sockets.connect(bob), sockets.connect(bob), sockets.connect(alice)
    ran = run(bob, general)
    message = ran["ephemeral_message"]
    (event,) = his.events
    assert (event["type"], event["data"]) == ("ephemeral_message.sent", message)
    assert (message["id"], message["user_id"], message["author_id"]) == (ran["id"], "bob", "_system")
    assert (message["text"], message["custom"], ran["message"]) == ("You rolled a 6", {"kind": "dice"}, None)
    assert (shown(tablet), shown(hers), texts(alice, general)) == (["You rolled a 6"], [], [])


def test_who_is_not_connected_has_the_reply_in_the_answer(bob: Person, general: str, dice: Dice) -> None:
    dice.replies("ephemeral")
    assert run(bob, general)["ephemeral_message"]["text"] == "You rolled a 6"


@pytest.mark.parametrize("reply", [b"", {}, {"type": "none"}, {"type": "none", "text": "unsaid"}])
def test_a_reply_may_show_nothing(alice: Person, general: str, dice: Dice, reply: Any) -> None:
    for status in (200, 204) if reply == b"" else (200, 202):
        dice.endpoint.behave = replying(reply, status)
        ran = run(alice, general)
        assert (ran.status, ran["message"], ran["ephemeral_message"]) == (200, None, None)
    assert texts(alice, general) == []


def test_a_message_that_begins_with_a_slash_is_a_text(alice: Person, general: str, dice: Dice) -> None:
    assert alice.send(general, "/roll 2d6")["text"] == "/roll 2d6"
    assert dice.calls == 0


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (b"You rolled a 6", "malformed_answer"),
        ({"type": "dance"}, "malformed_answer"),
        ({"type": "message"}, "malformed_answer"),
        ({"type": "message", "text": "\u200b"}, "malformed_answer"),
        ({"type": "message", "text": 6}, "malformed_answer"),
        ({"type": "message", "text": "x" * 20_001}, "malformed_answer"),
        ({"type": "ephemeral", "text": "x" * 4_001}, "malformed_answer"),
        ({"type": "message", "text": "x", "mentions": ["_system"]}, "malformed_answer"),
        ({"type": "message", "text": "x", "custom": {"x": "y" * 6_000}}, "malformed_answer"),
        ([], "malformed_answer"),
        (b"[" * 100_000, "malformed_answer"),
        (b" " * (calling.ANSWER_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_reply_fails(alice: Person, general: str, dice: Dice, reply: Any, reason: str) -> None:
    dice.endpoint.behave = replying(reply)
    failed = run(alice, general)
    assert (failed.status, failed.code, failed["reason"]) == (422, "command_failed", reason)
    assert failed["retryable"] is False
    assert texts(alice, general) == []


@pytest.mark.parametrize(("status", "headers"), [(302, {"Location": "/elsewhere"}), (400, {}), (500, {})])
def test_another_status_fails_and_no_redirect_is_followed(
    alice: Person, general: str, dice: Dice, status: int, headers: dict[str, str]
) -> None:
    dice.endpoint.behave = replying({"type": "message", "text": "x"}, status, **headers)
    failed = run(alice, general)
    assert (failed.code, failed["reason"]) == ("command_failed", f"status_{status}")
    assert dice.calls == 1


def test_a_reply_of_the_greatest_length_is_read(alice: Person, general: str, dice: Dice) -> None:
    longest = "ü" * 20_000
    dice.endpoint.behave = replying(json.dumps({"type": "message", "text": longest}).encode())
    assert run(alice, general)["message"]["text"] == longest


def test_a_server_that_is_late_times_out(
    alice: Person, general: str, dice: Dice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "LIMITS", Limits.of(0.3, answer_bytes=calling.ANSWER_BYTES + 1))

    def late(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(1)
        replying({"type": "message", "text": "late"})(handler)

    for behave in (late, drip):
        dice.endpoint.behave = behave
        assert refusal(run(alice, general)) == (422, "command_timed_out")
    dice.endpoint.behave = flood
    assert run(alice, general).code in {"command_timed_out", "command_failed"}
    assert texts(alice, general) == []


def test_a_server_that_is_down_is_left_alone_for_a_while(
    server: Person, alice: Person, general: str, dice: Dice, moving_clock: MovingClock
) -> None:
    declare(server, "roll", f"http://127.0.0.1:{closed_port()}/")
    reasons = [run(alice, general)["reason"] for _ in range(FAILURES_TO_OPEN + 1)]
    assert reasons == ["connection_failed"] * FAILURES_TO_OPEN + ["circuit_open"]
    moving_clock.pass_seconds(12)
    assert run(alice, general)["reason"] == "connection_failed"
    declare(server, "roll", dice.url)
    assert run(alice, general).status == 200
    assert EndpointItem.at(endpoint_key(alice.tenant_id, "roll"), consistent=True) is None


def test_a_server_that_answers_again_closes_its_circuit(alice: Person, general: str, dice: Dice) -> None:
    dice.endpoint.behave = replying(b"", 503)
    assert run(alice, general)["reason"] == "status_503"
    dice.endpoint.behave = replying(b"", 400)
    assert run(alice, general)["reason"] == "status_400"
    assert EndpointItem.at(endpoint_key(alice.tenant_id, "roll"), consistent=True) is None


def test_an_address_that_is_public_by_name_alone_is_not_called(
    server: Person, alice: Person, general: str, dice: Dice, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(server, "roll", "https://inward.example.com/")
    monkeypatch.setattr("parley.outbound.addresses.ask_system", lambda *_: [ip_address("10.0.0.7")])
    assert run(alice, general)["reason"] == "address_refused"


def test_a_secret_that_overlaps_signs_too(server: Person, alice: Person, general: str, dice: Dice) -> None:
    new = server.post("/v1/commands/roll/rotate-secret", {"overlap_seconds": 60})["secret"]
    run(alice, general)
    server.post("/v1/commands/roll/rotate-secret", {"overlap_seconds": 0})
    run(alice, general)
    both, none = dice.endpoint.received
    assert (both.is_signed_with(new), both.is_signed_with(dice.secret)) == (True, True)
    assert none.is_signed_with(new) is False


def test_what_is_not_there_or_switched_off_is_unknown(server: Person, alice: Person, general: str, dice: Dice) -> None:
    unknown = refusal(run(alice, general, name="dance"))
    declare(server, "roll", dice.url, enabled=False)
    assert refusal(run(alice, general)) == unknown == (404, "command_unknown")
    assert alice.get(f"/v1/conversations/{general}/commands")["data"] == []
    assert dice.calls == 0


def test_another_tenants_command_is_unknown(globex: Workspace, mallory: Person, dice: Dice) -> None:
    room = mallory.open_group(globex.person("ned"))
    assert refusal(run(mallory, room)) == (404, "command_unknown")
    assert mallory.get(f"/v1/conversations/{room}/commands")["data"] == []
    assert dice.calls == 0


def test_a_command_asks_for_a_role(
    acme: Workspace, server: Person, alice: Person, bob: Person, general: str, dice: Dice
) -> None:
    declare(server, "roll", dice.url, role="moderator")
    listed = f"/v1/conversations/{general}/commands"
    assert refusal(run(bob, general)) == (403, "insufficient_role")
    assert (bob.get(listed)["data"], dice.calls) == ([], 0)
    alice.put(f"/v1/conversations/{general}/members/bob/role", {"role": "moderator"})
    assert run(bob, general).status == 200
    assert [each["name"] for each in bob.get(listed)["data"]] == ["roll"]


def test_members_are_offered_what_they_may_run(server: Person, alice: Person, general: str, dice: Dice) -> None:
    declare(server, "admit", dice.url, role="admin", usage="[user]")
    declare(server, "later", dice.url, enabled=False)
    offered = alice.get(f"/v1/conversations/{general}/commands")
    assert offered["data"] == [
        {"name": "admit", "description": "Roll dice", "usage": "[user]"},
        {"name": "roll", "description": "Roll dice", "usage": None},
    ]


def test_a_list_is_read_once_a_minute(
    server: Person, alice: Person, general: str, dice: Dice, moving_clock: MovingClock
) -> None:
    path = f"/v1/conversations/{general}/commands"

    def listed() -> tuple[int, float]:
        with metered() as cost:
            found = alice.get(path)["data"]
        return len(found), cost.reads

    assert listed() == (1, 1.5)
    declare(server, "more", dice.url)
    assert listed() == (1, 1)
    moving_clock.pass_seconds(61)
    assert listed() == (2, 1.5)


def test_a_command_is_refused_as_a_message_is(
    server: Person, alice: Person, bob: Person, carol: Person, general: str, dice: Dice
) -> None:
    dice.replies("message")
    path = f"/v1/conversations/{general}"
    assert refusal(run(carol, general)) == (404, "conversation_not_found")
    assert refusal(server.post(f"{path}/commands", {"name": "roll"})) == (400, "acting_user_required")
    alice.put(path, {"frozen": True})
    frozen = refusal(bob.send(general))
    assert refusal(run(bob, general)) == frozen
    alice.put(path, {"frozen": False})
    direct = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"]
    alice.put("/v1/users/bob/block")
    assert refusal(run(bob, direct)) == refusal(bob.send(direct)) == (403, "blocked")
    alice.put(f"{path}/bans/bob")
    assert refusal(run(bob, general)) == refusal(bob.send(general))
    alice.delete(path)
    assert refusal(run(alice, general)) == refusal(alice.send(general)) == (409, "conversation_archived")
    assert dice.calls == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "/roll"},
        {"name": ""},
        {"name": "roll", "text": None},
        {"name": "roll", "text": "\0"},
        {"name": "roll", "text": "x" * 20_001},
        {"name": "roll", "colour": "red"},
    ],
)
def test_a_body_that_is_no_command_is_refused(alice: Person, general: str, dice: Dice, body: Any) -> None:
    assert alice.post(f"/v1/conversations/{general}/commands", body).status == 422
    assert dice.calls == 0


def test_a_text_is_as_long_as_the_tenants_messages(acme: Workspace, general: str, dice: Dice) -> None:
    brief = Person(acme.tenant_id, "alice", tenant_settings={"text_limit": 10})
    assert refusal(run(brief, general, "x" * 11)) == (422, "message_too_long")
    assert dice.calls == 0
    dice.replies("message", "x" * 11)
    assert refusal(run(brief, general, "x" * 10)) == (422, "message_too_long")


def test_a_server_acts_for_a_user(server: Person, bob: Person, general: str, dice: Dice) -> None:
    dice.replies("message")
    ran = server.post(f"/v1/conversations/{general}/commands", {"name": "roll"}, headers={"X-Acting-User": "bob"})
    assert (ran.status, ran["message"]["author_id"]) == (200, "bob")


@pytest.mark.parametrize("kind", ["message", "system", "ephemeral", "none"])
def test_in_slow_mode_a_command_takes_the_turn_of_a_message(
    alice: Person, bob: Person, general: str, dice: Dice, moving_clock: MovingClock, kind: str
) -> None:
    alice.put(f"/v1/conversations/{general}", {"slow_mode_seconds": 30})
    dice.replies(kind)
    assert run(bob, general).status == 200
    assert refusal(run(bob, general)) == refusal(bob.send(general)) == (429, "slow_mode")
    assert dice.calls == 1
    moving_clock.pass_seconds(31)
    assert bob.send(general).status == 201
    assert refusal(run(bob, general)) == (429, "slow_mode")
    assert run(alice, general).status == 200


def test_commands_have_a_limit_of_their_own(alice: Person, general: str, dice: Dice) -> None:
    assert {run(alice, general).status for _ in range(60)} == {200}
    refused = run(alice, general)
    assert (*refusal(refused), refused.headers["RateLimit-Policy"]) == (429, "rate_limited", '"commands";q=60;w=60')
    assert dice.calls == 60
    assert alice.send(general).status == 201
