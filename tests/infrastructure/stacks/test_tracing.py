"""Traces by setting: what functions may do for it and are told, and that nothing of it is there otherwise."""

import json

from infrastructure.settings import Settings
from tests.infrastructure.conftest import Assembly
from tests.infrastructure.test_roles import OF_NO_RESOURCE
from tests.support.deploys import order_of

FUNCTION, POLICY = "AWS::Lambda::Function", "AWS::IAM::Policy"
ACTIONS = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}


def test_with_traces_every_function_sends_them_and_may(traced: Assembly) -> None:
    assert len(order_of(traced.folder)) > 20
    functions = traced.resources(FUNCTION)
    for name, function in functions.items():
        assert function["TracingConfig"] == {"Mode": "Active"}, name
        assert function["Environment"]["Variables"]["TRACING"] == "on", name
        stack = traced.templates[name.partition("/")[0]]["Resources"]
        role = function["Role"]["Fn::GetAtt"][0]
        allowed = [
            statement
            for each in stack.values()
            if each["Type"] == POLICY and {"Ref": role} in each["Properties"]["Roles"]
            for statement in each["Properties"]["PolicyDocument"]["Statement"]
        ]
        (traces,) = [each for each in allowed if each.get("Sid") == "Traces"]
        assert set(traces["Action"]) == ACTIONS
        named = [each for each in allowed if each is not traces and not OF_NO_RESOURCE.issuperset(each["Action"])]
        assert "*" not in [each["Resource"] for each in named], name
    assert len(functions) > 100


def test_without_them_there_is_nothing(dev: Assembly, prod: Assembly) -> None:
    for assembly in (dev, prod):
        assert "xray" not in json.dumps(assembly.templates)
        assert not [each for each in assembly.resources(FUNCTION).values() if "TracingConfig" in each]
        assert "TRACING" not in json.dumps(assembly.resources(FUNCTION))


def test_traces_are_a_setting() -> None:
    assert Settings.from_context({"stage": "dev", "tracing": "true"}.get).tracing
    assert not Settings.from_context({"stage": "dev"}.get).tracing
    assert not Settings.from_context({"stage": "local", "tracing": "true"}.get).tracing
