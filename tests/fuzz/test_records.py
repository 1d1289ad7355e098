"""Whatever comes in a record of the stream is a change, or poison by name; whatever comes in a frame is answered."""

import base64
import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.realtime import default, ping, read, show_typing, watch
from parley import clock
from parley.streams.changes import Change, UndecodableRecord, decode_record, records_of
from tests.fuzz.test_texts import JSON
from tests.support.aws.gateway import Context
from tests.support.dynamodb.change_stream import kafka_event, kinesis_event
from tests.support.fuzzing import examples
from tests.support.people.people import Person

ITEM: dict[str, Any] = {
    "pk": {"S": "T#acme#C#c1"},
    "sk": {"S": "M#000000000001"},
    "entity": {"S": "message"},
    "version": {"N": "3"},
    "text": {"S": "hello"},
}
RECORD: dict[str, Any] = {
    "eventName": "MODIFY",
    "dynamodb": {
        "ApproximateCreationDateTime": 1795428000123,
        "Keys": {"pk": ITEM["pk"], "sk": ITEM["sk"]},
        "NewImage": ITEM,
        "OldImage": ITEM,
    },
}
PATHS = [
    ("eventName",),
    ("dynamodb",),
    *(("dynamodb", name) for name in RECORD["dynamodb"]),
    *(("dynamodb", "Keys", name) for name in ("pk", "sk")),
    *(("dynamodb", image, name) for image in ("NewImage", "OldImage") for name in ITEM),
]
GONE = object()
TYPED = st.sampled_from(["S", "N", "B", "M", "L", "NULL", "SS"]).flatmap(
    lambda kind: JSON.map(lambda value: {kind: value})
)


def decoded(data: bytes) -> list[Change]:
    """As a consumer takes records: one by one, and what is poison by its name alone."""
    found = []
    for event in (kinesis_event([data]), kafka_event([data])):
        source, records = records_of(event)
        for record in records:
            try:
                found.append(decode_record(record, source))
            except UndecodableRecord:
                continue
    return found


def test_the_record_itself_is_a_change() -> None:
    kinesis, kafka = decoded(json.dumps(RECORD).encode())
    assert (kinesis.entity, kinesis.version, kafka.order) == ("message", 3, kinesis.order)


@given(data=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
@examples(200)
def test_bytes_of_any_kind_are_poison_by_name(data: bytes) -> None:
    assert decoded(data) == []


@given(path=st.sampled_from(PATHS), value=JSON | TYPED | st.just(GONE))
@examples(400)
def test_a_record_with_one_part_changed_is_a_change_or_poison(path: tuple[str, ...], value: Any) -> None:
    record = copy.deepcopy(RECORD)
    inner = record
    for name in path[:-1]:
        inner = inner[name]
    if value is GONE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    for change in decoded(json.dumps(record).encode()):
        assert isinstance(change.order, tuple)
        assert change.tenant_id
        assert change.conversation_id is None or isinstance(change.conversation_id, str)


# Frames

ACTIONS = {
    "ping": ping.handler,
    "read": read.handler,
    "typing.start": show_typing.handler,
    "watch": watch.handler,
    "dance": default.handler,
}
FIELDS = st.dictionaries(st.sampled_from(["action", "conversation_id", "request_id", "up_to_seq", "seq", "x"]), JSON)


def frame_of(person: Person, body: str) -> dict[str, Any]:
    said = {
        "tenant_id": person.tenant_id,
        "user_id": person.user_id,
        "scope": "",
        "settings": "{}",
        "kid": f"{person.tenant_id}.main",
        "issued_at": str(clock.now_ms()),
        "token_expires_at": str(clock.now_ms() + 3_600_000),
    }
    context = {"connectionId": "c1=", "routeKey": "x", "requestId": "r", "eventType": "MESSAGE", "authorizer": said}
    return {"requestContext": context, "body": body, "isBase64Encoded": False}


@pytest.mark.parametrize("action", ACTIONS)
@given(
    body=st.text(max_size=60)
    | JSON.map(json.dumps)
    | FIELDS.map(json.dumps)
    | st.binary(max_size=30).map(lambda data: base64.b64encode(data).decode())
)
@examples(15)
def test_a_frame_of_any_kind_is_answered_and_is_no_failure(alice: Person, action: str, body: str) -> None:
    answer = ACTIONS[action](frame_of(alice, body), Context())
    assert answer["statusCode"] == 200
    said = json.loads(answer["body"])
    assert said["type"] in {"ack", "pong", "error"}, said
    assert said.get("code") not in {"internal_error", "internal"}, said


@pytest.mark.parametrize("action", ["read", "watch"])
@given(fields=FIELDS)
@examples(15)
def test_a_frame_with_the_right_action_is_no_failure(alice: Person, action: str, fields: dict[str, Any]) -> None:
    said = json.loads(ACTIONS[action](frame_of(alice, json.dumps(fields | {"action": action})), Context())["body"])
    assert said["type"] in {"ack", "error"}
    assert said.get("code") not in {"internal_error", "internal"}, said
