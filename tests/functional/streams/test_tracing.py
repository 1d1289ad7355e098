"""Traces, where the stage has them: one send, followed from its request to each effect of its change."""

import io
import json
import logging
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from parley.observability import logger, tracer
from parley.tracing import MOST_FOLLOWED, Tracer
from tests.functional.streams.conftest import NOTHING_FAILED, Delivering
from tests.support.aws.ministack import environment
from tests.support.clients.modules import load
from tests.support.people.people import Person

ROOT, LAMBDAS = "1-6748a1b2-0123456789abcdef01234567", "53995c3f42cd8ad8"
SAMPLED, UNSAMPLED = (f"Root={ROOT};Parent={LAMBDAS};Sampled={each};Lineage=1:2:0" for each in (1, 0))
HEADER = {"format": "json", "version": 1}


class Daemon:
    """Takes datagrams as X-Ray's does."""

    def __init__(self, taking: socket.socket) -> None:
        self._taking = taking
        self.address = f"127.0.0.1:{taking.getsockname()[1]}"

    def parts(self) -> list[dict[str, Any]]:
        """What has come since the last time."""
        found: list[dict[str, Any]] = []
        while True:
            try:
                header, _, body = self._taking.recv(65_536).partition(b"\n")
            except BlockingIOError:
                return found
            assert json.loads(header) == HEADER
            found.append(json.loads(body))


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taking:
        taking.bind(("127.0.0.1", 0))
        taking.setblocking(False)
        yield Daemon(taking)


@pytest.fixture
def traced(daemon: Daemon) -> Iterator[Daemon]:
    """In a stage with traces, an invocation whose trace Lambda has begun and records."""
    with environment(TRACING="on", AWS_XRAY_DAEMON_ADDRESS=daemon.address, _X_AMZN_TRACE_ID=SAMPLED):
        yield daemon


def test_a_send_is_followed_to_each_effect_of_its_change(delivering: Delivering, traced: Daemon) -> None:
    records = delivering.write("hello")
    (sent,) = traced.parts()
    assert (sent["trace_id"], sent["parent_id"], sent["type"]) == (ROOT, LAMBDAS, "subsegment")
    assert sent["name"] == "parley"
    assert sent["annotations"]["route"] == "POST /v1/messages"
    assert sent["annotations"]["request_id"]
    assert sent["http"]["response"]["status"] == 201
    with environment(_X_AMZN_TRACE_ID=f"Root=1-6748a1b9-{'f' * 24};Parent={'e' * 16};Sampled=0"):
        assert delivering.hand_over(records) == NOTHING_FAILED
    followed = traced.parts()
    assert {each["name"] for each in followed} == {"deliver_realtime", "deliver_webhooks", "send_push"}
    for each in followed:
        assert (each["trace_id"], each["parent_id"]) == (ROOT, sent["id"]), "in the trace of the send, and not its own"
        assert "type" not in each
        assert each["start_time"] <= each["end_time"]
    assert len({each["id"] for each in (sent, *followed)}) == 4


def test_what_becomes_of_a_message_later_is_not_of_its_send(delivering: Delivering, traced: Daemon) -> None:
    message = delivering.alice.send(delivering.group, "hello")
    delivering.take()
    assert delivering.alice.put(f"/v1/messages/{message['id']}", {"text": "hello again"}).status == 200
    traced.parts()
    assert delivering.hand_over(delivering.take()) == NOTHING_FAILED
    assert traced.parts() == []


def test_a_trace_that_is_not_recorded_costs_a_message_nothing(delivering: Delivering, daemon: Daemon) -> None:
    with environment(TRACING="on", AWS_XRAY_DAEMON_ADDRESS=daemon.address, _X_AMZN_TRACE_ID=UNSAMPLED):
        records = delivering.write("hello")
        delivering.hand_over(records)
    assert daemon.parts() == []
    assert "trace" not in str(records)


def test_what_is_stored_of_a_trace_is_small(delivering: Delivering, traced: Daemon) -> None:
    (kept,) = {found for each in delivering.write("hello") for found in re.findall(rf"{ROOT};\w+", str(each))}
    assert len(f"trace{kept}") == 57


