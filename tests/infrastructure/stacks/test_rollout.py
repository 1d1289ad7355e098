"""A new version of what callers wait for: in prod in steps that go back on an alarm, elsewhere at once."""

import json
import re
from typing import Any

import pytest

from infrastructure.classes import class_of
from infrastructure.routes import ROUTES
from infrastructure.settings import InvalidContext, Settings
from infrastructure.triggered import TRIGGERED
from tests.infrastructure.conftest import ALARM_TOPIC, Assembly

ALIAS, GROUP = "AWS::Lambda::Alias", "AWS::CodeDeploy::DeploymentGroup"


def names(assembly: Assembly) -> dict[str, str]:
    """Of functions, by `<stack>/<logical id>`."""
    prefix = f"parley-{assembly.stage}-"
    return {
        key: each["FunctionName"].removeprefix(prefix).replace("-", "/", 1)
        for key, each in assembly.resources("AWS::Lambda::Function").items()
    }


def in_steps(assembly: Assembly) -> dict[str, dict[str, Any]]:
    """The aliases that CodeDeploy moves, by the function."""
    functions, found = names(assembly), {}
    for stack, template in assembly.templates.items():
        for resource in template["Resources"].values():
            policy = resource.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
            if policy:
                group = template["Resources"][policy["DeploymentGroupName"]["Ref"]]["Properties"]
                assert policy["ApplicationName"] == group["ApplicationName"]
                found[functions[f"{stack}/{resource['Properties']['FunctionName']['Ref']}"]] = group
    return found


def test_in_prod_what_callers_wait_for_moves_in_steps(prod: Assembly) -> None:
    awaited = {each.function for each in (*ROUTES, *TRIGGERED) if class_of(each) in {"authorizers", "hot"}}
    assert set(in_steps(prod)) == awaited
    for group in in_steps(prod).values():
        assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
        assert group["DeploymentStyle"] == {
            "DeploymentOption": "WITH_TRAFFIC_CONTROL",
            "DeploymentType": "BLUE_GREEN",
        }


def test_a_deploy_goes_back_on_the_alarm_of_all_deploys(prod: Assembly) -> None:
    events = {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"}
    for name, group in prod.resources(GROUP).items():
        assert set(group["AutoRollbackConfiguration"]["Events"]) == events, name
        assert group["AlarmConfiguration"]["Enabled"] is True
        assert not group["AlarmConfiguration"].get("IgnorePollAlarmFailure", False)
        (alarm,) = (each["Name"] for each in group["AlarmConfiguration"]["Alarms"])
        if "Fn::GetStackOutput" in alarm:
            read = alarm["Fn::GetStackOutput"]
            assert read["StackName"] == "parley-prod-api"
            alarm = prod.templates["api"]["Outputs"][read["OutputName"]]["Value"]
        assert (
            prod.templates["api"]["Resources"][alarm["Ref"]]["Properties"]["AlarmName"] == "parley-prod-deploys-failing"
        )


def test_the_role_that_moves_aliases_may_do_nothing_else(prod: Assembly) -> None:
    checked = 0
    for name, group in prod.resources(GROUP).items():
        stack = prod.templates[name.partition("/")[0]]["Resources"]
        (role,) = group["ServiceRoleArn"].values()
        assert "ManagedPolicyArns" not in stack[role[0]]["Properties"]
        (policy,) = [
            logical_id
            for logical_id, each in stack.items()
            if each["Type"] == "AWS::IAM::Policy" and {"Ref": role[0]} in each["Properties"]["Roles"]
        ]
        statements = stack[policy]["Properties"]["PolicyDocument"]["Statement"]
        actions = json.dumps([each["Action"] for each in statements])
        assert set(json.loads(actions.replace("[", "").replace("]", "").join("[]"))) == {
            "cloudwatch:DescribeAlarms",
            "lambda:GetAlias",
            "lambda:UpdateAlias",
        }
        of_others = [each for each in statements if each["Action"] != "cloudwatch:DescribeAlarms"]
        assert all(set(_referred(each["Resource"])) <= set(stack) for each in of_others)
        assert "*" not in json.dumps(of_others)
        assert policy in stack[name.partition("/")[2]]["DependsOn"]
        checked += 1
    assert checked > 20


def _referred(value: Any) -> list[str]:
    return re.findall(r'"(?:Fn::GetAtt|Ref)": \[?"(\w+)"', json.dumps(value))


def test_elsewhere_a_new_version_is_there_at_once(dev: Assembly) -> None:
    assert in_steps(dev) == {}
    assert dev.resources(GROUP) == {}


def test_a_deploy_that_cannot_wait_moves_all_at_once() -> None:
    prod = {"stage": "prod", "alarm_topic_arn": ALARM_TOPIC}
    assert Settings.from_context(prod.get).gradual
    assert not Settings.from_context((prod | {"gradual": "false"}).get).gradual
    assert not Settings.from_context({"stage": "dev"}.get).gradual
    assert not Settings.from_context({"stage": "local", "gradual": "true"}.get).gradual
    with pytest.raises(InvalidContext):
        Settings.from_context((prod | {"gradual": "slowly"}).get)
