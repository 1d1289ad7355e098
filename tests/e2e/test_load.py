"""`make load` in short on the deployed local stack, what its models count, and that it stays on this machine."""

import threading
import time
from xml.etree import ElementTree as ET

import httpx
import pytest

from infrastructure.local.stack import RunningStack
from tests.proof.load.charts import closed_chart, open_chart
from tests.proof.load.models import MOST_UNDER_WAY, Run, closed, open_model
from tests.proof.load.requests import Crowd, User
from tests.proof.stacks import NotThisMachine, check_loopback

NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_both_models_are_answered_by_the_stack(local_stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    crowd = Crowd.of(local_stack, 2)
    for run in (closed(crowd, 2, 2.0), open_model(crowd, 4.0, 2.0)):
        assert run.answered > 0
        assert run.errors == 0
        assert 0 < run.percentile(50) <= run.percentile(95) <= run.percentile(99)


class Scripted(Crowd):
    """Answers with these statuses in turn, 0 for none, each `seconds` after the first request at the earliest."""

    def __init__(self, statuses: list[int], seconds: float = 0.0) -> None:
        super().__init__("http://127.0.0.1:9", [User({}, "")])
        self._statuses, self._seconds, self._began = statuses, seconds, time.monotonic()
        self._one_at_a_time, self._http = threading.Lock(), httpx.Client()
        self.asked = 0

    def client(self) -> httpx.Client:
        return self._http

    def ask(self, http: httpx.Client, user: User | None = None) -> httpx.Response:  # noqa: ARG002 - as a crowd's
        with self._one_at_a_time:
            self._began = self._began if self.asked else time.monotonic()
            status = self._statuses[self.asked % len(self._statuses)]
            self.asked += 1
        time.sleep(max(0.001, self._began + self._seconds - time.monotonic()))
        if not status:
            raise httpx.ConnectError("nobody answers")
        return httpx.Response(status)


def test_what_is_refused_or_not_answered_is_an_error_and_no_latency() -> None:
    statuses = [429, 500, 0, 200]
    crowd = Scripted(statuses)
    run = closed(crowd, 1, 0.5)
    well = [statuses[number % 4] == 200 for number in range(crowd.asked)]
    assert (run.answered, run.errors) == (sum(well), len(well) - sum(well))
    assert run.errors >= 3


def test_what_arrives_while_too_much_waits_is_shed_and_counted() -> None:
    crowd = Scripted([200], 2.0)
    run = open_model(crowd, 1000.0, 0.4)
    assert crowd.asked == run.answered == MOST_UNDER_WAY
    assert run.shed > MOST_UNDER_WAY


def test_as_many_arrive_as_were_offered() -> None:
    crowd = Scripted([200])
    run = open_model(crowd, 50.0, 4.0)
    assert run.answered + run.shed == pytest.approx(200, rel=0.25)


def test_a_latency_of_the_open_model_begins_when_the_request_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes while the model itself is late has waited for it."""
    waits = iter([time.sleep])
    monkeypatch.setattr(time, "sleep", lambda seconds: next(waits, lambda _: None)(seconds + 0.3))
    run = open_model(Unhurried(), 100.0, 0.2)
    assert max(run.latencies) >= 100


class Unhurried(Crowd):
    """Answers at once."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", [User({}, "")])

    def ask(self, http: httpx.Client, user: User | None = None) -> httpx.Response:  # noqa: ARG002 - as a crowd's
        return httpx.Response(200)


def test_percentiles_are_of_those_that_were_answered() -> None:
    run = Run(1, 2)
    for milliseconds in range(101):
        run.note(milliseconds, failed=False)
    run.note(9_000, failed=True)
    assert [run.percentile(share) for share in (50, 95, 99)] == [50, 95, 99]
    assert (run.answered, run.errors, run.a_second) == (101, 1, 50.5)


def test_the_pictures_show_each_run_on_one_scale() -> None:
    runs = [Run(1, 10, [10.0, 20.0, 30.0]), Run(8, 10, [100.0, 200.0, 3000.0])]
    for picture in (closed_chart(runs), open_chart(runs)):
        root = ET.fromstring(picture)  # noqa: S314 - our own picture
        lines = root.findall(f"{NAMESPACE}polyline")
        heights = [[float(point.split(",")[1]) for point in line.attrib["points"].split()] for line in lines]
        assert [len(each) for each in heights] == [2, 2, 2]
        assert all(first > second for first, second in heights), "the second run is slower"
        assert heights[0][1] > heights[2][1], "p99 is above p50"
        marks = [each.text for each in root.findall(f"{NAMESPACE}text") if each.attrib["text-anchor"] == "end"]
        assert marks == ["1", "10", "100", "1000", "10000"]


def test_load_goes_to_this_machine_alone() -> None:
    for elsewhere in ("https://chat.example.com", "http://10.0.0.1:4566", "http://127.0.0.1.example.com"):
        with pytest.raises(NotThisMachine):
            check_loopback(elsewhere)
        with pytest.raises(NotThisMachine):
            Crowd(elsewhere, [])
    check_loopback("http://127.0.0.1:4566", "ws://localhost:4566/v1")