def test_without_lambda_a_request_begins_a_trace_of_its_own(alice: Person, daemon: Daemon) -> None:
    with environment(TRACING="on", AWS_XRAY_DAEMON_ADDRESS=daemon.address, _X_AMZN_TRACE_ID=""):
        alice.get("/v1/users/me")
        alice.get("/v1/users/me")
    first, second = daemon.parts()
    assert re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", first["trace_id"])
    assert first["trace_id"] != second["trace_id"]
    assert not {"type", "parent_id"} & first.keys()


@pytest.mark.parametrize(("path", "status", "is_told"), [("/v1/users/nobody", 404, "error")])
def test_a_refusal_names_its_trace_in_its_document_and_in_the_log(
    path: str, status: int, is_told: str, alice: Person, traced: Daemon
) -> None:
    log = io.StringIO()
    handlers = [each for each in logger().handlers if isinstance(each, logging.StreamHandler)]
    earlier = [each.setStream(log) for each in handlers]
    try:
        refused = alice.get(path)
    finally:
        for handler, stream in zip(handlers, earlier, strict=True):
            handler.setStream(stream)
    assert (refused.status, refused["trace_id"]) == (status, ROOT)
    (part,) = traced.parts()
    assert (part["http"]["response"]["status"], part[is_told], part["fault"]) == (status, True, False)
    (line,) = [each for each in map(json.loads, log.getvalue().splitlines()) if each["message"] == "request"]
    assert line["xray_trace_id"] == ROOT


def test_a_stage_without_traces_has_none_and_loads_nothing_for_them(alice: Person, daemon: Daemon) -> None:
    with environment(AWS_XRAY_DAEMON_ADDRESS=daemon.address, _X_AMZN_TRACE_ID=SAMPLED):
        assert tracer() is None
        assert "trace_id" not in alice.get("/v1/users/nobody").body
    assert daemon.parts() == []
    program = "import sys, functions.messaging.send_message, functions.streams.deliver_changes"
    told = load(f"{program}; sys.modules['loaded' if 'parley.tracing' in sys.modules else 'bare'] = sys").modules
    assert "bare" in told
    assert "loaded" not in told


def test_a_daemon_that_is_not_there_fails_no_request(alice: Person) -> None:
    for address in ("127.0.0.1:9", "tcp:127.0.0.1:9 udp:127.0.0.1:9"):
        with environment(TRACING="on", AWS_XRAY_DAEMON_ADDRESS=address, _X_AMZN_TRACE_ID=SAMPLED):
            assert alice.get("/v1/users/me").status == 200


def test_of_two_addresses_parts_go_to_that_of_datagrams(daemon: Daemon) -> None:
    Tracer(f"tcp:127.0.0.1:9 udp:{daemon.address}").follow("consumer", 0, [f"{ROOT};{'1' * 16}"])
    assert len(daemon.parts()) == 1


def test_a_part_that_cannot_be_sent_fails_nothing(traced: Daemon) -> None:
    tracer = Tracer(traced.address)
    tracer.begin()
    tracer.end("parley", status=200, told={"route": "x" * 100_000})  # more than a datagram takes
    assert traced.parts() == []


@pytest.mark.parametrize(
    ("status", "said"),
    [(200, set()), (304, set()), (404, {"error"}), (429, {"error", "throttle"}), (500, {"fault"}), (503, {"fault"})],
)
def test_what_kind_of_failure_a_request_was_is_told(status: int, said: set[str], traced: Daemon) -> None:
    tracer = Tracer(traced.address)
    tracer.begin()
    tracer.end("parley", status=status, told={})
    (part,) = traced.parts()
    assert {each for each in ("error", "fault", "throttle") if part[each]} == said


def test_a_consumers_part_begins_with_its_batch(daemon: Daemon) -> None:
    Tracer(daemon.address).follow("consumer", 1_500, [f"{ROOT};{'1' * 16}"])
    (part,) = daemon.parts()
    assert part["start_time"] == 1.5


def test_of_a_large_batch_some_are_followed(daemon: Daemon) -> None:
    Tracer(daemon.address).follow("consumer", 0, [f"{ROOT};{number:016x}" for number in range(100)])
    assert len(daemon.parts()) == MOST_FOLLOWED


@pytest.mark.parametrize("kept", [None, "", "x", f"{ROOT}", f"{ROOT};xyz", f"{ROOT};{'0' * 17}", 'a";{"b":1}'])
def test_what_is_no_trace_is_not_followed(kept: str | None, daemon: Daemon) -> None:
    Tracer(daemon.address).follow("consumer", 0, [kept])
    assert daemon.parts() == []
