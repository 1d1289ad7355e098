"""Records of the change stream and the schema of its events, as `events/` holds them: `make events` writes them."""

import json
import re
import sys
from typing import Any

from moto import mock_aws

from infrastructure.contract import events as contract_events
from infrastructure.examples import CHANNEL, GENERAL, TENANT
from infrastructure.routes import ROUTES
from tests.support.dynamodb.capacity import item_size
from tests.support.dynamodb.change_stream import EVENTS, ChangeStream, Payload, kafka_event, kinesis_event
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import START_MS, Clock
from tests.support.people.people import Person
from tests.support.people.world import example_world, person


def sample_payloads() -> list[Payload]:
    """The records of a short story in the world of the examples: bob writes and edits, carol joins, bob leaves.

    The same in every run: writes that go together come in one order, and what moto counts of them in its own way is
    counted as DynamoDB does.
    """
    with example_world() as moved, in_one_thread():
        stream = ChangeStream()
        _tell(moved, person("alice"), person("bob"), Person(TENANT, "carol"))
        payloads = stream.take()
        for number, each in enumerate(payloads):
            each["tableName"] = "parley-dev-chat"
            each["eventID"] = f"00000000-0000-4000-8000-{number:012d}"
            written = each["dynamodb"]
            written["ApproximateCreationDateTime"] = START_MS + 3_600_000 + number
            images = [written[name] for name in ("Keys", "NewImage", "OldImage") if name in written]
            for image in images:
                for value in image.values():
                    if "SS" in value:
                        value["SS"].sort()
            written["SizeBytes"] = sum(map(item_size, images))
        return payloads


def _tell(moved: Clock, alice: Person, bob: Person, carol: Person) -> None:
    sent = bob.send(GENERAL, "Lunch?", mentions=["alice"])
    moved.pass_seconds(1)
    steps = (
        (bob, "PUT", f"/v1/messages/{sent['id']}", {"text": "Lunch at noon?"}),
        (alice, "POST", f"/v1/messages/{sent['id']}/reactions", {"reaction": "👍"}),
        (alice, "POST", f"/v1/conversations/{GENERAL}/read", {"message_id": sent["id"]}),
        (bob, "DELETE", f"/v1/messages/{sent['id']}", None),
        (alice, "PUT", f"/v1/conversations/{GENERAL}", {"name": "everybody"}),
        (carol, "POST", f"/v1/conversations/{CHANNEL}/members", {"user_ids": ["carol"]}),
        (bob, "DELETE", f"/v1/conversations/{GENERAL}/members/bob", None),
    )
    for who, method, path, body in steps:
        if not is_route(method, path):
            continue
        answer = who.request(method, path, body)
        assert answer.status < 300, (method, path, answer.text)
        moved.pass_seconds(1)


def is_route(method: str, path: str) -> bool:
    patterns = (re.sub(r"\{\w+\}", "[^/]+", route.path) for route in ROUTES if route.method == method)
    return any(re.fullmatch(pattern, path) for pattern in patterns)


def sample_files() -> dict[str, str]:
    """What `events/` holds of the stream, by path: sample records of both sources, and the schema of the envelope."""
    payloads = sample_payloads()
    files: dict[str, Any] = {
        **{f"schemas/{name}": schema for name, schema in contract_events.files().items()},
        "streams/kinesis.json": kinesis_event(payloads),
        "streams/kafka.json": kafka_event(payloads),
    }
    return {name: json.dumps(content, indent=2, ensure_ascii=False) + "\n" for name, content in files.items()}


def main() -> int:
    with mock_aws():
        files = sample_files()
    for name, content in files.items():
        file = EVENTS / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    import tests.conftest  # noqa: F401 - an environment without real credentials

    sys.exit(main())
