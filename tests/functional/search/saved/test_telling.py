"""What saved searches tell: each message once, of those that their owners may see, whatever the stream does."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from functions.streams import index_documents
from infrastructure.triggered.streams import CONSUMERS
from parley.errors import InvalidQuery
from parley.search.querying import message_search
from parley.search.saved import alerts, telling
from parley.streams.events import events_of
from tests.support.aws.aws_calls import recording
from tests.support.aws.gateway import Context
from tests.support.dynamodb.change_stream import ChangeStream, Payload, kinesis_event
from tests.support.dynamodb.change_stream import changes as changes_of
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace

SAVED = "/v1/search/saved"
(INDEXER,) = (each for each in CONSUMERS if each.function == "streams/index_documents")


class Told:
    """Carries the change stream to the indexer, and what that writes to whoever is told."""

    def __init__(self, stream: ChangeStream) -> None:
        self._stream = stream
        self.events: list[dict[str, Any]] = []

    def carry(self, payloads: Sequence[Payload] | None = None) -> list[str]:
        """Index what was written, or these records, and give the messages told of, by their text's owner."""
        self.index(self._stream.take() if payloads is None else payloads)
        new = [event for change in changes_of(self._stream.take()) for event in events_of(change)]
        matched = [event.model_dump(mode="json") for event in new if event.type == "search.matched"]
        self.events += matched
        return [event["data"]["message_id"] for event in matched]

    def index(self, payloads: Sequence[Payload]) -> None:
        with recording() as calls:
            answer = index_documents.handler(kinesis_event(list(payloads)), Context())
        assert answer == {"batchItemFailures": []}
        denied = calls.denied(INDEXER.grants)
        assert not denied, f"not granted: {denied}"


@pytest.fixture
def told(changes: ChangeStream) -> Told:
    return Told(changes)


def save(person: Person, q: str, **fields: Any) -> str:
    made = person.post(SAVED, {"q": q, "notify": True, **fields})
    assert made.status == 201, made.text
    return str(made["id"])


def test_a_message_that_matches_is_told_to_the_owner_once(alice: Person, bob: Person, told: Told) -> None:
    group = alice.open_group(bob)
    saved_id = save(alice, "lunch", name="Food")
    told.carry()
    sent = bob.send(group, "Lunches are served")
    bob.send(group, "dinner")
    assert told.carry() == [sent["id"]]
    (event,) = told.events
    assert event["entity_id"] == f"{saved_id}/{sent['id']}"
    assert event["conversation_id"] == group
    assert event["data"] == {
        "id": saved_id, "name": "Food", "q": "lunch", "matches": 1,
        "last_matched_at": event["data"]["last_matched_at"], "message_id": sent["id"], "conversation_id": group,
    }  # fmt: skip
    shown = alice.get(f"{SAVED}/{saved_id}")
    assert (shown["matches"], shown["last_matched_at"]) == (1, event["data"]["last_matched_at"])


def test_several_of_a_batch_are_told_one_by_one(alice: Person, bob: Person, told: Told) -> None:
    group = alice.open_group(bob)
    save(alice, "lunch")
    save(bob, "from:alice")
    told.carry()
    sent = [bob.send(group, f"lunch {number}")["id"] for number in range(3)]
    hers = alice.send(group, "lunch of mine")["id"]
    assert sorted(told.carry()) == sorted([*sent, hers])
    assert len({event["id"] for event in told.events}) == 4
    assert len({event["data"]["id"] for event in told.events}) == 2


