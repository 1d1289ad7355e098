"""`make smoke` on the deployed local stack: it passes, it says what it cannot tell, and it sees what is broken."""

from pathlib import Path

import httpx
import pytest

from infrastructure.local import aws
from infrastructure.local.stack import RunningStack
from infrastructure.smoke import stage, story
from infrastructure.smoke.checks import CHECKS, check
from infrastructure.smoke.report import Check, Outcome, Result, run, table
from infrastructure.smoke.tenant import Scene
from parley_client import Client

ONLY_AWS = {each.name for each in CHECKS if each.name.startswith("AWS: ")} | {"erasures end"}


def of(running: RunningStack) -> stage.Stage:
    return stage.of_local(running.state.api_url, running.state.socket_url, running.credentials.operator_key)


def test_the_whole_story_passes_but_for_what_only_aws_can_tell(
    local_stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    results = list(check(of(local_stack), is_patient=False))
    assert [each.name for each in results] == [each.name for each in CHECKS]
    assert [each for each in results if each.outcome is Outcome.FAILED] == [], table(results)
    assert {each.name for each in results if each.outcome is Outcome.NOT_HERE} == ONLY_AWS


def test_a_stage_is_found_by_the_outputs_of_its_stacks(local_stack: RunningStack) -> None:
    state = local_stack.state
    found = stage.look_up("local", "op_key", aws.client("cloudformation", state.endpoint))
    assert state.api_id in found.api_url
    assert found.socket_url.startswith("wss://")
    assert state.socket_api_id in found.socket_url
    assert (found.is_aws, found.uses_kafka) == (True, False)


def test_a_stage_without_its_operators_key_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(stage.OPERATOR_KEY_VARIABLE, raising=False)
    with pytest.raises(stage.NoStage, match="PARLEY_OPERATOR_KEY"):
        stage.deployed("dev")


class Lying(httpx.BaseTransport):
    """A stage of which every answer is this one."""

    def __init__(self, body: object) -> None:
        self._body = body

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=self._body, request=request)


def test_a_dependency_that_is_down_fails_its_check(tmp_path: Path) -> None:
    body = {"status": "degraded", "dependencies": [{"name": "search", "status": "down", "detail": "no answer"}]}
    somewhere = stage.of_local("http://127.0.0.1:9", "ws://127.0.0.1:9", "op_key")
    with Client(somewhere.api_url, "op_key", transport=Lying(body)) as operator:
        scene = Scene(somewhere, operator, tmp_path)
        (result,) = run([Check("answers", story.answers)], scene)
    assert (result.outcome, result.words) == (Outcome.FAILED, "Failed: search: no answer")


def test_after_an_essential_check_that_fails_the_rest_fails_unasked() -> None:
    asked: list[str] = []

    def fail(_: None) -> str:
        raise OSError("gone")

    def ask(_: None) -> str:
        asked.append("it")
        return "well"

    checks = [Check("first", ask), Check("second", fail, essential=True), Check("third", ask)]
    results: list[Result] = list(run(checks, None))
    assert [each.outcome for each in results] == [Outcome.PASSED, Outcome.FAILED, Outcome.FAILED]
    assert asked == ["it"]
    assert "1 passed, 2 FAILED" in table(results)
    assert "not tried: second failed" in table(results)
