"""The transport against botocore's client, call by call: the same requests, answers and errors, from one server."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, SSLError
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st
from moto.core import set_initial_no_auth_action_count

from parley import invocation, pools
from parley.tables import answers, credentials, dynamodb, sdk, transport
from parley.tables.keys import Key
from tests.support.aws.ministack import environment
from tests.support.dynamodb.dynamodb_server import (
    Fault,
    Server,
    alter,
    certificate,
    cut,
    drop,
    dynamodb_server,
    garble,
    hang_up,
    in_chunks,
    refuse,
    say,
    stall,
)

OWN = credentials.Frozen("testing", "testing")
TABLE = "chat"
THROTTLED = "ProvisionedThroughputExceededException"


@pytest.fixture
def server(tables: None) -> Iterator[Server]:
    with dynamodb_server() as running, environment(AWS_ENDPOINT_URL_DYNAMODB=running.address):
        yield running


@pytest.fixture
def lean(server: Server) -> transport.Client:
    return transport.Client("us-east-1", lambda: OWN)


@pytest.fixture
def full(server: Server) -> Any:
    config = Config(retries={"mode": "standard", "total_max_attempts": 3})
    return Session().create_client("dynamodb", "us-east-1", config=config)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "WAIT_SECONDS", 0.001)


def item(pk: str, sk: str = "1", **more: Any) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}, **more}


ABSENT = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
EVERYTHING: dict[str, Any] = {
    "s": {"S": 'naïve 👍🏽 \u2028 "quoted" \\ \u202e'},
    "n": {"N": "-12345678901234567890.0000000001"},
    "b": {"B": bytes(range(256))},
    "bs": {"BS": [b"\x00", b"B"]},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2.5"]},
    "t": {"BOOL": True},
    "z": {"NULL": True},
    "l": {"L": [{"S": '"B"'}, {"M": {"B": {"S": "B"}, "BS": {"L": []}}}]},
    "m": {"M": {"B": {"B": b"\xff"}, "empty": {"M": {}}}},
}
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("put_item", {"TableName": TABLE, "Item": item("a", **EVERYTHING)}),
    ("put_item", {"TableName": TABLE, "Item": item("a", "2", n={"N": "7"}), **ABSENT}),
    ("get_item", {"TableName": TABLE, "Key": item("a"), "ConsistentRead": True}),
    ("get_item", {"TableName": TABLE, "Key": item("nothing")}),
    (
        "update_item",
        {
            "TableName": TABLE,
            "Key": item("a", "2"),
            "UpdateExpression": "SET n = n + :one ADD m :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
            "ReturnValues": "ALL_NEW",
        },
    ),
    ("put_item", {"TableName": TABLE, "Item": item("a", "2"), **ABSENT}),
    (
        "query",
        {
            "TableName": TABLE,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": "a"}},
            "Limit": 1,
        },
    ),
    (
        "query",
        {
            "TableName": TABLE,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": {":pk": {"S": "none"}, ":prefix": {"S": "x"}},
        },
    ),
    ("batch_get_item", {"RequestItems": {TABLE: {"Keys": [item("a"), item("a", "2"), item("b")]}}}),
    ("batch_write_item", {"RequestItems": {TABLE: [{"PutRequest": {"Item": item("b")}}]}}),
    (
        "transact_write_items",
        {
            "TransactItems": [{"Put": {"TableName": TABLE, "Item": item("c"), **ABSENT}}],
            "ClientRequestToken": "00000000-0000-0000-0000-000000000001",
        },
    ),
    (
        "transact_write_items",
        {
            "TransactItems": [
                {"Delete": {"TableName": TABLE, "Key": item("b")}},
                {"Put": {"TableName": TABLE, "Item": item("a", "2"), **ABSENT}},
            ],
            "ClientRequestToken": "00000000-0000-0000-0000-000000000002",
        },
    ),
    ("delete_item", {"TableName": TABLE, "Key": item("a", "2"), "ReturnValues": "ALL_OLD"}),
    ("delete_item", {"TableName": TABLE, "Key": item("a", "2"), "ReturnValues": "ALL_OLD"}),
    (
        "delete_item",
        {"TableName": TABLE, "Key": item("a", "9"), "ConditionExpression": "attribute_exists(pk)"},
    ),
    ("get_item", {"TableName": "no-such-table", "Key": item("a")}),
    ("get_item", {"TableName": TABLE, "Key": {"pk": {"S": "a"}}}),
    ("update_item", {"TableName": TABLE, "Key": item("a"), "UpdateExpression": "SET SET"}),
    ("scan", {"TableName": "control", "Segment": 0, "TotalSegments": 1, "Limit": 1}),
]


def outcome(client: Any, method: str, parameters: dict[str, Any]) -> Any:
    """What a caller sees: the answer, or the class and the content of the error."""
    try:
        answer = getattr(client, method)(**parameters)
    except ClientError as error:
        told: dict[str, Any] = {name: value for name, value in error.response.items() if name.lower() != "message"}
        about = told.pop("ResponseMetadata")
        return ClientError, error.operation_name, told, about["HTTPStatusCode"], about["RetryAttempts"], str(error)
    except BotoCoreError as error:
        return type(error), str(error)
    about = answer.pop("ResponseMetadata")
    return answer, about["HTTPStatusCode"], about["RetryAttempts"]


def canonical(script: Server) -> list[tuple[str, str, Any]]:
    """The requests as far as they say something: operation, form and body."""
    taken, script.requests = script.requests, []
    return [(each.headers["x-amz-target"], each.headers["content-type"], json.loads(each.body)) for each in taken]


def test_every_operation_and_refusal_is_the_same_on_both(server: Server, lean: transport.Client, full: Any) -> None:
    def run(client: Any) -> tuple[list[Any], list[Any]]:
        seen = [outcome(client, *call) for call in CALLS]
        for name in ("a", "b", "c"):
            for sort in ("1", "2"):
                full.delete_item(TableName=TABLE, Key=item(name, sort))
        return seen, canonical(server)[: len(CALLS)]

    (ours, we_asked), (theirs, they_asked) = run(lean), run(full)
    for call, mine, other in zip(CALLS, ours, theirs, strict=True):
        assert mine == other, call
    assert we_asked == they_asked
    assert sum(each[0] is ClientError for each in ours) == 6


def test_a_transaction_has_a_token_of_its_own_that_its_repetitions_share(
    server: Server, lean: transport.Client
) -> None:
    server.faults.extend([refuse(500, "InternalServerError"), None])
    for _ in range(2):
        lean.transact_write_items(TransactItems=[{"Put": {"TableName": TABLE, "Item": item("t")}}])
    tokens = [body["ClientRequestToken"] for _, _, body in canonical(server)]
    assert tokens[0] == tokens[1] != tokens[2]


_throttled: Any = ThrottledRetryableChecker
_passing: Any = TransientRetryableChecker
_BUSY: list[tuple[str, list[Fault | None]]] = [
    (f"busy: {code}", [refuse(400, code)])
    for code in sorted({*_throttled._THROTTLED_ERROR_CODES, *_passing._TRANSIENT_ERROR_CODES})
]
FAULTS: list[tuple[str, list[Fault | None]]] = [
    ("throttled once", [refuse(400, THROTTLED)]),
    ("throttled to the end", [refuse(400, THROTTLED)] * 3),
    ("failed once", [refuse(500, "InternalServerError")]),
    ("failed to the end", [refuse(500, "InternalServerError")] * 3),
    ("a proxy's page", [say(503, b"<html>busy</html>")] * 3),
    ("no body", [say(502, b"")] * 3),
    ("refused", [refuse(400, "AccessDeniedException", "not authorized")]),
    ("dropped once", [drop]),
    ("dropped to the end", [drop] * 3),
    ("lost bytes once", [garble]),
    ("half an answer once", [cut]),
    ("half an answer to the end", [cut] * 3),
    ("closed after the answer", [hang_up]),
    ("an answer in chunks", [in_chunks]),
    ("sent elsewhere", [say(307, b"", location="http://127.0.0.1:9/")]),
    ("no such thing", [say(404, b"nothing here")]),
    ("too large", [say(413, b"")]),
    ("internal error as a 400", [refuse(400, "InternalServerError")]),
    ("credentials that ended", [refuse(400, "ExpiredTokenException", "expired")]),
    ("credentials of nobody", [refuse(400, "UnrecognizedClientException", "unknown")]),
    *_BUSY,
    ("validation", [refuse(400, "ValidationException", "wrong")]),
    ("a transaction in the way", [refuse(400, "TransactionConflictException")]),
]


@pytest.mark.parametrize(("name", "faults"), FAULTS)
def test_a_fault_is_told_as_botocore_tells_it(
    name: str, faults: list[Fault | None], server: Server, lean: transport.Client, full: Any
) -> None:
    call = ("get_item", {"TableName": TABLE, "Key": item("nothing")})
    seen = []
    for client in (lean, full):
        server.faults.extend(faults)
        with patch.object(time, "sleep"):
            seen.append(outcome(client, *call))
        server.faults.clear()
    assert seen[0] == seen[1], name


def test_an_answer_whose_checksum_is_another_is_asked_for_again(
    server: Server, lean: transport.Client, full: Any
) -> None:
    call = ("get_item", {"TableName": TABLE, "Key": item("nothing")})
    told = []
    with patch.object(time, "sleep"):
        for client in (lean, full):
            server.faults.append(alter)
            told.append((outcome(client, *call), len(server.requests)))
            server.requests.clear()
        assert told[0] == told[1]
        assert told[0][1] == 2
        server.faults.extend([alter] * 3)
        kind, _ = outcome(lean, *call)
    assert issubclass(kind, BotoCoreError), "none of them is believed"


def test_a_server_that_is_not_there_or_does_not_answer(
    server: Server, lean: transport.Client, full: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    monkeypatch.setattr(transport, "READ_TIMEOUT_SECONDS", 0.2)
    server.faults.extend([stall(released)] * 3)
    kind, _ = outcome(lean, "get_item", {"TableName": TABLE, "Key": item("x")})
    released.set()
    assert kind.__name__ == "ReadTimeoutError"
    with environment(AWS_ENDPOINT_URL_DYNAMODB="http://127.0.0.1:9"):
        absent = transport.Client("us-east-1", lambda: OWN)
        kind, _ = outcome(absent, "get_item", {"TableName": TABLE, "Key": item("x")})
    assert kind.__name__ == "EndpointConnectionError"
    assert dynamodb.is_transient(kind(endpoint_url="x"))


def test_a_connection_is_kept_and_one_that_died_is_replaced_without_an_error(
    server: Server, lean: transport.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get() -> None:
        lean.get_item(TableName=TABLE, Key=item("x"))

    for _ in range(3):
        get()
    assert server.connections == 1
    server.faults.append(drop)
    get()
    assert (server.connections, len(server.requests)) == (2, 5)
    asleep = time.time() + transport.IDLE_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: asleep)
    get()
    assert (server.connections, len(server.requests)) == (3, 6)


def test_of_threads_that_wake_at_once_one_opens_the_new_pool(
    server: Server, lean: transport.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lean.get_item(TableName=TABLE, Key=item("x"))
    opened: list[str] = []
    open_pool = transport.open_pool

    def counted(address: str) -> pools.Pool:
        opened.append(address)
        time.sleep(0.05)
        return open_pool(address)

    monkeypatch.setattr(transport, "open_pool", counted)
    asleep = time.time() + transport.IDLE_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: asleep)
    together = threading.Barrier(6)

    def get() -> None:
        together.wait()
        lean.get_item(TableName=TABLE, Key=item("x"))

    threads = [threading.Thread(target=get) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 1
    assert len(server.requests) == 7, "none was tried twice"


def test_many_threads_share_the_pool(server: Server, lean: transport.Client) -> None:
    lean.put_item(TableName=TABLE, Item=item("shared", n={"N": "0"}))
    add = {
        "TableName": TABLE,
        "Key": item("shared"),
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    threads = [threading.Thread(target=lambda: [lean.update_item(**add) for _ in range(10)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.requests) == 81
    assert server.connections <= transport.MOST_CONNECTIONS
    lean.delete_item(TableName=TABLE, Key=item("shared"))


def test_it_tries_again_only_while_the_invocation_lasts(server: Server, lean: transport.Client) -> None:
    class Context:
        left = 10_000

        def get_remaining_time_in_millis(self) -> int:
            return self.left

    context = Context()
    for left, tries in ((10_000, 3), (100, 1)):
        context.left = left
        server.faults.extend([refuse(400, THROTTLED)] * 3)
        with invocation.under_way(context), pytest.raises(ClientError):
            lean.get_item(TableName=TABLE, Key=item("x"))
        server.faults.clear()
        assert len(canonical(server)) == tries


def test_a_wrong_clock_is_corrected_once(server: Server, lean: transport.Client) -> None:
    skewed = refuse(400, "InvalidSignatureException", "Signature expired", Date="Wed, 01 Jan 2031 00:00:00 GMT")
    server.faults.extend([skewed, None, None])
    for _ in range(2):
        lean.get_item(TableName=TABLE, Key=item("x"))
    assert [each.headers["x-amz-date"][:4] for each in server.requests][1:] == ["2031", "2031"]
    server.faults.append(refuse(400, "InvalidSignatureException", "wrong", Date="Wed, 01 Jan 2031 00:00:00 GMT"))
    with pytest.raises(ClientError, match="InvalidSignature"):
        lean.get_item(TableName=TABLE, Key=item("x"))
    assert len(server.requests) == 4


def test_a_server_that_verifies_signatures_takes_ours_and_refuses_a_forged_one(server: Server) -> None:
    iam: Any = boto3.client("iam")
    iam.create_user(UserName="signer")
    iam.put_user_policy(
        UserName="signer",
        PolicyName="all",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}
        ),
    )
    made = iam.create_access_key(UserName="signer")["AccessKey"]
    right = credentials.Frozen(made["AccessKeyId"], made["SecretAccessKey"])
    wrong = credentials.Frozen(made["AccessKeyId"], "guessed")

    @set_initial_no_auth_action_count(0)
    def get(own: credentials.Frozen) -> Any:
        client = transport.Client("us-east-1", lambda: own)
        return outcome(client, "put_item", {"TableName": TABLE, "Item": item("signed", text={"S": "ünïcode"})})

    assert get(right)[1:] == (200, 0)
    refused = get(wrong)
    assert refused[0] is ClientError
    assert "SignatureDoesNotMatch" in refused[2]["Error"]["Message"]


def test_a_session_of_temporary_credentials_sends_its_token(server: Server) -> None:
    own = credentials.Frozen("ASIA", "secret", "the-token")
    transport.Client("us-east-1", lambda: own).get_item(TableName=TABLE, Key=item("x"))
    (request,) = server.requests
    assert request.headers["x-amz-security-token"] == "the-token"
    assert "x-amz-security-token" in request.headers["authorization"]


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.binary(max_size=8) | st.text(max_size=8), max_size=4))
def test_binary_values_and_texts_are_told_apart(given_values: dict[str, Any]) -> None:
    typed = {name: {"B" if isinstance(value, bytes) else "S": value} for name, value in given_values.items()}
    wire = json.dumps({"Item": {"m": {"M": typed}}}, default=answers.binary).encode()
    assert answers.read(wire) == {"Item": {"m": {"M": typed}}}


def test_the_environment_chooses_the_client(server: Server) -> None:
    assert isinstance(dynamodb.client(), transport.Client)
    for name, value in (("PARLEY_DYNAMODB_CLIENT", "boto3"), ("AWS_USE_FIPS_ENDPOINT", "true")):
        with environment(**{name: value}):
            assert dynamodb.client() is sdk.client()
            assert dynamodb.get(TABLE, Key("x", "y")) is None
    assert server.requests[-1].headers["user-agent"].startswith("Boto")


def test_a_connection_that_the_server_closed_between_requests_costs_no_try(
    server: Server, lean: transport.Client
) -> None:
    server.faults.append(hang_up)
    for _ in range(2):
        lean.get_item(TableName=TABLE, Key=item("x"))
        time.sleep(0.05)
    assert (server.connections, len(server.requests)) == (2, 2)


def test_a_page_instead_of_an_answer_is_a_failure_that_passes(server: Server, lean: transport.Client) -> None:
    server.faults.extend([say(200, b"<html>log in</html>")] * 3)
    kind, _ = outcome(lean, "get_item", {"TableName": TABLE, "Key": item("x")})
    assert (kind, len(server.requests)) == (ConnectionClosedError, 3)
    assert lean.get_item(TableName=TABLE, Key=item("nothing"))["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("code", ["ExpiredTokenException", "UnrecognizedClientException"])
def test_credentials_that_the_service_calls_ended_are_asked_for_anew_once(server: Server, code: str) -> None:
    class Source:
        number = 0
        wanted = 1

        def __call__(self) -> credentials.Frozen:
            self.number = self.wanted
            return credentials.Frozen(f"ASIA{self.number}", "secret", "token")

        def forget(self) -> None:
            self.wanted += 1

    client = transport.Client("us-east-1", Source())
    server.faults.append(refuse(400, code))
    client.get_item(TableName=TABLE, Key=item("x"))
    assert ["ASIA1" in server.requests[0].headers["authorization"], len(server.requests)] == [True, 2]
    assert "ASIA2" in server.requests[1].headers["authorization"]
    server.faults.extend([refuse(400, code)] * 2)
    with pytest.raises(ClientError, match=code):
        client.get_item(TableName=TABLE, Key=item("x"))
    assert len(server.requests) == 4


def test_only_a_certificate_that_is_trusted_is_talked_to(tmp_path: Path) -> None:
    authority, context = certificate(tmp_path)
    with dynamodb_server(context) as secure:
        client = ("get_item", {"TableName": "no-such-table", "Key": item("x")})
        with environment(AWS_ENDPOINT_URL_DYNAMODB=secure.address):
            kind, _ = outcome(transport.Client("us-east-1", lambda: OWN), *client)
            assert (kind, secure.requests) == (SSLError, [])
            with environment(AWS_CA_BUNDLE=str(authority)):
                trusted = transport.Client("us-east-1", lambda: OWN)
                for _ in range(2):
                    assert "ResourceNotFoundException" in outcome(trusted, *client)[-1]
        assert len({each.connection for each in secure.requests}) == 1
        elsewhere = secure.address.replace("localhost", "127.0.0.1")
        with environment(AWS_ENDPOINT_URL_DYNAMODB=elsewhere, AWS_CA_BUNDLE=str(authority)):
            kind, _ = outcome(transport.Client("us-east-1", lambda: OWN), *client)
            assert kind is SSLError, "a certificate is for its host"