@pytest.mark.parametrize(
    ("q", "text", "fields", "is_told"),
    [
        ("lunch", "LUNCHES!", {}, True),
        ("lunch", "launch", {}, False),
        ('"lunch time"', "at lunch time", {}, True),
        ('"lunch time"', "time for lunch", {}, False),
        ("lunch -vegan", "lunch", {}, True),
        ("lunch -vegan", "vegan lunch", {}, False),
        ("lunch OR dinner", "dinner", {}, True),
        ("lunch OR dinner", "breakfast", {}, False),
        ("lunch dinner", "dinner after lunch", {}, True),
        ("lunch dinner", "dinner", {}, False),
        ("from:bob", "whatever", {}, True),
        ("from:carol", "whatever", {}, False),
        ("-from:bob lunch", "lunch", {}, False),
        ("mentions:me", "hello @alice", {"mentions": ["alice"]}, True),
        ("mentions:me", "hello", {}, False),
        ("has:link", "see https://example.com", {}, True),
        ("has:link", "see example", {}, False),
        ("-vegan", "anything", {}, True),
        ("-vegan", "vegan", {}, False),
        ("after:2020", "lunch", {}, True),
        ("before:2020", "lunch", {}, False),
        ("e-mail", "an email for you", {}, True),
        ("Müller", "Herr Mueller ruft an", {}, True),
        ("すし", "スシを食べる", {}, True),
        ("homme", "l\u2019homme est parti", {}, True),
        (".NET", "we use .NET", {}, True),
        ("std::vector", "a std::vector<int> v", {}, True),
    ],
)
def test_it_tells_what_a_search_finds_and_nothing_else(
    alice: Person,
    bob: Person,
    told: Told,
    index: Callable[[], None],
    q: str,
    text: str,
    fields: Any,
    is_told: bool,  # noqa: FBT001 - a case
) -> None:
    group = alice.open_group(bob)
    save(alice, q)
    told.carry()
    sent = bob.send(group, text, **fields)
    assert told.carry() == [sent["id"]] * is_told
    index()
    found = [hit["message"]["id"] for hit in alice.get("/v1/search/messages", q=q)["data"]]
    assert found == [sent["id"]] * is_told, "and so does the search itself"


def test_one_hears_nothing_of_what_one_may_not_see(
    acme: Workspace, alice: Person, bob: Person, carol: Person, mallory: Person, told: Told
) -> None:
    shared, other = bob.open_group(alice, carol), bob.open_group(carol)
    for person in (alice, mallory):
        save(person, "lunch")
    told.carry()
    bob.send(other, "lunch elsewhere")
    alice.send(shared, "lunch of her own")
    assert told.carry() == []
    assert alice.put("/v1/users/carol/block").status == 204
    carol.send(shared, "lunch of one who is blocked")
    assert told.carry() == []
    gone = bob.send(shared, "lunch that was taken back")
    assert bob.delete(f"/v1/messages/{gone['id']}").status == 200
    edited = bob.send(shared, "lunch that became dinner")
    bob.put(f"/v1/messages/{edited['id']}", {"text": "dinner"})
    assert told.carry() == []
    late = bob.send(shared, "lunch as she leaves")
    assert alice.delete(f"/v1/conversations/{shared}/members/alice").status == 204
    assert told.carry() == []
    assert late.status == 201


def test_history_that_is_hidden_stays_so(acme: Workspace, alice: Person, bob: Person, told: Told) -> None:
    group = bob.open_group(alice, history="joined")
    carol = acme.person("carol")
    save(carol, "lunch")
    told.carry()
    root = bob.send(group, "a topic")
    assert bob.post(f"/v1/conversations/{group}/members", {"user_ids": ["carol"]}).status == 200
    bob.send(group, "lunch in a hidden thread", parent_id=root["id"])
    seen = bob.send(group, "lunch in the open")
    assert told.carry() == [seen["id"]]


def test_an_edit_that_comes_to_match_is_told_and_one_that_matched_is_not(
    alice: Person, bob: Person, told: Told
) -> None:
    group = alice.open_group(bob)
    save(alice, "lunch")
    told.carry()
    sent = bob.send(group, "dinner")
    path = f"/v1/messages/{sent['id']}"
    assert told.carry() == []
    bob.put(path, {"text": "lunch"})
    assert told.carry() == [sent["id"]]
    for words in ("lunch, later", "dinner", "lunch after all"):
        bob.put(path, {"text": words})
        assert told.carry() == [], words


def test_what_was_said_before_it_was_saved_is_not_told(
    alice: Person, bob: Person, told: Told, moving_clock: MovingClock
) -> None:
    group = alice.open_group(bob)
    bob.send(group, "lunch of yesterday")
    moving_clock.pass_seconds(5)
    saved_id = save(alice, "lunch")
    assert told.carry() == []
    alice.put(f"{SAVED}/{saved_id}", {"notify": False})
    bob.send(group, "lunch meanwhile")
    moving_clock.pass_seconds(5)
    alice.put(f"{SAVED}/{saved_id}", {"notify": True})
    assert told.carry() == []
    moving_clock.pass_seconds(1)
    sent = bob.send(group, "lunch now")
    assert told.carry() == [sent["id"]]


