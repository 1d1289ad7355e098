"""A record judged by a newer item: however late and in whatever order records come, none stops its shard."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.streams import (
    close_connections,
    deliver_changes,
    index_documents,
    roll_up_usage,
)
from infrastructure.triggered.streams import CONSUMERS as DECLARED
from parley.media import storage
from parley.realtime import audience
from parley.settings import media_settings, settings
from parley.streams.changes import decode
from parley.streams.events import events_of
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.tables.keys import Key
from tests.functional.realtime.test_realtime_properties import EXAMPLES, Story
from tests.support.aws import engine
from tests.support.aws.effects import Retries, apply_alone, using_retries
from tests.support.aws.gateway import Answer
from tests.support.aws.sockets import DELIVERING, Sockets, Stream
from tests.support.aws.sqs import using_queues
from tests.support.dynamodb.change_stream import Payload, kinesis_event
from tests.support.people.files import ready_file
from tests.support.people.people import Person
from tests.support.people.phones import RoomyContext, using_phones

NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}
CONSUMERS = (deliver_changes, roll_up_usage, close_connections, index_documents)
ACTS = (
    "send",
    "edit",
    "react",
    "pin",
    "rename",
    "leave",
    "return",
    "delete",
    "bury",
    *("shown reply", "quiet reply", "bury reply", "unpin", "unreact", "role", "profile", "revoke", "block", "unblock"),
    *("file", "delete file", "flag", "ban", "unban", "mute", "channel", "archive", "webhook", "no webhook"),
)
STEPS = st.lists(
    st.sampled_from(ACTS),
    min_size=2,
    max_size=9,
)


class LateStory(Story):
    """As `Story`, with what a tenant's server removes for good, and replies that are shown in the conversation."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(monkeypatch)
        self.replies: list[str] = []
        self.files: list[str] = []
        self.server = Person(self.alice.tenant_id, "", scope="server")
        self.webhooks: list[str] = []
        self._register_webhook()
        phone = self.bob.put("/v1/users/me/devices/phone", {"platform": "fcm", "token": "t" * 160})
        assert phone.status == 201, phone.text

    def do(self, step: str) -> None:
        if not self.sent:
            super().do("send")
        last = self.sent[-1]
        steps: dict[str, Callable[[], Answer]] = {
            "shown reply": lambda: self._reply(shown=True),
            "quiet reply": lambda: self._reply(shown=False),
            "pin": lambda: self.alice.put(f"/v1/messages/{last}/pin"),
            "unpin": lambda: self.alice.delete(f"/v1/messages/{last}/pin"),
            "role": lambda: self.alice.put(f"/v1/conversations/{self.group}/members/bob/role", {"role": "admin"}),
            "profile": lambda: self.bob.put("/v1/users/bob", {"name": f"bob {len(self.sent)}"}),
            "revoke": lambda: self.server.post("/v1/users/carol/revoke-tokens"),
            "block": lambda: self.alice.put("/v1/users/carol/block"),
            "unblock": lambda: self.alice.delete("/v1/users/carol/block"),
            "bury": lambda: self.server.delete(f"/v1/messages/{self.sent.pop()}", hard="true"),
            "bury reply": lambda: self.server.delete(f"/v1/messages/{self.replies.pop()}", hard="true"),
            "file": self._send_file,
            "delete file": lambda: self.bob.delete(f"/v1/media/{self.files.pop()}"),
            "flag": lambda: self.alice.post(f"/v1/messages/{last}/flag", {"reason": "spam"}),
            "ban": lambda: self.alice.put(f"/v1/conversations/{self.group}/bans/carol", {}),
            "unban": lambda: self.alice.delete(f"/v1/conversations/{self.group}/bans/carol"),
            "mute": lambda: self.bob.put(f"/v1/conversations/{self.group}/mute", {}),
            "channel": lambda: self.bob.post("/v1/conversations", {"type": "channel", "name": "open"}),
            "archive": lambda: self.alice.delete(f"/v1/conversations/{self.alice.open_group(self.bob)}"),
            "webhook": self._register_webhook,
            "no webhook": lambda: self.server.delete(f"/v1/webhooks/{self.webhooks.pop()}"),
        }
        needs = {"bury reply": (self.replies, "shown reply"), "delete file": (self.files, "file")}
        needs |= {"no webhook": (self.webhooks, "webhook")}
        there, otherwise = needs.get(step, ([step], step))
        step = step if there else otherwise
        if step not in steps:
            super().do(step)
            return
        answer = steps[step]()
        assert answer.status < 300, (step, answer.text)

    def _reply(self, *, shown: bool) -> Answer:
        answer = self.bob.send(self.group, "a reply", parent_id=self.sent[-1], show_in_conversation=shown)
        self.replies.append(str(answer["id"]))
        return answer

    def _send_file(self) -> Answer:
        self.files.append(ready_file(self.bob))
        return self.bob.send(self.group, "a file", attachments=self.files[-1:])

    def _register_webhook(self) -> Answer:
        answer = self.server.post("/v1/webhooks", {"url": "https://93.184.216.34/hook"})
        self.webhooks.append(str(answer["id"]))
        return answer


@pytest.fixture(scope="module")
def every_consumer(tables: None) -> Iterator[Retries]:
    """What story and consumers reach beside the tables: a bucket, an engine, the queue of deliveries, phones."""
    storage.client.cache_clear()
    storage.client().create_bucket(Bucket=media_settings().bucket)
    with engine.running_engine() as url, engine.searching_at(url) as client, using_queues(), using_phones():
        engine.set_up(client)
        with using_retries() as retries:
            yield retries


