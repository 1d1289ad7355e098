"""One Lambda function with all that belongs to it alone: role, log group, version and alarm.

The role carries what the function's grants say and nothing else: no managed policy, and no log group but its own.
"""

from dataclasses import dataclass, field
from typing import Literal

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infrastructure.access import ExportUse, Grant, JobQueue
from infrastructure.constructs import media_use, policy, push_use
from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.log_group import log_group
from infrastructure.constructs.media_use import NO_MEDIA, MediaUse
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Resources
from infrastructure.constructs.watch import alarm
from infrastructure.names import METRICS_NAMESPACE, SECRET_VARIABLES
from infrastructure.settings import Settings


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
    engine: Literal["read", "write"] | None = None
    media: MediaUse = NO_MEDIA
    role_name: str | None = None
    """Where the role must be known before it is there."""
    vpc: ec2.IVpc | None = None
    security_group: ec2.ISecurityGroup | None = None
    """Where it runs, for a function that reaches what is in a VPC."""
    sends_frames: bool = False
    """Whether it sends to WebSocket connections and closes them."""
    webhooks: Literal["send", "deliver", "redrive"] | None = None
    """What it does with the queues of deliveries to tenants' servers."""
    push: Literal["send", "forget"] | None = None
    """Whether it pushes to phones, or only has SNS forget them."""
    jobs: tuple[JobQueue, ...] = ()
    """The queues of jobs that it puts jobs into."""
    exports: ExportUse | None = None
    """What it does with the bucket of exports."""
    statements: tuple[iam.PolicyStatement, ...] = ()
    """What the role may do beyond tables, secrets and the search engine."""


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
        network = resources.engine.network if definition.engine and resources.engine else None
        group = network.group if network else definition.security_group
        logs = log_group(self, "Logs", f"/aws/lambda/{name}", settings)
        self.role = role = iam.Role(
            self,
            "Role",
            role_name=definition.role_name,
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"Parley {settings.stage}: {definition.description}",
        )
        statements = [
            iam.PolicyStatement(
                sid="OwnLogs", actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[logs.log_group_arn]
            ),
            *policy.table_statements(definition.grants, resources, settings.region),
            *policy.secret_statements(definition.secrets, resources, settings.region),
            *policy.engine_statements(definition.engine, resources),
            *policy.network_statements(in_vpc=network is not None),
            *media_use.statements(definition.media, resources, settings.region),
            *policy.socket_statements(resources, sends_frames=definition.sends_frames),
            *policy.webhook_statements(definition.webhooks, resources),
            *push_use.statements(definition.push, resources, settings),
            *policy.job_statements(definition.jobs, definition.exports, resources),
            *definition.statements,
        ]
        permissions = iam.Policy(self, "Permissions", statements=statements, roles=[role])
        if accepted := media_use.accepted(definition.media, resources):
            acknowledge(permissions, accepted)
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
            vpc=network.vpc if network else definition.vpc,
            security_groups=[group] if group else None,
            memory_size=definition.memory,
            timeout=Duration.seconds(definition.timeout),
            environment=_environment(package.service, definition, resources, settings),
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if settings.features.snap_start else None,
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.DESTROY),
        )
        self.function.node.add_dependency(permissions)
        if definition.sends_frames and resources.sockets:
            acknowledge(permissions, resources.sockets.findings(settings))
        if definition.exports and resources.jobs:
            reason = "A folder for each export; which of them is decided by the caller's tenant."
            acknowledge(permissions, {media_use.below_prefix(resources.jobs.bucket_name, ""): reason})
        if definition.push:
            acknowledge(permissions, push_use.findings(definition.push, settings))
        if definition.engine:
            acknowledge(permissions, engine_findings(definition.engine, settings))
        if network:
            acknowledge(permissions, {"AwsSolutions-IAM5[Resource::*]": "Network interfaces have no ARN beforehand."})
        self.live: lambda_.IFunction = self.function
        if settings.features.snap_start:
            acknowledge(
                self.function, {"Annotation::@aws-cdk/aws-lambda:snapStartRequirePublish": "The alias publishes it."}
            )
            self.live = lambda_.Alias(self, "Live", alias_name="live", version=self.function.current_version)
        if settings.features.alarms:
            alarm(
                self,
                "Errors",
                settings,
                name=f"{package.service}-{definition.name}-errors",
                description=f"{name} raised, timed out or ran out of memory",
                metric=self.function.metric_errors(period=Duration.minutes(5), statistic="Sum"),
            )


def engine_findings(engine: Literal["read", "write"], settings: Settings) -> dict[str, str]:
    """What cdk-nag finds in a role that uses the search engine: index names have versions, so paths have wildcards."""
    domain = f"arn:<AWS::Partition>:es:{settings.region}:<AWS::AccountId>:domain/{settings.prefix}"
    reason = "Indices are made by version; fine-grained access control keeps the role to Parley's."
    paths = [path for path in policy.ENGINE_PATHS[engine] if "*" in path]
    return {f"AwsSolutions-IAM5[Resource::{domain}/{path}]": reason for path in paths}


def _environment(
    service: str, definition: FunctionDefinition, resources: Resources, settings: Settings
) -> dict[str, str]:
    tables = {grant.table for grant in definition.grants}
    engine = {"SEARCH_ENDPOINT": resources.engine.endpoint} if definition.engine and resources.engine else {}
    sockets = resources.sockets.environment(settings) if definition.sends_frames and resources.sockets else {}
    webhooks = {}
    if definition.webhooks and resources.webhooks:
        webhooks["WEBHOOK_QUEUE_URL"] = resources.webhooks.queue.queue_url
        if definition.webhooks != "send":
            webhooks["WEBHOOK_FAILURES_URL"] = resources.webhooks.failures.queue_url
    jobs = {}
    if resources.jobs:
        jobs = {f"{kind.upper()}_QUEUE_URL": resources.jobs.queues[kind].queue_url for kind in definition.jobs}
        if definition.exports:
            jobs["EXPORT_BUCKET"] = resources.jobs.bucket_name
    return {
        "PARLEY_STAGE": settings.stage,
        "POWERTOOLS_SERVICE_NAME": service,
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        "LOG_LEVEL": settings.log_level,
        "PYDANTIC_DISABLE_PLUGINS": "__all__",  # or a start reads the metadata of every package in search of some
        **{f"{name.upper()}_TABLE": resources.tables[name].table_name for name in sorted(tables)},
        **{SECRET_VARIABLES[name]: resources.secrets[name].secret_arn for name in definition.secrets},
        **engine,
        **media_use.environment(definition.media, resources),
        **sockets,
        **webhooks,
        **jobs,
        **push_use.environment(definition.push, resources),
        **definition.environment,
    }
