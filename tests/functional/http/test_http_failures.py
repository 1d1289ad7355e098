"""When something fails: what a client is told, what is logged, and that a retry completes the work."""

import io
import json
import logging
import os
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest

from parley.messaging.messages import history
from parley.messaging.messages.sending import sending
from parley.observability import logger
from parley.tables import dynamodb
from tests.support.faults.dynamodb_faults import faulty, throttled, unreachable
from tests.support.people.people import Person

SECRETS = (
    "bob's birthday",
    "k-very-secret-key",
    "Bearer",
    "eyJ",
    "chat",
    "control",
    "T#",
    "Traceback",
    "boto",
    "site-packages",
)


class Log:
    """What functions have written: log lines and metrics, as CloudWatch would receive them."""

    def __init__(self, printed: pytest.CaptureFixture[str]) -> None:
        self.stream = io.StringIO()
        self._printed = printed

    @property
    def text(self) -> str:
        self.stream.write("".join(self._printed.readouterr()))
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def logged(alice: Person, general: str, capfd: pytest.CaptureFixture[str]) -> Iterator[Log]:
    """Everything written from here on, by the logger, whose stream is the one of its first use, and by `print`."""
    capfd.readouterr()
    log = Log(capfd)
    handlers = [handler for handler in logger().handlers if isinstance(handler, logging.StreamHandler)]
    assert handlers
    earlier = [handler.setStream(log.stream) for handler in handlers]
    yield log
    for handler, stream in zip(handlers, earlier, strict=True):
        handler.setStream(stream)


def history_of(who: Person, general: str) -> list[str]:
    return [message["text"] for message in who.get(f"/v1/conversations/{general}/messages")["data"]]


@pytest.mark.parametrize("failure", [throttled, unreachable], ids=["throttled", "unreachable"])
@pytest.mark.parametrize("number", range(1, 7))
def test_a_send_that_fails_at_any_call_is_completed_by_a_retry(
    alice: Person, bob: Person, general: str, number: int, failure: Callable[[str], Exception]
) -> None:
    body = {"conversation_id": general, "text": "once"}
    alice.send(general, "before")
    with faulty(lambda call, operation: failure(operation) if call == number else None):
        failed = alice.post("/v1/messages", body, key="k")
    assert (failed.status, failed.code, failed["retryable"]) == (503, "unavailable", True)
    assert int(failed.headers["Retry-After"]) >= 1
    retried = alice.post("/v1/messages", body, key="k")
    assert retried.status == 201, retried.text
    assert history_of(bob, general) == ["once", "before"]


@pytest.mark.parametrize("number", range(1, 5))
def test_opening_a_conversation_that_fails_at_any_call_is_completed_by_a_retry(
    alice: Person, bob: Person, number: int
) -> None:
    body = {"type": "group", "name": "launch", "members": ["bob"]}
    with faulty(lambda call, operation: throttled(operation) if call == number else None) as tried:
        failed = alice.post("/v1/conversations", body, key="k")
    assert len(tried) >= number
    assert failed.status == 503
    opened = alice.post("/v1/conversations", body, key="k")
    assert opened.status in (200, 201), opened.text
    assert alice.post("/v1/conversations", body, key="k")["id"] == opened["id"]


def test_an_outage_is_a_503_on_every_read(alice: Person, general: str) -> None:
    with faulty(lambda _, operation: unreachable(operation)):
        failed = alice.get(f"/v1/conversations/{general}/messages")
    assert (failed.status, failed.code) == (503, "unavailable")


def test_a_release_that_fails_does_not_hide_the_refusal(alice: Person) -> None:
    """The claim of a refused request lapses by itself when DynamoDB cannot take it back."""
    body = {"type": "group", "name": "x", "members": ["nobody-of-ours"]}
    with faulty(lambda _, operation: throttled(operation) if operation == "DeleteItem" else None):
        refused = alice.post("/v1/conversations", body, key="k")
    assert (refused.status, refused.code) == (422, "unknown_members")


def _bug(*_: object, **__: object) -> None:
    raise RuntimeError("bob's birthday is in table chat")


