"""Opening, keeping and closing connections."""

import json
from dataclasses import replace
from typing import Any

import pytest

from parley import clock
from parley.limits import SOCKET_ACTIONS, fixed
from parley.realtime.online import read_online
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.tables.keys import Key
from tests.support.aws.sockets import Refused, Sockets, Stream, give_key, token_of
from tests.support.people.clocks import MovingClock
from tests.support.people.issuers import AUDIENCE, running_issuer
from tests.support.people.people import Person, Workspace


def connections_of(person: Person) -> set[str]:
    return set(read_online(person.tenant_id, [person.user_id])[person.user_id].connections)


@pytest.mark.parametrize("by", ["query", "subprotocol"])
def test_a_user_connects_with_a_token(alice: Person, sockets: Sockets, by: str) -> None:
    socket = sockets.connect(alice, by=by)
    assert connections_of(alice) == {socket.id}
    socket.close()
    assert connections_of(alice) == set()


@pytest.mark.parametrize("key", ["op_secret", " op_secret", "op_", "\top_secret "])
def test_an_operators_key_opens_no_socket_and_is_not_even_looked_up(
    alice: Person, sockets: Sockets, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The authorizer of sockets is deployed without the operator's secret."""
    monkeypatch.delenv("OPERATOR_SECRET")
    settings.cache_clear()
    with pytest.raises(Refused):
        sockets.connect(alice, token=key)


def test_who_has_no_good_token_is_refused(alice: Person, acme: Workspace, sockets: Sockets) -> None:
    with pytest.raises(Refused, match="401 token_malformed"):
        sockets.connect(alice, "nonsense")
    with pytest.raises(Refused, match="401 unauthenticated"):
        sockets.connect(alice, "")
    with pytest.raises(Refused):
        sockets.connect(alice, "op_0123456789")
    with pytest.raises(Refused, match="401 token_expired"):
        sockets.connect(alice, token_of(alice, lasts=-3600))
    with pytest.raises(Refused, match="401 token_not_yet_valid"):
        sockets.connect(alice, token_of(alice, nbf=clock.now_ms() // 1000 + 600))
    with pytest.raises(Refused, match="401 token_signature_invalid"):
        sockets.connect(alice, token_of(alice)[:-4] + "AAAA")
    with pytest.raises(Refused):
        sockets.connect(alice, token_of(alice, sub="", scope="server"))
    assert connections_of(alice) == set()


def test_the_oldest_of_twenty_one_connections_is_closed(alice: Person, sockets: Sockets) -> None:
    opened = [sockets.connect(alice) for _ in range(22)]
    assert [socket.is_open for socket in opened] == [False, False] + [True] * 20
    assert connections_of(alice) == {socket.id for socket in opened[2:]}


def test_ping_answers_and_keeps_the_connection(alice: Person, sockets: Sockets) -> None:
    socket = sockets.connect(alice)
    answer = socket.act("ping", request_id="7")
    assert (answer["type"], answer["request_id"]) == ("pong", "7")


def test_a_connection_that_the_registry_lost_is_closed_at_its_ping(alice: Person, sockets: Sockets) -> None:
    socket = sockets.connect(alice)
    dynamodb.delete(settings().control_table, Key(keys.user(alice.tenant_id, "alice"), keys.ONLINE_SK))
    assert socket.act("ping")["code"] == "not_found"
    assert not socket.is_open


def test_unknown_and_malformed_actions_are_answered_with_a_problem(alice: Person, sockets: Sockets) -> None:
    socket = sockets.connect(alice)
    assert socket.act("dance", request_id="1")["code"] == "bad_request"
    assert sockets.act(socket, "{", "ping")["code"] == "unprocessable"
    assert sockets.act(socket, "[" * 50_000, "ping")["code"] == "unprocessable"
    refused = socket.act("typing.start", conversation_id="no", request_id="2")
    assert (refused["type"], refused["code"], refused["request_id"]) == ("error", "unprocessable", "2")
    assert "conversation_id" in refused["detail"]


FIELDS: tuple[Any, ...] = (
    "",
    "x",
    "\x00",
    "é" * 90,
    None,
    7,
    1.5,
    True,
    [],
    {},
    [[]],
    "me",
    "a#b",
    "x" * 9000,
    "T#a#C#b",
)


FRAMES = [
    *("", "null", "[]", "7", "\ufeff{}", '{"action": "%s"', '{"action": ["%s"]}', '{"action": "%s", "x": NaN}'),
    '{"action": "%s", "request_id": "\\ud800"}',
    '{"action": "%s", "request_id": "\\ud800", "conversation_id": 5}',
    '{"action": "%s", "\\udfff": 1}',
    '{"action": "%s", "request_id": 1e999}',
    '{"action": "%s", "request_id": ' + "[" * 9000 + "]" * 9000 + "}",
    '{"action": "%s", "request_id": ' + "9" * 5000 + "}",
    '{"action": "%s", "action": "\\ud800"}',
    *(f'{{"action": "%s", "request_id": {json.dumps(value)}}}' for value in FIELDS),
    *(f'{{"action": "%s", "conversation_id": {json.dumps(value)}}}' for value in FIELDS),
    *(f'{{"action": "%s", "conversation_id": "{"0" * 26}", "message_id": {json.dumps(value)}}}' for value in FIELDS),
]


@pytest.mark.parametrize(
    "action", ["ping", "typing.start", "typing.stop", "event.send", "read", "delivered", "watch", "unwatch", "dance"]
)
def test_no_frame_makes_an_action_fail(alice: Person, sockets: Sockets, moving_clock: MovingClock, action: str) -> None:
    """The answer can be written in UTF-8 too, which Lambda does with it."""
    socket = sockets.connect(alice, token_of(alice, lasts=100_000))
    for frame in FRAMES:
        moving_clock.pass_seconds(10)
        answer = sockets.act(socket, frame.replace("%s", action), action)
        json.dumps(answer, ensure_ascii=False).encode()
        assert answer["type"] in {"ack", "error", "pong"}
        assert answer.get("code") not in {"internal_error", "unavailable", "rate_limited"}, (frame, answer)
        assert sockets.last_calls is not None
        assert not sockets.last_calls.out_of_range(), frame


def test_an_expired_token_closes_its_connection_within_a_minute(
    alice: Person, sockets: Sockets, monkeypatch: pytest.MonkeyPatch
) -> None:
    short, long = sockets.connect(alice, token_of(alice, lasts=90)), sockets.connect(alice)
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 80_000)
    sockets.sweep()
    assert short.is_open
    monkeypatch.setattr(clock, "now_ms", lambda: now + 90_000 + 60_000)
    sockets.sweep()
    assert (short.is_open, long.is_open) == (False, True)
    assert connections_of(alice) == {long.id}


def test_an_expired_connection_cannot_act(alice: Person, sockets: Sockets, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = sockets.connect(alice, token_of(alice, lasts=60))
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 61_000)
    assert socket.act("ping")["code"] == "token_expired"
    assert not socket.is_open


def test_revoking_a_users_tokens_closes_their_connections_alone(
    alice: Person, bob: Person, acme: Workspace, sockets: Sockets, stream: Stream
) -> None:
    hers, his = sockets.connect(alice), sockets.connect(bob)
    assert acme.server.post("/v1/users/alice/revoke-tokens").status == 200
    stream.deliver()
    assert (hers.is_open, his.is_open) == (False, True)
    assert connections_of(alice) == set()


def test_a_revocation_between_the_authorizer_and_the_registration_is_seen(
    alice: Person, acme: Workspace, sockets: Sockets
) -> None:
    with pytest.raises(Refused):
        sockets.connect(alice, between=lambda: acme.server.post("/v1/users/alice/revoke-tokens"))
    assert connections_of(alice) == set()


def test_a_suspended_tenant_and_a_removed_key_close_all_connections(
    alice: Person, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    hers, his = sockets.connect(alice), sockets.connect(bob)
    kid = give_key(alice.tenant_id)
    dynamodb.delete(settings().chat_table, Key(keys.tenant(alice.tenant_id), keys.signing_key_sk(kid)))
    stream.deliver()
    assert (hers.is_open, his.is_open) == (False, False)


def test_a_login_opens_a_socket_and_its_removal_closes_it(
    alice: Person, bob: Person, acme: Workspace, sockets: Sockets, stream: Stream, local_stage: None
) -> None:
    give_key(alice.tenant_id)
    issuers = f"/v1/tenants/{alice.tenant_id}/issuers"
    with running_issuer() as login:
        made = acme.server.post(issuers, {"issuer": login.url, "audiences": [AUDIENCE]})
        hers, his = sockets.connect(alice, login.token()), sockets.connect(bob)
        with pytest.raises(Refused, match="401 token_audience_refused"):
            sockets.connect(alice, login.token(aud="others"))
        assert acme.server.delete(f"{issuers}/{made['id']}").status == 204
    stream.deliver()
    assert (hers.is_open, his.is_open) == (False, True)


def test_a_key_that_retires_later_closes_its_connections_then(
    alice: Person, sockets: Sockets, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = sockets.connect(alice)
    now = clock.now_ms()
    at = Key(keys.tenant(alice.tenant_id), keys.signing_key_sk(give_key(alice.tenant_id)))
    dynamodb.update(
        settings().chat_table,
        at,
        Update().set(expires_at_ms=now + 120_000).add(version=1),
    )
    stream.deliver()
    sockets.sweep()
    assert socket.is_open
    monkeypatch.setattr(clock, "now_ms", lambda: now + 180_000)
    sockets.sweep()
    assert not socket.is_open


def test_a_connection_that_cannot_be_closed_is_tried_again(
    alice: Person, acme: Workspace, sockets: Sockets, stream: Stream
) -> None:
    socket = sockets.connect(alice)
    sockets.stuck.add(socket.id)
    acme.server.post("/v1/users/alice/revoke-tokens")
    payloads = stream.deliver()
    assert connections_of(alice) == {socket.id}
    sockets.stuck.clear()
    stream.hand_over(payloads)
    assert (socket.is_open, connections_of(alice)) == (False, set())


def test_a_connection_that_is_revoked_while_it_opens_is_closed_by_the_next_sweep(
    alice: Person, acme: Workspace, sockets: Sockets, stream: Stream
) -> None:
    socket = sockets.connect(alice)
    socket.is_open = False
    acme.server.post("/v1/users/alice/revoke-tokens")
    stream.deliver()
    assert connections_of(alice) == {socket.id}
    socket.is_open = True
    sockets.sweep()
    assert (socket.is_open, connections_of(alice)) == (False, set())


def test_actions_are_limited(alice: Person, sockets: Sockets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parley.http.sockets.SOCKET_ACTIONS", replace(SOCKET_ACTIONS, user=fixed(3)))
    socket = sockets.connect(alice)
    assert [socket.act("ping")["type"] for _ in range(4)] == ["pong", "pong", "pong", "error"]
    assert socket.act("ping")["code"] == "rate_limited"


def test_deactivating_a_user_closes_their_connections_alone_and_opens_none(
    alice: Person, bob: Person, acme: Workspace, sockets: Sockets, stream: Stream
) -> None:
    hers, his = sockets.connect(alice), sockets.connect(bob)
    assert acme.server.post("/v1/users/alice/deactivate").status == 200
    stream.deliver()
    assert (hers.is_open, his.is_open, connections_of(alice)) == (False, True, set())
    with pytest.raises(Refused):
        sockets.connect(alice)
    assert acme.server.post("/v1/users/alice/reactivate").status == 200
    assert sockets.connect(alice).is_open
