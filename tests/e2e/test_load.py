"""`make load` in short on the deployed local stack, what its models count, and that it stays on this machine."""

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
    """Answers with these statuses in turn, each after some seconds."""

    def __init__(self, statuses: list[int], seconds: float = 0.0) -> None:
        super().__init__("http://127.0.0.1:9", [User({}, "")])
        self._statuses, self._seconds = statuses, seconds
        self.asked = 0

    def ask(self, http: httpx.Client, user: User | None = None) -> httpx.Response:  # noqa: ARG002 - as a crowd's
        status = self._statuses[self.asked % len(self._statuses)]
        self.asked += 1
        time.sleep(self._seconds)
        return httpx.Response(status)


def test_what_is_refused_is_an_error_and_no_latency() -> None:
    crowd = Scripted([200, 500, 429], 0.001)
    run = closed(crowd, 1, 0.1)
    assert run.answered + run.errors == crowd.asked
    assert run.errors == pytest.approx(crowd.asked * 2 / 3, abs=1)


def test_what_arrives_while_too_much_waits_is_shed_and_counted() -> None:
    crowd = Scripted([200], 0.5)
    run = open_model(crowd, 1000.0, 0.4)
    assert crowd.asked == run.answered == MOST_UNDER_WAY
    assert run.shed > 0


def test_a_latency_of_the_open_model_has_the_wait_in_it() -> None:
    run = Run(1, 1)
    run.note(5, failed=False)
    run.note(900, failed=True)
    assert (run.latencies, run.errors, run.percentile(99)) == ([5], 1, 5)


def test_the_pictures_show_each_run_on_one_scale() -> None:
    runs = [Run(1, 10, [10.0, 20.0, 30.0]), Run(8, 10, [100.0, 200.0, 3000.0])]
    for picture in (closed_chart(runs), open_chart(runs)):
        root = ET.fromstring(picture)  # noqa: S314 - our own picture
        lines = root.findall(f"{NAMESPACE}polyline")
        heights = [[float(point.split(",")[1]) for point in line.attrib["points"].split()] for line in lines]
        assert [len(each) for each in heights] == [2, 2, 2]
        assert all(first > second for first, second in heights), "the second run is slower"
        assert heights[0][1] > heights[2][1], "p99 is above p50"


def test_load_goes_to_this_machine_alone() -> None:
    for elsewhere in ("https://chat.example.com", "http://10.0.0.1:4566", "http://127.0.0.1.example.com"):
        with pytest.raises(NotThisMachine):
            check_loopback(elsewhere)
        with pytest.raises(NotThisMachine):
            Crowd(elsewhere, [])
    check_loopback("http://127.0.0.1:4566", "ws://localhost:4566/v1")