def test_every_consumer_of_the_stream_is_held_to_late_records() -> None:
    assert {consumer.__name__.removeprefix("functions.").replace(".", "/") for consumer in CONSUMERS} == {
        declared.function for declared in DECLARED
    }


def handed_over(payloads: list[Payload], retries: Retries) -> None:
    """What every consumer makes of these records: nothing fails, and no effect leaves anything."""
    for consumer in CONSUMERS:
        assert consumer.handler(kinesis_event(payloads), RoomyContext()) == NOTHING_FAILED, consumer.__name__
    assert (retries.waiting(), retries.set_aside()) == ([], [])
    for change in decode(kinesis_event(payloads)):
        events_of(change)


@EXAMPLES
@given(steps=STEPS, data=st.data())
def test_every_record_delivered_at_any_later_moment_in_any_order_raises_nothing(
    every_consumer: Retries, steps: list[str], data: st.DataObject
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        story = LateStory(monkeypatch)
        written: list[Payload] = []
        for step in steps:
            story.do(step)
            written += story.stream.changes.take(story.alice.tenant_id)
            handed_over(data.draw(st.permutations(written)), every_consumer)
        assert story.alice.get("/v1/events", after=story.alice.get("/v1/events")["next_cursor"]).status == 200


def test_the_records_of_every_act_come_late_once(every_consumer: Retries) -> None:
    """What the draws above may miss: each act once, all records after all of it, oldest and newest first."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        story = LateStory(monkeypatch)
        for step in ACTS:
            story.do(step)
        written = story.stream.changes.take(story.alice.tenant_id)
        handed_over(written[::-1], every_consumer)
        handed_over(written, every_consumer)


def test_a_shown_reply_that_was_buried_before_its_record_came_is_told_as_gone(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    his, server = sockets.connect(bob), Person(alice.tenant_id, "", scope="server")
    root = alice.send(general, "lunch?")
    reply = alice.send(general, "yes", parent_id=root["id"], show_in_conversation=True)
    early = stream.changes.take(alice.tenant_id)
    assert server.delete(f"/v1/messages/{reply['id']}", hard="true").status == 204
    late = stream.changes.take(alice.tenant_id)
    assert apply_alone(DELIVERING, kinesis_event(early)) == NOTHING_FAILED
    assert apply_alone(DELIVERING, kinesis_event(late)) == NOTHING_FAILED
    told = [(event["type"], event["data"].get("id")) for event in his.events if event["type"].startswith("message.")]
    assert ("message.created", root["id"]) in told
    assert ("message.created", reply["id"]) not in told
    assert ("message.deleted", reply["id"]) in told


def test_an_item_that_cannot_be_shown_is_set_aside_alone(
    alice: Person, bob: Person, general: str, sockets: Sockets, stream: Stream
) -> None:
    """What stands at the key of one record is no item of ours: its record is reported, the others are delivered."""
    his = sockets.connect(bob)
    alice.send(general, "one")
    spoiled = alice.send(general, "two")
    alice.send(general, "three")
    records = stream.changes.take(alice.tenant_id)
    places = [each["dynamodb"]["Keys"]["sk"]["S"] for each in records]
    at = Key(keys.conversation(alice.tenant_id, general), keys.message_sk(int(spoiled["seq"])))
    dynamodb.update(settings().chat_table, at, Update().remove("conversation_id"))
    answer = apply_alone(DELIVERING, kinesis_event(records))
    failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
    numbered = [each["kinesis"]["sequenceNumber"] for each in kinesis_event(records)["Records"]]
    expected = numbered[places.index(f"M#{int(spoiled['seq']):012d}")]
    assert failed == {expected}
    assert [event["data"]["text"] for event in his.events if event["type"] == "message.created"] == ["one", "three"]


def test_a_shown_reply_bumps_the_members_of_a_large_conversation(
    alice: Person, bob: Person, carol: Person, sockets: Sockets, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "SMALL", 2)
    large = alice.open_group(bob, carol)
    root = alice.send(large, "lunch?")
    stream.deliver()
    his = sockets.connect(bob)
    alice.send(large, "quietly", parent_id=root["id"])
    stream.deliver()
    assert "conversation.updated" not in his.types()
    his.take()
    alice.send(large, "yes", parent_id=root["id"], show_in_conversation=True)
    stream.deliver()
    assert "conversation.updated" in his.types()


def test_a_malformed_conversation_holds_up_no_other(
    alice: Person, bob: Person, carol: Person, sockets: Sockets, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The item that a bump reads is no item of ours: the messages are reported, those of other conversations go on."""
    monkeypatch.setattr(audience, "SMALL", 2)
    large, other = alice.open_group(bob, carol), alice.open_group(bob)
    stream.deliver()
    his = sockets.connect(bob)
    alice.send(large, "one")
    alice.send(other, "two")
    records = stream.changes.take(alice.tenant_id)
    at = Key(keys.conversation(alice.tenant_id, large), keys.META_SK)
    dynamodb.update(settings().chat_table, at, Update().remove("version"))
    answer = apply_alone(DELIVERING, kinesis_event(records))
    assert len(answer["batchItemFailures"]) == 1
    assert [event["data"]["text"] for event in his.events if event["type"] == "message.created"] == ["two"]