def test_a_search_notifies_from_the_next_message_on(alice: Person, bob: Person, told: Told) -> None:
    """A process that knows the tenant's alerts from before sees that they have changed."""
    group = alice.open_group(bob)
    other = save(alice, "other")
    bob.send(group, "hello")
    told.carry()
    save(alice, "outage")
    sent = bob.send(group, "an outage, and another")
    assert told.carry() == [sent["id"]]
    alice.delete(f"{SAVED}/{other}")
    bob.send(group, "the other way")
    assert told.carry() == []


def test_a_search_says_so_much_an_hour(
    alice: Person, bob: Person, told: Told, moving_clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "MOST_AN_HOUR", 3)
    group = alice.open_group(bob)
    save(alice, "lunch")
    told.carry()
    sent = [bob.send(group, f"lunch {number}")["id"] for number in range(5)]
    assert told.carry() == sent[:3]
    moving_clock.pass_seconds(3600)
    sent.append(bob.send(group, "lunch of the next hour")["id"])
    assert told.carry() == sent[-1:]


def test_a_query_that_nobody_understands_any_more_holds_up_nobody(
    alice: Person, bob: Person, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = alice.open_group(bob)
    save(alice, "dinner")
    save(alice, "lunch")
    told.carry()
    real = message_search.resolve

    def resolve(caller: Any, asked: Any) -> Any:
        if asked.q == "dinner":
            raise InvalidQuery
        return real(caller, asked)

    monkeypatch.setattr(message_search, "resolve", resolve)
    alerts.forget()
    sent = bob.send(group, "lunch, then dinner")
    assert told.carry() == [sent["id"]]


@pytest.mark.parametrize("seed", range(12))
def test_each_is_told_once_however_the_stream_repeats_reorders_and_splits(
    alice: Person, bob: Person, carol: Person, told: Told, changes: ChangeStream, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test's own
    group = alice.open_group(bob, carol)
    save(alice, "lunch OR tea")
    save(carol, "lunch")
    told.carry()
    expected: set[tuple[str, str]] = set()
    for number in range(8):
        words = chance.choice(["lunch", "tea", "dinner"])
        sent = bob.send(group, f"{words} {number}")
        after = chance.choice(["same", "edited", "deleted"])
        if after == "edited":
            words = chance.choice(["lunch", "tea", "dinner"])
            bob.put(f"/v1/messages/{sent['id']}", {"text": f"{words} anew {number}"})
        if after == "deleted":
            bob.delete(f"/v1/messages/{sent['id']}")
            continue
        expected |= {("alice", sent["id"])} if words in ("lunch", "tea") else set()
        expected |= {("carol", sent["id"])} if words == "lunch" else set()
    records = changes.take()
    records += chance.choices(records, k=len(records) // 2)
    chance.shuffle(records)
    while records:
        size = chance.randint(1, len(records))
        batch, records = records[:size], records[size:]
        told.carry(batch)
    owners = {alice.get(SAVED)["data"][0]["id"]: "alice", carol.get(SAVED)["data"][0]["id"]: "carol"}
    said = [(owners[event["data"]["id"]], event["data"]["message_id"]) for event in told.events]
    assert sorted(said) == sorted(expected)


def test_more_matches_than_are_remembered_are_told_once(
    alice: Person, bob: Person, told: Told, changes: ChangeStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "REMEMBERED", 3)
    group = alice.open_group(bob)
    saved_id = save(alice, "lunch")
    told.carry()
    sent = [bob.send(group, f"lunch {number}")["id"] for number in range(8)]
    records = changes.take()
    for size in (5, 8, 8):
        told.carry(records[:size] if size == 5 else records)
    assert sorted(event["data"]["message_id"] for event in told.events) == sorted(sent)
    assert alice.get(f"{SAVED}/{saved_id}")["matches"] == 8


def test_saved_searches_of_who_is_deactivated_rest(acme: Workspace, alice: Person, bob: Person, told: Told) -> None:
    group = alice.open_group(bob)
    save(alice, "lunch")
    acme.server.post("/v1/users/alice/deactivate")
    told.carry()
    bob.send(group, "lunch one")
    assert told.carry() == []
    acme.server.post("/v1/users/alice/reactivate")
    told.carry()
    sent = bob.send(group, "lunch two")
    assert told.carry() == [sent["id"]]
