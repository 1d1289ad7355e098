"""How an alias comes to its next version where callers would notice a bad one: a tenth first, and back on an alarm."""

from typing import cast

from aws_cdk import Aws, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infrastructure.classes import HOT_ROUTES, FunctionClass
from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.watch import alarm, computed, measured, metric_of
from infrastructure.settings import Settings

IN_STEPS: tuple[FunctionClass, ...] = ("authorizers", "hot")
STEPS = codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES
FAILURES = 5
"""In a minute: of a version that fails outright, few calls come to a tenth of the callers."""


def turning_back(scope: Construct, settings: Settings) -> cloudwatch.Alarm:
    """The alarm of all deploys: what functions raise, as the account counts it, and what is answered with 500."""
    read = {
        "raised": metric_of("AWS/Lambda", "Errors", minutes=1),
        **{s: measured("Errors", "Sum", api=s) for s in sorted({route.partition("/")[0] for route in HOT_ROUTES})},
    }
    return alarm(
        scope,
        "DeploysFailing",
        settings,
        name="deploys-failing",
        description="functions fail; a deploy that is under way goes back",
        metric=computed(" + ".join(f"FILL({each}, 0)" for each in read), read, label="failures", minutes=1),
        threshold=FAILURES,
    )


class Rollout(Construct):
    """A stack's CodeDeploy application, with the role that moves its aliases."""

    def __init__(self, stack: Stack, settings: Settings) -> None:
        super().__init__(stack, "Rollout")
        self._application = codedeploy.LambdaApplication(self, "Application")
        self._role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"),
            description=f"Parley {settings.stage}: moves the aliases of {stack.stack_name}",
        )
        alarms = f":cloudwatch:{settings.region}:{Aws.ACCOUNT_ID}:alarm:*"
        self._permissions = iam.Policy(
            self,
            "Permissions",
            statements=[
                iam.PolicyStatement(actions=["cloudwatch:DescribeAlarms"], resources=[f"arn:{Aws.PARTITION}{alarms}"])
            ],
            roles=[self._role],
        )
        found = f"Resource::arn:<AWS::Partition>{alarms.replace(Aws.ACCOUNT_ID, '<AWS::AccountId>')}"
        reason = "It may read the states of alarms, as a list; of functions it moves the aliases of its stack alone."
        acknowledge(self._permissions, {f"AwsSolutions-IAM5[{found}]": reason})

    @classmethod
    def of(cls, stack: Stack, settings: Settings) -> "Rollout":
        """The stack's one."""
        found = stack.node.try_find_child("Rollout")
        return cast("Rollout", found) if found else cls(stack, settings)

    def add(self, alias: lambda_.Alias, function: lambda_.Function, turning_back: cloudwatch.IAlarm) -> None:
        named = f"{function.function_arn}:{alias.alias_name}"
        self._permissions.add_statements(
            iam.PolicyStatement(
                actions=["lambda:GetAlias", "lambda:UpdateAlias"], resources=[function.function_arn, named]
            )
        )
        group = codedeploy.LambdaDeploymentGroup(
            alias,
            "Steps",
            application=self._application,
            alias=alias,
            role=self._role.without_policy_updates(),
            deployment_config=STEPS,
            alarms=[turning_back],
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )
        group.node.add_dependency(self._permissions)
