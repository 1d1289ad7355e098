"""What a change tells: the types of the realtime contract, their ids and their state."""

import hashlib
import json
from typing import Any

import jsonschema
import pytest

from infrastructure.contract import events as contract_events
from parley.messaging.items import ConversationItem, MembershipItem, MessageItem
from parley.streams.changes import Change, Operation, Position, decode
from parley.streams.events import events_of, present_now, stream_events
from parley.tables.attributes import RawItem
from tests.support.dynamodb.change_stream import EVENTS
from tests.unit.test_changes import SAMPLES, load

CONVERSATION = "0" * 26
T0 = 1795428000000
POSITION = Position("kinesis", "shard", "1")


def change(op: Operation, old: RawItem | None, new: RawItem | None) -> Change:
    image = new or old or {}
    return Change(
        pk=image["pk"]["S"],
        sk=image["sk"]["S"],
        entity=image["entity"]["S"],
        tenant_id="acme",
        version=int(image["version"]["N"]),
        op=op,
        old=old,
        new=new,
        occurred_at=T0,
        position=POSITION,
    )


def message(**fields: Any) -> RawItem:
    pk = f"T#acme#C#{CONVERSATION}"
    item: Any = MessageItem(
        pk=pk, sk="M#000000000004", conversation_id=CONVERSATION, seq=4, author_id="alice", text="hi"
    )
    item.created_at = T0
    for name, value in fields.items():
        setattr(item, name, value)
    raw: RawItem = item.serialize()
    return raw


def annotations(version: int, **reactions: list[str]) -> RawItem:
    return {
        "pk": {"S": f"T#acme#C#{CONVERSATION}"},
        "sk": {"S": "M#000000000004#R"},
        "entity": {"S": "annotations"},
        "version": {"N": str(version)},
        **{f"r:{kind}": {"SS": users} for kind, users in reactions.items()},
    }


def membership(**fields: Any) -> RawItem:
    item: Any = MembershipItem(
        pk="T#acme#U#bob",
        sk=f"C#{CONVERSATION}",
        gpk=f"T#acme#C#{CONVERSATION}#MEM",
        gsk="U#bob",
        conversation_id=CONVERSATION,
        user_id="bob",
        type="group",
        role="member",
        join_seq=0,
        joined_at=T0,
        read_seq=0,
    )
    for name, value in fields.items():
        setattr(item, name, value)
    raw: RawItem = item.serialize()
    return raw


def test_a_new_message_is_told_as_the_api_shows_it() -> None:
    (event,) = events_of(change("insert", None, message()))
    assert (event.type, event.seq, event.actor_id) == ("message.created", 4, "alice")
    assert event.entity_id == event.data["id"] == f"{CONVERSATION}-4"
    assert event.data["text"] == "hi"
    assert event.data["created_at"] == "2026-11-23T10:00:00.000Z"


def test_an_id_is_the_hash_that_the_contract_names() -> None:
    (event,) = events_of(change("insert", None, message()))
    expected = hashlib.sha256(f"T#acme#C#{CONVERSATION}|M#000000000004|1|insert".encode()).hexdigest()
    assert event.id == expected


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ({}, {"text": "hello", "edited_at": T0 + 1}, [("message.updated", ["edited_at", "text"])]),
        ({}, {"text": None, "deleted_at": T0 + 1, "deleted_by": "alice"}, [("message.deleted", [])]),
        ({"deleted_at": T0}, {"deleted_at": T0, "text": None}, []),
        ({}, {"idempotency_key": None}, []),
    ],
)
def test_a_changed_message_tells_what_a_reader_sees(
    old: dict[str, Any], new: dict[str, Any], wanted: list[tuple[str, list[str]]]
) -> None:
    before, after = message(idempotency_key="k", **old), message(version=2, **{"idempotency_key": "k"} | new)
    events = events_of(change("modify", before, after))
    assert [(event.type, event.changed) for event in events] == wanted
    assert all("text" not in event.data or event.data["text"] != "hi" for event in events)


@pytest.mark.parametrize("fields", [{}, {"deleted_at": T0}])
def test_a_message_that_is_removed_with_what_was_truncated_tells_nothing(fields: dict[str, Any]) -> None:
    assert events_of(change("remove", message(**fields), None)) == []


def test_reactions_tell_who_and_all_that_stands() -> None:
    old, new = annotations(1, up=["bob"], heart=["bob"]), annotations(2, up=["bob", "carol"])
    events = events_of(change("modify", old, new))
    assert [(event.type, event.actor_id, event.data["reaction"]) for event in events] == [
        ("reaction.added", "carol", "up"),
        ("reaction.removed", "bob", "heart"),
    ]
    assert len({event.id for event in events}) == 2
    assert {event.version for event in events} == {2}
    assert events[0].data["reactions"] == {"up": {"count": 2, "users": ["bob", "carol"]}}


