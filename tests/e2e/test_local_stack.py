"""What `make up` promises: the deployed product answers, and what the emulator's CloudFormation leaves out is there."""

import time
from typing import Any

from infrastructure.local import aws, servers
from infrastructure.local.stack import RunningStack
from infrastructure.names import change_stream_name
from tests.support.aws.local_stack import client


def test_the_health_route_answers_without_a_token(local_stack: RunningStack) -> None:
    with client(local_stack) as anyone:
        assert anyone.get("/v1/health").status_code == 200


def test_alice_sends_and_bob_reads(local_stack: RunningStack) -> None:
    with client(local_stack, local_stack.credentials.alice) as alice:
        opened = alice.post("/v1/conversations", json={"type": "direct", "members": ["bob"]})
        assert opened.status_code in {200, 201}, opened.text
        conversation = opened.json()["id"]
        sent = alice.post("/v1/messages", json={"conversation_id": conversation, "text": "Hello, Bob!"})
        assert sent.status_code == 201, sent.text
    with client(local_stack, local_stack.credentials.bob) as bob:
        page = bob.get(f"/v1/conversations/{conversation}/messages").json()
    assert page["data"][0] == sent.json()


def test_a_caller_without_a_token_is_refused_by_the_gateway(local_stack: RunningStack) -> None:
    with client(local_stack) as anyone:
        assert anyone.post("/v1/messages", json={}).status_code == 401


def test_a_browser_may_ask_from_any_origin(local_stack: RunningStack) -> None:
    headers = {"Origin": "http://app.test", "Access-Control-Request-Method": "POST"}
    with client(local_stack) as browser:
        answer = browser.options("/v1/messages", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Idempotency-Key" in answer.headers["access-control-allow-headers"]


def test_a_change_of_the_chat_table_reaches_the_stream(local_stack: RunningStack) -> None:
    dynamodb = aws.client("dynamodb", local_stack.state.endpoint)
    item = {"pk": {"S": "T#stream-test"}, "sk": {"S": "TENANT"}}
    dynamodb.put_item(TableName=local_stack.state.tables["chat"], Item=item)
    deadline = time.monotonic() + 10
    while not any(b"T#stream-test" in data for data in stream_records(local_stack.state.endpoint)):
        assert time.monotonic() < deadline, "no change record"
        time.sleep(0.1)


def test_the_servers_listen_on_the_loopback_address_alone(local_stack: RunningStack) -> None:
    assert local_stack.state.endpoint.startswith("http://127.0.0.1:")
    assert local_stack.state.search_endpoint.startswith("http://127.0.0.1:")
    assert servers.are_alive(local_stack.state)


def stream_records(endpoint: str) -> list[bytes]:
    kinesis: Any = aws.client("kinesis", endpoint)
    name, found = change_stream_name("local"), []
    for shard in kinesis.list_shards(StreamName=name)["Shards"]:
        position = kinesis.get_shard_iterator(
            StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        records = kinesis.get_records(ShardIterator=position["ShardIterator"])["Records"]
        found += [record["Data"] for record in records]
    return found
