"""Every route has all its parts: module, event, function, log group, authorizer, alarm."""

from collections import Counter

from infrastructure.consumers import CONSUMERS
from infrastructure.jobs import JOBS
from infrastructure.layers import LOCKS, ROOT
from infrastructure.media_jobs import JOBS as MEDIA_JOBS
from infrastructure.routes import ROUTES, Route
from infrastructure.sockets import SOCKET_FUNCTIONS, SWEEPER
from tests.infrastructure.conftest import Assembly

FUNCTION_NAME_LIMIT = 64
OTHERWISE_TRIGGERED = {
    "identity/authorizer",
    "media/make_signing_key",
    "realtime/authorizer",
    "search/run_jobs",
    "search/set_up",
    "streams/publish_changes",
    "streams/redrive",
    "webhooks/deliver",
}
"""By API Gateway, custom resources, schedules, queues and operators."""


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
    triggered = {consumer.function for consumer in CONSUMERS} | {each.function for each in (*SOCKET_FUNCTIONS, SWEEPER)}
    triggered |= set(MEDIA_JOBS) | set(JOBS) | OTHERWISE_TRIGGERED
    assert modules == {route.function for route in ROUTES} | triggered


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
    assert function["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    assert len(function["Layers"]) == 2 + len(route.layers)
    tables = {f"{grant.table.upper()}_TABLE" for grant in route.grants}
    variables = {"PARLEY_STAGE", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "LOG_LEVEL"}
    variables |= {"PYDANTIC_DISABLE_PLUGINS"}
    secrets = {"OPERATOR_SECRET"} if route.secrets else set()
    media = {"MEDIA_BUCKET"} if route.buckets or route.delivers_media else set()
    media |= {"MEDIA_UPLOAD_ROLE"} if route.signs_uploads else set()
    media |= {"MEDIA_BUCKET", "MEDIA_QUEUE_URL", "MEDIA_FAILURES_URL"} if route.redrives_uploads else set()
    media |= {"MEDIA_CDN_URL", "MEDIA_CDN_KEY_ID", "MEDIA_CDN_SECRET"} if route.delivers_media else set()
    engine = {"SEARCH_ENDPOINT"} if route.engine else set()
    webhooks = {"WEBHOOK_QUEUE_URL"} if route.webhooks else set()
    webhooks |= {"WEBHOOK_FAILURES_URL"} if route.webhooks == "redrive" else set()
    sockets = {"SOCKET_MANAGEMENT_URL"} if route.sends_frames else set()
    jobs = {f"{kind.upper()}_QUEUE_URL" for kind in route.jobs} | ({"EXPORT_BUCKET"} if route.exports else set())
    expected = variables | tables | secrets | media | engine | webhooks | sockets | jobs
    assert set(function["Environment"]["Variables"]) == expected


def test_a_function_has_a_log_group_of_its_own_that_forgets(route: Route, dev: Assembly) -> None:
    function = dev.function(route.service, route.endpoint)
    logical_id = function["LoggingConfig"]["LogGroup"]["Ref"]
    logs = dev.resources("AWS::Logs::LogGroup", route.service)[f"{route.service}/{logical_id}"]
    assert logs["LogGroupName"] == f"/aws/lambda/{function['FunctionName']}"
    assert logs["RetentionInDays"] == 7


def test_a_function_has_an_alarm_on_errors(route: Route, prod: Assembly) -> None:
    alarms = prod.resources("AWS::CloudWatch::Alarm", route.service).values()
    names = [alarm["AlarmName"] for alarm in alarms]
    assert f"parley-prod-{route.service}-{route.endpoint}-errors" in names


def test_a_stack_stays_far_below_the_limit_of_500_resources(prod: Assembly) -> None:
    for name, template in prod.templates.items():
        assert len(template["Resources"]) < 450, f"split {name}"
