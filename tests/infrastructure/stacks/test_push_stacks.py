"""What the stages promise of pushes to phones."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infrastructure import names
from infrastructure.routes import ROUTES, Route
from infrastructure.settings import Settings
from infrastructure.triggered.streams import CONSUMERS
from infrastructure.uses.push import Push
from parley.push import notifications
from parley.settings import PUSH_PLATFORMS
from parley.tenants.administration import SNS_PLATFORMS
from tests.infrastructure.conftest import Assembly
from tests.support.aws.iam import as_list

PUSHER = next(each for each in CONSUMERS if Push("send") in each.uses)
FORGETTING = [route for route in ROUTES if Push("forget") in route.uses]


def sns_statements(statements: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Each action on SNS with what it is allowed on."""
    for statement in statements:
        for action in as_list(statement["Action"]):
            if action.startswith("sns:"):
                for resource in as_list(statement["Resource"]):
                    yield action, json.dumps(resource)


def test_what_the_pusher_pushes_wakes_it() -> None:
    assert set(PUSHER.trigger.entities) >= notifications.ENTITIES
    assert "send_push" in PUSHER.trigger.effects


def test_the_platforms_are_the_same_everywhere() -> None:
    assert names.PUSH_PLATFORMS == SNS_PLATFORMS
    assert tuple(names.PUSH_PLATFORMS) == PUSH_PLATFORMS


def test_the_pusher_reaches_the_stages_applications_and_their_endpoints_alone(dev: Assembly) -> None:
    allowed = list(sns_statements(dev.statements("streams", PUSHER.endpoint)))
    on_endpoints = {action for action, resource in allowed if "endpoint/*/parley-dev-*/*" in resource}
    on_applications = {action for action, resource in allowed if ":app/*/parley-dev-*" in resource}
    assert on_endpoints == {"sns:DeleteEndpoint", "sns:Publish", "sns:SetEndpointAttributes"}
    assert on_applications == {"sns:CreatePlatformEndpoint"}
    assert len(allowed) == 4


@pytest.mark.parametrize("route", FORGETTING, ids=lambda each: each.endpoint)
def test_who_removes_devices_may_have_their_endpoints_forgotten_and_no_more(dev: Assembly, route: Route) -> None:
    allowed = list(sns_statements(dev.statements(route.service, route.endpoint)))
    assert [action for action, _ in allowed] == ["sns:DeleteEndpoint"]
    assert "endpoint/*/parley-dev-*/*" in allowed[0][1]


def test_nobody_else_has_anything_to_do_with_sns(dev: Assembly) -> None:
    users = {f"{route.service}/{route.endpoint}" for route in FORGETTING} | {PUSHER.function}
    for route in ROUTES:
        if route.function not in users:
            assert not list(sns_statements(dev.statements(route.service, route.endpoint))), route.function


def test_an_application_that_takes_no_pushes_is_told(prod: Assembly) -> None:
    (alarm,) = prod.resources("AWS::CloudWatch::Alarm", "push-targets").values()
    assert (alarm["Namespace"], alarm["MetricName"]) == ("Parley", "PushesUnusable")
    assert {each["Name"]: each["Value"] for each in alarm["Dimensions"]} == {
        "service": "parley",
        "consumer": "send_push",
    }


def test_pushes_are_captured_where_no_phone_is_reached_and_nowhere_else(dev: Assembly) -> None:
    assert dev.resources("AWS::SNS::Topic", "push-targets") == {}
    assert dev.resources("AWS::SQS::Queue", "push-targets") == {}


def test_a_stage_may_have_applications_for_tenants_without_their_own() -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:app/GCM/parley-dev-default"
    given = {"stage": "dev", "push_fcm_application": arn}
    assert Settings.from_context(given.get).push_applications == {"fcm": arn}
    local = Settings.from_context({"stage": "local"}.get)
    assert set(local.push_applications) == set(PUSH_PLATFORMS)
    assert not local.features.phones
