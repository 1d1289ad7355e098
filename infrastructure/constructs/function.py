"""One Lambda function with all that belongs to it alone: role, log group, version and alarm.

The role carries what the function's grants say and nothing else: no managed policy, and no log group but its own.
"""

from dataclasses import dataclass, field

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as cloudwatch_actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from infrastructure.access import Grant
from infrastructure.constructs import policy
from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.log_group import log_group
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Resources
from infrastructure.names import SECRET_VARIABLES
from infrastructure.settings import Settings

METRICS_NAMESPACE = "Parley"


@dataclass(frozen=True)
class FunctionDefinition:
    """What distinguishes one function: `name` is the module under its service's folder. See `routes.Route`."""

    name: str
    description: str
    grants: tuple[Grant, ...]
    memory: int = 256
    timeout: int = 10
    layers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)


class Function(Construct):
    """The function; `live` is what callers invoke: its newest version, or in an emulator the function itself."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        definition: FunctionDefinition,
        *,
        package: Package,
        resources: Resources,
        settings: Settings,
    ) -> None:
        super().__init__(scope, construct_id)
        name = f"{settings.prefix}-{package.service}-{definition.name}"
        logs = log_group(self, "Logs", f"/aws/lambda/{name}", settings)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"Parley {settings.stage}: {definition.description}",
        )
        statements = [
            iam.PolicyStatement(
                sid="OwnLogs", actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[logs.log_group_arn]
            ),
            *policy.table_statements(definition.grants, resources, settings.region),
            *policy.secret_statements(definition.secrets, resources, settings.region),
        ]
        permissions = iam.Policy(self, "Permissions", statements=statements, roles=[role])
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description=definition.description,
            code=package.code,
            handler=package.handler(definition.name),
            runtime=package.runtime,
            architecture=package.architecture,
            layers=package.layers(definition.layers),
            role=role,
            log_group=logs,
            memory_size=definition.memory,
            timeout=Duration.seconds(definition.timeout),
            environment=_environment(package.service, definition, resources, settings),
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if settings.features.snap_start else None,
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.DESTROY),
        )
        self.function.node.add_dependency(permissions)
        self.live: lambda_.IFunction = self.function
        if settings.features.snap_start:
            acknowledge(
                self.function, {"Annotation::@aws-cdk/aws-lambda:snapStartRequirePublish": "The alias publishes it."}
            )
            self.live = lambda_.Alias(self, "Live", alias_name="live", version=self.function.current_version)
        if settings.features.alarms:
            self._alarm(name, settings)

    def _alarm(self, name: str, settings: Settings) -> None:
        alarm = cloudwatch.Alarm(
            self,
            "Errors",
            alarm_name=f"{name}-errors",
            alarm_description=f"{name} raised, timed out or ran out of memory",
            metric=self.function.metric_errors(period=Duration.minutes(5), statistic="Sum"),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if settings.alarm_topic_arn:
            topic = sns.Topic.from_topic_arn(self, "AlarmTopic", settings.alarm_topic_arn)
            alarm.add_alarm_action(cloudwatch_actions.SnsAction(topic))


def _environment(
    service: str, definition: FunctionDefinition, resources: Resources, settings: Settings
) -> dict[str, str]:
    tables = {grant.table for grant in definition.grants}
    return {
        "PARLEY_STAGE": settings.stage,
        "POWERTOOLS_SERVICE_NAME": service,
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        "LOG_LEVEL": settings.log_level,
        **{f"{name.upper()}_TABLE": resources.tables[name].table_name for name in sorted(tables)},
        **{SECRET_VARIABLES[name]: resources.secrets[name].secret_arn for name in definition.secrets},
        **definition.environment,
    }
