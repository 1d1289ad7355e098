"""No way leads others to what is posted under a shadow ban: every route is walked, and every effect of the stream."""

import json

import pytest

from functions.streams import deliver_changes
from infrastructure.examples import example_of, parameters_of
from infrastructure.routes import ROUTES, Route
from parley.realtime import gateway
from parley.search.indexing import documents
from parley.streams import list_upkeep, thread_upkeep
from parley.streams.changes import Change, records_of
from parley.streams.consumer import decode_all
from parley.streams.events import events_for_webhooks
from tests.support.aws.sockets import Sockets, Stream, give_key
from tests.support.dynamodb.change_stream import ChangeStream, kinesis_event
from tests.support.people.people import Person, Workspace

WORD = "xyzzyplugh"
"""What no other text has."""


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch, acme: Workspace) -> Sockets:
    played = Sockets()
    monkeypatch.setattr(gateway, "client", lambda: played)
    monkeypatch.setattr(gateway, "BACKOFF_SECONDS", 0)
    give_key(acme.tenant_id)
    return played


@pytest.fixture
def stream(sockets: Sockets, acme: Workspace) -> Stream:
    return Stream(ChangeStream(), sockets, acme.tenant_id)


def hide_all_kinds(alice: Person, bob: Person, team: str) -> list[str]:
    """What bob posts in all the ways there are; the ids."""
    root = alice.send(team, "root")["id"]
    poll = {"question": WORD, "options": [{"text": WORD}, {"text": "no"}]}
    sent = [
        bob.send(team, f"{WORD} https://example.com", mentions=["alice", "dave"]),
        bob.send(team, WORD, parent_id=root),
        bob.send(team, WORD, parent_id=root, show_in_conversation=True),
        bob.send(team, WORD, quoted_message_id=root),
        bob.send(team, "", poll=poll),
        bob.send(team, WORD, silent=True),
        bob.send(team, "", location={"latitude": 1.5, "longitude": 2.5, "name": WORD}),
    ]
    copy = bob.post(f"/v1/messages/{sent[0]['id']}/forward", {"conversation_ids": [team]})
    assert [each.status for each in sent] == [201] * len(sent)
    ids = [str(each["id"]) for each in sent]
    if copy.status == 200:
        ids += [each["message"]["id"] for each in copy["data"] if each["status"] == 201]
    edited = bob.put(f"/v1/messages/{ids[0]}", {"text": f"{WORD} edited"})
    assert edited.status == 200, edited.text
    assert bob.post(f"/v1/messages/{root}/reactions", {"reaction": f":{WORD}:"}).status == 201
    assert bob.delete(f"/v1/messages/{ids[1]}").status == 200
    return ids


def paths_of(route: Route, team: str, message_ids: list[str]) -> list[str]:
    known = {"conversation_id": team, "user_id": "bob", "tenant_id": "acme"}
    named = parameters_of(route) | {name: value for name, value in known.items() if name in route.path}
    if "message_id" not in named:
        return [route.path.format(**named)]
    return [route.path.format(**named | {"message_id": each}) for each in message_ids]


WALKED = [
    route
    for route in ROUTES
    if not route.public and not example_of(route).elsewhere and not route.function.startswith("search/")
]


@pytest.mark.parametrize("ban", ["banned", "banned_everywhere"])
def test_no_answer_to_another_member_tells_of_it(
    acme: Workspace, alice: Person, dave: Person, team: str, ban: str, request: pytest.FixtureRequest
) -> None:
    bob: Person = request.getfixturevalue(ban)
    hidden = hide_all_kinds(alice, bob, team)
    for reader in (dave, alice):
        for route in WALKED:
            if route.method != "GET" or (reader is alice and route.path.endswith("/shadowed-messages")):
                continue
            for path in paths_of(route, team, hidden):
                answer = reader.get(path)
                assert WORD not in answer.text, path
                named = [each for each in hidden if each not in path]
                assert not [each for each in named if f'"{each}"' in answer.text], path
                if path != paths_of(route, team, ["none"])[0]:
                    assert answer.status in {403, 404}, path
    root = f"{team}-1"
    assert dave.get(f"/v1/messages/{root}")["reactions"] == {}
    assert dave.get(f"/v1/messages/{root}")["reply_count"] == 0


