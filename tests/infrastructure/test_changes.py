"""What becomes of a stage that is there when routes, consumers or settings change: no deploy stops half-way."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from infrastructure import application
from infrastructure.layers import ROOT
from infrastructure.routes import ROUTES, Route
from infrastructure.stacks import streams
from infrastructure.triggered.streams import CONSUMERS
from infrastructure.triggered.triggered import Changes, Triggered
from tests.infrastructure.conftest import Assembly
from tests.support.deploys import deploy, exports, imports, order_of, reads

KEPT = (
    "search/search_messages",
    "search/search_users",
    "messaging/send_message",
    "messaging/list_messages",
    "usage/get_usage",
)
"""Enough of the routes to have one beside the one that changes, and one that is the last of its service."""


@dataclass(frozen=True)
class Stage:
    templates: dict[str, dict[str, Any]]
    order: list[str]


Build = Callable[..., Stage]


def stage_of(folder: Path) -> Stage:
    order = order_of(folder)
    return Stage({name: json.loads((folder / f"{name}.template.json").read_text()) for name in order}, order)


def refusals(before: Stage, after: Stage) -> list[str]:
    return deploy(before.templates, after.templates, after.order)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    def made(
        routes: Sequence[Route] | None = None,
        consumers: Sequence[Triggered[Changes]] = CONSUMERS,
        *,
        references: str | None = None,
    ) -> Stage:
        folder = tmp_path_factory.mktemp("stage")
        given = json.loads((ROOT / "cdk.json").read_text())["context"] | {"aws:cdk:disable-asset-staging": True}
        given |= {"@aws-cdk/core:defaultCrossStackReferences": references} if references else {}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(application, "ROUTES", tuple(of(KEPT) if routes is None else routes))
            patch.setattr(application, "check_practices", lambda _: None)
            patch.setattr(streams, "CONSUMERS", tuple(consumers))
            app = App(outdir=str(folder), context=given)
            application.build(app)
            app.synth()
        return stage_of(folder)

    return made


def of(names: Sequence[str]) -> list[Route]:
    found = [route for route in ROUTES if route.function in names]
    assert len(found) == len(names)
    return found


@pytest.fixture(scope="module")
def before(build: Build) -> Stage:
    return build()


@pytest.mark.parametrize("name", ["dev", "prod", "msk", "private_search", "tenant_bound"])
def test_no_stack_holds_another_back(name: str, request: pytest.FixtureRequest) -> None:
    stage = stage_of(request.getfixturevalue(name).folder)
    assert not [each for template in stage.templates.values() for each in (*exports(template), *imports(template))]
    assert sum(len(reads(template)) for template in stage.templates.values()) > 50
    assert refusals(Stage({}, []), stage) == []


@pytest.mark.parametrize(
    ("old", "new"), [("dev", "msk"), ("msk", "dev"), ("dev", "enhanced"), ("enhanced", "dev"), ("dev", "rotated")]
)
def test_a_stage_that_is_there_can_be_given_other_settings(old: str, new: str, request: pytest.FixtureRequest) -> None:
    assemblies: list[Assembly] = [request.getfixturevalue(each) for each in (old, new)]
    was, becomes = (stage_of(each.folder) for each in assemblies)
    assert was.templates != becomes.templates
    assert refusals(was, becomes) == []


def test_routes_and_a_consumer_can_go_and_come_back(before: Stage, build: Build) -> None:
    gone = ("search/search_users", "messaging/send_message")
    (consumer,) = [each for each in CONSUMERS if each.endpoint == "roll_up_usage"]
    after = build(of([name for name in KEPT if name not in gone]), [each for each in CONSUMERS if each is not consumer])
    for name in (*gone, consumer.function):
        service, _, endpoint = name.partition("/")
        assert endpoint in json.dumps(before.templates[f"parley-dev-{service}"])
        assert endpoint not in json.dumps(after.templates[f"parley-dev-{service}"])
    assert refusals(before, after) == []
    assert refusals(after, before) == []


def test_a_function_can_have_another_name(before: Stage, build: Build) -> None:
    """Its route stays, and is pointed at the new one."""
    renamed = [
        replace(route, function="search/search_conversations") if route.function == "search/search_users" else route
        for route in of(KEPT)
    ]
    after = build(renamed)
    names = {
        each["Properties"]["FunctionName"]
        for each in after.templates["parley-dev-search"]["Resources"].values()
        if each["Type"] == "AWS::Lambda::Function"
    }
    assert names == {"parley-dev-search-search_messages", "parley-dev-search-search_conversations"}
    assert refusals(before, after) == []


def test_a_stage_whose_stacks_imported_is_loosened_in_two_steps(before: Stage, build: Build) -> None:
    """What is deployed with strong references takes `both` first; at once, the exports would be in use."""
    strong, both = build(references="strong"), build(references="both")
    assert any("is imported" in each for each in refusals(strong, before))
    assert refusals(strong, both) == []
    assert refusals(both, before) == []


# The judge itself


ROUTE = {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"ApiId": {"Ref": "Api"}, "RouteKey": "GET /v1/a"}}
EXPORT = {"Value": "x", "Export": {"Name": "a:X"}}
CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (
        "an export that is still imported goes",
        {"a": {"Outputs": {"X": EXPORT}}, "b": {"Metadata": {"Fn::ImportValue": "a:X"}}},
        {"a": {}, "b": {}},
        "a: a:X is imported",
    ),
    (
        "a route is made anew under another logical id",
        {"a": {"Resources": {"Old": ROUTE}}},
        {"a": {"Resources": {"New": ROUTE}}},
        "a: AWS::ApiGatewayV2::Route a.Api GET /v1/a exists",
    ),
    (
        "a route moves to a stack that is deployed earlier",
        {
            "b": {"Resources": {"Old": ROUTE | {"Properties": {"ApiId": "1", "RouteKey": "GET /v1/a"}}}},
        },
        {"a": {"Resources": {"New": ROUTE | {"Properties": {"ApiId": "1", "RouteKey": "GET /v1/a"}}}}, "b": {}},
        "a: AWS::ApiGatewayV2::Route 1 GET /v1/a exists",
    ),
    (
        "an output is read that nobody has",
        {"a": {"Outputs": {"X": {"Value": "x"}}}},
        {"a": {}, "b": {"Metadata": {"Fn::GetStackOutput": {"StackName": "a", "OutputName": "X"}}}},
        "b: ('a', 'X') is not there",
    ),
]


@pytest.mark.parametrize(("case", "old", "new", "expected"), CASES, ids=[case[0] for case in CASES])
def test_what_cloudformation_refuses_is_seen(case: str, old: Any, new: Any, expected: str) -> None:
    assert deploy(old, new, sorted(new)) == [expected], case