def test_votes_tell_what_they_come_to_and_what_is_erased_tells_none() -> None:
    before = annotations(1, up=["bob"]) | {"v:1": {"N": "1"}, "voters": {"N": "1"}, "anonymous": {"BOOL": True}}
    after = before | {"v:1": {"N": "0"}, "v:2": {"N": "1"}, "version": {"N": "2"}}
    (event,) = events_of(change("modify", before, after))
    assert (event.type, event.actor_id, event.changed) == ("poll.updated", None, ["poll_results"])
    assert event.data["poll_results"] == {"counts": {"1": 0, "2": 1}, "voters": 1, "closed_at": None}
    assert event.data["reactions"]["up"]["count"] == 1
    closed = after | {"poll_closed_at": {"N": str(T0)}, "version": {"N": "3"}}
    (event,) = events_of(change("modify", after, closed))
    assert event.data["poll_results"]["closed_at"] == "2026-11-23T10:00:00.000Z"
    erased = {**annotations(4), "closed": {"BOOL": True}}
    assert [event.type for event in events_of(change("modify", closed, erased))] == ["reaction.removed"]


def test_a_member_who_reads_tells_the_others_and_mutes_in_private() -> None:
    (read,) = events_of(change("modify", membership(), membership(read_seq=4, read_at=T0)))
    assert (read.type, read.data["read_seq"]) == ("read.updated", 4)
    (muted,) = events_of(change("modify", membership(), membership(muted=True)))
    assert (muted.type, muted.data["muted"]) == ("member.updated", True)
    assert "muted" not in read.data


def test_joining_leaving_and_a_new_role() -> None:
    assert [e.type for e in events_of(change("insert", None, membership()))] == ["member.added"]
    assert [e.type for e in events_of(change("remove", membership(), None))] == ["member.removed"]
    (event,) = events_of(change("modify", membership(), membership(role="admin")))
    assert (event.type, event.data["role"]) == ("member.updated", "admin")


def test_a_send_does_not_tell_that_the_conversation_changed() -> None:
    def conversation(**fields: Any) -> RawItem:
        item = ConversationItem(pk=f"T#acme#C#{CONVERSATION}", sk="META", conversation_id=CONVERSATION, type="group")
        item.name, item.created_by, item.created_at, item.updated_at, item.last_at = "general", "alice", T0, T0, T0
        for name, value in fields.items():
            setattr(item, name, value)
        return item.serialize()

    assert events_of(change("modify", conversation(), conversation(seq=1, last_seq=1, last_text="hi"))) == []
    (event,) = events_of(change("modify", conversation(), conversation(name="all")))
    assert (event.type, event.changed) == ("conversation.updated", ["name"])
    (event,) = events_of(change("modify", conversation(), conversation(archived_at=T0)))
    assert event.type == "conversation.archived"


def test_the_published_schema_is_the_envelopes_and_the_samples_fit_it() -> None:
    published = {name: load(EVENTS / "schemas" / name) for name in contract_events.files()}
    assert published == json.loads(json.dumps(contract_events.files()))
    assert {path.name for path in (EVENTS / "schemas").iterdir()} == published.keys()
    validator = jsonschema.Draft202012Validator(published["event.json"])
    events = [event for each in decode(load(SAMPLES / "kinesis.json")) for event in events_of(each)]
    assert events
    for event in events:
        validator.validate(event.model_dump(mode="json"))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(events[0].model_dump(mode="json") | {"type": "message.exploded"})


def user(version: int, **fields: Any) -> RawItem:
    at: RawItem = {"pk": {"S": "T#acme#U#bob"}, "sk": {"S": "USER"}, "entity": {"S": "user"}, "user_id": {"S": "bob"}}
    return at | {"version": {"N": str(version)}} | fields


def test_an_erased_user_is_told_once_and_by_the_id_alone() -> None:
    known, erased = user(1, name={"S": "Bob"}), user(2, erased_at={"N": str(T0)}, erasure={"S": "job"})
    (event,) = events_of(change("modify", known, erased))
    assert (event.type, event.data, event.version) == ("user.deleted", {"id": "bob"}, 2)
    assert events_of(change("modify", erased, user(3, erased_at={"N": str(T0)}))) == []
    (stream_event,) = stream_events(change("modify", known, erased))
    assert present_now(stream_event, erased) is not None
    assert present_now(stream_event, user(4, name={"S": "Another Bob"})) is None


def test_what_became_of_a_profile_before_it_was_erased_is_not_told_after() -> None:
    (renamed,) = stream_events(change("modify", user(1, name={"S": "Bob"}), user(2, name={"S": "Rob"})))
    assert present_now(renamed, user(3, erased_at={"N": str(T0)})) is None


def test_the_next_user_of_an_id_is_told_of() -> None:
    (event,) = events_of(change("modify", user(3, erased_at={"N": str(T0)}), user(4, name={"S": "Another Bob"})))
    assert (event.type, event.data["name"]) == ("user.updated", "Another Bob")