def test_nothing_can_be_done_to_it_by_others(alice: Person, banned: Person, dave: Person, team: str) -> None:
    hidden = hide_all_kinds(alice, banned, team)
    for route in WALKED:
        if route.method == "GET" or "{message_id}" not in route.path:
            continue
        body = example_of(route).body
        for path in paths_of(route, team, hidden[:1]):
            answer = dave.request(route.method, path, body)
            assert WORD not in answer.text, path
            assert answer.status >= 400 or answer.status == 204, (path, answer.text)


def test_sockets_and_replays_tell_their_author_alone(
    alice: Person, banned: Person, dave: Person, team: str, sockets: Sockets, stream: Stream
) -> None:
    hers, his, theirs = (sockets.connect(each) for each in (alice, banned, dave))
    since = {each.user_id: each.get("/v1/events")["next_cursor"] for each in (alice, banned, dave)}
    hidden = hide_all_kinds(alice, banned, team)
    stream.deliver()
    told = his.take()
    created = {each["data"]["id"] for each in told if each["type"] == "message.created"}
    assert created >= set(hidden[2:])
    for other, socket in ((alice, hers), (dave, theirs)):
        replayed = other.get("/v1/events", after=since[other.user_id])
        for text in (json.dumps(socket.take()), replayed.text):
            assert WORD not in text
            assert not [each for each in hidden if f'"{each}"' in text]
    own = banned.get("/v1/events", after=since["bob"], limit=100).text
    assert all(each in own for each in hidden)


def changes_of(stream: Stream) -> list[Change]:
    source, records = records_of(kinesis_event(stream.changes.take(stream.tenant_id)))
    changes, undecodable = decode_all(records, source)
    assert not undecodable
    return changes


def test_no_effect_of_the_stream_takes_it_for_a_message(
    alice: Person, banned: Person, team: str, stream: Stream
) -> None:
    hide_all_kinds(alice, banned, team)
    hidden = [change for change in changes_of(stream) if change.entity == "shadowed_message"]
    assert hidden
    wanted = {effect.name for effect in deliver_changes.EFFECTS if any(map(effect.wants, hidden))}
    assert wanted == {"deliver_realtime", "deliver_webhooks"}
    assert "shadowed_message" not in documents.ENTITIES
    assert not any(list_upkeep.wants(change) for change in hidden)
    assert not any(change.entity in thread_upkeep.ENTITIES for change in hidden)


def test_only_what_is_hidden_says_what_was_said(alice: Person, banned: Person, team: str, stream: Stream) -> None:
    """Whatever else is written names neither its words nor who posted them."""
    alice.send(team, "before")
    stream.changes.take(stream.tenant_id)
    banned.send(team, WORD, mentions=["dave"])
    for change in changes_of(stream):
        if change.entity not in {"shadowed_message", "membership"}:
            assert WORD not in json.dumps(change.image)
            assert "bob" not in json.dumps({name: value for name, value in change.image.items() if name != "pk"})


def test_webhooks_are_told_that_it_is_hidden(alice: Person, banned: Person, team: str, stream: Stream) -> None:
    stream.changes.take(stream.tenant_id)
    hidden = hide_all_kinds(alice, banned, team)
    told = [event for change in changes_of(stream) for event in events_for_webhooks(change) if event.actor_id == "bob"]
    assert {event.entity_id for event in told if event.type == "message.shadowed"} == set(hidden)
    assert not [event.type for event in told if event.type.startswith("message.") and event.type != "message.shadowed"]


def test_a_ban_everywhere_closes_sockets_that_know_nothing_of_it(
    acme: Workspace, bob: Person, sockets: Sockets, stream: Stream
) -> None:
    his = sockets.connect(bob)
    assert acme.server.put("/v1/users/bob/shadow-ban", {}).status == 200
    stream.deliver()
    assert not his.is_open
    again = sockets.connect(bob)
    stream.hand_over([])
    assert again.is_open