@pytest.mark.parametrize("chained", [False, True])
def test_a_bug_is_a_plain_500_and_its_message_is_not_logged(
    alice: Person,
    general: str,
    logged: Log,
    chained: bool,  # noqa: FBT001 - parametrized
) -> None:
    def wrapped(*_: object, **__: object) -> None:
        try:
            _bug()
        except RuntimeError as error:
            raise ValueError("bob's birthday again") from error

    with patch.object(sending, "do_send", wrapped if chained else _bug):
        failed = alice.post(
            "/v1/messages", {"conversation_id": general, "text": "bob's birthday"}, key="k-very-secret-key"
        )
    assert (failed.status, failed.code, failed["detail"]) == (500, "internal_error", "Internal error")
    for secret in SECRETS:
        assert secret not in failed.text
    for words in ("request failed", "_bug", "RuntimeError"):
        assert words in logged.text
    for secret in SECRETS[:4]:
        assert secret not in logged.text


def test_an_answer_that_breaks_the_contract_is_a_failure_of_ours(alice: Person, general: str) -> None:
    """It must not be told as a mistake in the request."""
    with patch.object(history, "do_list", lambda *_, **__: {"data": [{"text": 5}]}):
        failed = alice.get(f"/v1/conversations/{general}/messages")
    assert (failed.status, failed.code) == (500, "internal_error")
    assert "errors" not in failed.body


def test_a_bug_leaves_the_key_free_for_a_retry(alice: Person) -> None:
    body = {"type": "group", "name": "launch"}
    with patch.object(dynamodb, "transact", _bug):
        assert alice.post("/v1/conversations", body, key="k").status == 500
    assert alice.post("/v1/conversations", body, key="k").status == 201


def test_nothing_private_is_logged(alice: Person, general: str, logged: Log) -> None:
    token = "Bearer eyJhbGciOi.token"
    headers = {"Authorization": token}
    body = {"conversation_id": general, "text": "bob's birthday", "custom": {"note": "private-note"}}
    assert alice.post("/v1/messages", body, key="k-very-secret-key", headers=headers).status == 201
    assert alice.post("/v1/messages", body | {"text": 5}, key="k-very-secret-key", headers=headers).status == 422
    assert alice.post("/v1/messages", "{bob's birthday", headers=headers).status == 400
    with faulty(lambda call, operation: throttled(operation) if call == 5 else None):
        assert alice.post("/v1/messages", body, key="k-other-secret-key", headers=headers).status == 503
    assert logged.text.count('"message":"request"') == 4
    for private in ("bob's birthday", "private-note", "secret-key", "eyJ", "Bearer"):
        assert private not in logged.text


def test_every_request_is_one_line_with_its_route_and_numbers(alice: Person, general: str, logged: Log) -> None:
    sent = alice.send(general)
    lines = logged.lines
    (line,) = [line for line in lines if line.get("message") == "request"]
    assert (line["route"], line["status"]) == ("POST /v1/messages", 201)
    assert line["request_id"] == sent.headers["X-Request-Id"]
    assert (line["tenant_id"], line["user_id"]) == (alice.tenant_id, "alice")
    assert line["dynamodb_calls"] == len(sent.calls.calls)
    (metrics,) = [line for line in lines if "_aws" in line]
    assert (metrics["Errors"], metrics["route"]) == ([0.0], "POST /v1/messages")


def test_what_a_route_tells_is_a_metric_of_its_service_however_many_routes_there_are(
    alice: Person, general: str, logged: Log
) -> None:
    alice.send(general)
    alice.get(f"/v1/conversations/{general}/messages")
    told = [line for line in logged.lines if "_aws" in line]
    metrics = [metric for line in told for metric in line["_aws"]["CloudWatchMetrics"]]
    assert [sorted(*metric["Dimensions"]) for metric in metrics] == [["api", "service"]] * 2
    assert {line["api"] for line in told} == {os.environ["POWERTOOLS_SERVICE_NAME"]}
    assert [sorted(one["Name"] for one in metric["Metrics"]) for metric in metrics] == [["Errors", "Latency"]] * 2


def test_a_failure_counts_as_an_error(alice: Person, general: str, logged: Log) -> None:
    with faulty(lambda _, operation: throttled(operation)):
        alice.send(general)
    lines = logged.lines
    (metrics,) = [line for line in lines if "_aws" in line]
    assert metrics["Errors"] == [1.0]


def test_throttles_are_told_from_refusals_of_a_condition() -> None:
    assert dynamodb.is_transient(throttled("GetItem"))
    assert not dynamodb.is_transient(RuntimeError())
