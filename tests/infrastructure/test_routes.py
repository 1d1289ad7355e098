"""Every route has all its parts: module, event, function, log group, authorizer."""

from collections import Counter
from unittest.mock import MagicMock

import pytest

from infrastructure.access import chat, media_bucket
from infrastructure.layers import LOCKS, ROOT
from infrastructure.names import OPERATOR_KEY
from infrastructure.routes import ROUTES, Route
from infrastructure.triggered import TRIGGERED
from infrastructure.triggered.canary import CANARY
from infrastructure.triggered.triggered import TableStream, Trigger, Triggered
from infrastructure.uses.jobs import Exports, Jobs
from infrastructure.uses.media import CheckQueue, SignedDownloads, SignedUploads
from infrastructure.uses.push import Push
from infrastructure.uses.realtime import Sockets
from infrastructure.uses.search import Engine
from infrastructure.uses.secrets import Secret
from infrastructure.uses.use import Place, Use
from infrastructure.uses.webhooks import Webhooks
from tests.infrastructure.conftest import Assembly

FUNCTION_NAME_LIMIT = 64
EVERY_FUNCTION = {
    "PARLEY_STAGE",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "LOG_LEVEL",
    "PYDANTIC_DISABLE_PLUGINS",
}
"""The variables of every function."""
PLACE = Place(
    MagicMock(**{"sockets.environment.return_value": {"SOCKET_MANAGEMENT_URL": ""}}),
    MagicMock(clamd_address=None),
    "aws",
    "1",
)
"""A stage that has everything."""


def test_a_route_and_a_function_appear_once() -> None:
    assert [k for k, n in Counter((r.method, r.path) for r in ROUTES).items() if n > 1] == []
    assert [k for k, n in Counter(r.function for r in ROUTES).items() if n > 1] == []


def test_a_route_has_a_function_with_its_handler(route: Route) -> None:
    module = (ROOT / "functions" / f"{route.function}.py").read_text()
    assert "\nhandler = " in module or "\ndef handler(" in module
    documented = module.split('"""')[1]
    assert documented.startswith(f"{route.method} {route.path}"), "the docstring begins with the route"


def test_a_route_has_an_event(route: Route) -> None:
    assert (ROOT / "events" / f"{route.function}.json").is_file()


def test_a_route_names_layers_that_are_locked(route: Route) -> None:
    for layer in route.layers:
        assert (LOCKS / f"{layer}.txt").is_file()


def test_every_function_module_has_a_route_or_another_trigger() -> None:
    modules = {
        str(path.relative_to(ROOT / "functions").with_suffix(""))
        for path in (ROOT / "functions").rglob("*.py")
        if path.name != "__init__.py"
    }
    assert modules == {each.function for each in (*ROUTES, *TRIGGERED)}


def test_a_route_is_deployed_with_the_authorizer_unless_it_is_public(route: Route, dev: Assembly) -> None:
    routes = dev.resources("AWS::ApiGatewayV2::Route", route.service).values()
    (deployed,) = (r for r in routes if r["RouteKey"] == f"{route.method} {route.path}")
    assert deployed["AuthorizationType"] == ("NONE" if route.public else "CUSTOM")
    assert ("AuthorizerId" in deployed) != route.public


def test_a_function_has_what_its_route_says(route: Route, dev: Assembly) -> None:
    function = dev.function(route.service, route.endpoint)
    assert len(function["FunctionName"]) <= FUNCTION_NAME_LIMIT
    assert function["Handler"] == f"{route.endpoint}.handler"
    assert function["MemorySize"] == route.memory
    assert function["Timeout"] == route.timeout
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]
    assert len(function["Layers"]) == 2 + len(route.layers)
    variables = {name for use in route.uses for name in use.environment(PLACE)}
    assert set(function["Environment"]["Variables"]) == EVERY_FUNCTION | variables
    assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == route.service, "whose metrics it tells"


def test_a_function_has_a_log_group_of_its_own_that_forgets(route: Route, dev: Assembly) -> None:
    function = dev.function(route.service, route.endpoint)
    logical_id = function["LoggingConfig"]["LogGroup"]["Ref"]
    logs = dev.resources("AWS::Logs::LogGroup", route.service)[f"{route.service}/{logical_id}"]
    assert logs["LogGroupName"] == f"/aws/lambda/{function['FunctionName']}"
    assert logs["RetentionInDays"] == 7


def test_a_stack_stays_far_below_the_limit_of_500_resources(prod: Assembly) -> None:
    for name, template in prod.templates.items():
        assert len(template["Resources"]) <= 400, f"split {name}"


@pytest.mark.parametrize("each", TRIGGERED, ids=lambda each: each.function)
def test_a_function_without_a_route_is_deployed_as_declared(
    each: Triggered[Trigger], dev: Assembly, msk: Assembly, prod: Assembly
) -> None:
    assembly = msk if isinstance(each.trigger, TableStream) else prod if each is CANARY else dev
    function = assembly.function(each.service, each.endpoint)
    assert function["Handler"] == f"{each.endpoint}.handler"
    assert (function["MemorySize"], function["Timeout"]) == (each.memory, each.timeout)
    assert len(function["Layers"]) == 2 + len(each.layers)
    variables = {name for use in each.uses for name in use.environment(PLACE)} - {"PUSH_CAPTURE_TOPIC"}
    assert EVERY_FUNCTION | variables <= set(function["Environment"]["Variables"])


EXPECTED = {
    Secret(OPERATOR_KEY): {"OPERATOR_SECRET"},
    media_bucket("GetObject", "media/"): {"MEDIA_BUCKET"},
    SignedUploads(): {"MEDIA_UPLOAD_ROLE"},
    SignedDownloads(): {"MEDIA_BUCKET", "MEDIA_CDN_URL", "MEDIA_CDN_KEY_ID", "MEDIA_CDN_KEY_NAME", "MEDIA_CDN_SECRET"},
    CheckQueue(redrives=True): {"MEDIA_BUCKET", "MEDIA_QUEUE_URL", "MEDIA_FAILURES_URL"},
    Engine("read"): {"SEARCH_ENDPOINT"},
    Webhooks("send"): {"WEBHOOK_QUEUE_URL"},
    Webhooks("redrive"): {"WEBHOOK_QUEUE_URL", "WEBHOOK_FAILURES_URL"},
    Sockets(): {"SOCKET_MANAGEMENT_URL"},
    Jobs(("erasures", "exports")): {"ERASURES_QUEUE_URL", "EXPORTS_QUEUE_URL"},
    Exports("read"): {"EXPORT_BUCKET"},
    Push("forget"): set(),
    chat("GetItem", "user"): {"CHAT_TABLE"},
}


@pytest.mark.parametrize(("use", "variables"), EXPECTED.items(), ids=lambda each: type(each).__name__)
def test_a_use_says_where_what_it_uses_is(use: Use, variables: set[str]) -> None:
    assert set(use.environment(PLACE)) == variables
