"""One Lambda function with all that belongs to it alone: role, log group and version.

The role carries what the function's grants say and nothing else: no managed policy, and no log group but its own.
"""

from dataclasses import replace
from typing import Any, TypeVar, cast

from aws_cdk import Aws, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infrastructure.access import SESSIONS_TENANT
from infrastructure.classes import class_of
from infrastructure.constructs import policy
from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.log_group import log_group
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Network, Resources
from infrastructure.constructs.rollout import IN_STEPS, Rollout
from infrastructure.deployed import Deployed
from infrastructure.names import METRICS_NAMESPACE
from infrastructure.routes import Route
from infrastructure.settings import Settings
from infrastructure.triggered import Triggered
from infrastructure.uses.use import Given, Place

One = TypeVar("One", bound="Route | Triggered[Any]")


def using(declared: One, given: Given) -> One:
    """The function as declared, with what only its stack knows."""
    return replace(declared, uses=(*declared.uses, given))


def construct_name(endpoint: str) -> str:
    return "".join(word.capitalize() for word in endpoint.split("_"))


class Function(Construct):
    """The function; `live` is what callers invoke: itself, or an alias.

    That is its newest version where a snapshot of it is restored, or where the alias moves to a new version in steps.

    `role_name` is for a role that must be known before it is there, `network` for what is reached in a VPC.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        declared: Deployed,
        *,
        package: Package,
        resources: Resources,
        settings: Settings,
        role_name: str | None = None,
        network: Network | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        name = f"{settings.prefix}-{package.service}-{declared.endpoint}"
        place = Place(resources, settings, Aws.PARTITION, Aws.ACCOUNT_ID)
        network = network or next((found for use in declared.uses if (found := use.network(place))), None)
        logs = log_group(self, "Logs", f"/aws/lambda/{name}", settings)
        of_one_tenant = settings.tenant_sessions and declared.acts_for_one_tenant
        assumed_by: iam.IPrincipal = iam.ServicePrincipal("lambda.amazonaws.com")
        if of_one_tenant:
            role_name = settings.worldwide(
                f"{package.service}-{declared.endpoint}"
            )  # its own policies name it, before it is there
            own_arn = f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:role/{role_name}"
            assumed_by = policy.trusting_itself(own_arn)
        self.role = role = iam.Role(
            self,
            "Role",
            role_name=role_name,
            assumed_by=assumed_by,
            description=f"Parley {settings.stage}: {declared.purpose}",
        )
        statements = [
            iam.PolicyStatement(
                sid="OwnLogs", actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[logs.log_group_arn]
            ),
            *policy.table_statements(
                declared.grants,
                resources,
                settings.region,
                tenant=SESSIONS_TENANT if of_one_tenant else declared.only_tenant,
            ),
            *([policy.own_sessions(own_arn)] if of_one_tenant else []),
            *(policy.of_use(statement) for use in declared.uses for statement in use.statements(place)),
            *([policy.traces()] if settings.tracing else []),
        ]
        restored = class_of(declared) in settings.snap_start
        permissions = iam.Policy(self, "Permissions", statements=statements, roles=[role])
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description=declared.purpose,
            code=package.code,
            handler=package.handler(declared.endpoint),
            runtime=package.runtime,
            architecture=package.architecture,
            layers=package.layers(declared.layers),
            role=role,
            log_group=logs,
            vpc=network.vpc if network else None,
            security_groups=[network.group] if network else None,
            memory_size=declared.memory,
            timeout=Duration.seconds(declared.timeout),
            reserved_concurrent_executions=_reserved(declared, settings),
            environment=_environment(package.service, declared, place)
            | ({"TENANT_ROLE": own_arn} if of_one_tenant else {}),
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if restored else None,
            current_version_options=lambda_.VersionOptions(removal_policy=RemovalPolicy.DESTROY),
        )
        self.function.node.add_dependency(permissions)
        if settings.tracing:
            cast(
                "lambda_.CfnFunction", self.function.node.default_child
            ).tracing_config = lambda_.CfnFunction.TracingConfigProperty(mode="Active")
            acknowledge(permissions, {"AwsSolutions-IAM5[Resource::*]": "X-Ray has nothing that could be named."})
        if accepted := {finding: reason for use in declared.uses for finding, reason in use.findings(place).items()}:
            acknowledge(permissions, accepted)
        self.live: lambda_.IFunction = self.function
        turning_back = resources.turning_back if class_of(declared) in IN_STEPS else None
        if restored:
            acknowledge(
                self.function, {"Annotation::@aws-cdk/aws-lambda:snapStartRequirePublish": "The alias publishes it."}
            )
        if restored or turning_back:
            self.live = alias = lambda_.Alias(self, "Live", alias_name="live", version=self.function.current_version)
            if turning_back:
                Rollout.of(Stack.of(self), settings).add(alias, self.function, turning_back)


def _reserved(declared: Deployed, settings: Settings) -> int | None:
    """So that neither a flood of routes keeps tokens from being verified, nor consumers keep the routes from running.

    Where the stage reserves, and is no emulator.
    """
    if settings.stage == "local":
        return None
    concurrency = settings.concurrency
    by_class = {"authorizers": concurrency.authorizer, "consumers": concurrency.consumer}
    return by_class.get(class_of(declared))


def _environment(service: str, declared: Deployed, place: Place) -> dict[str, str]:
    return {
        "PARLEY_STAGE": place.settings.stage,
        "POWERTOOLS_SERVICE_NAME": service,
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        "LOG_LEVEL": place.settings.log_level,
        "PYDANTIC_DISABLE_PLUGINS": "__all__",  # or a start reads the metadata of every package in search of some
        **({"TRACING": "on"} if place.settings.tracing else {}),
        **{name: value for use in declared.uses for name, value in use.environment(place).items()},
    }
