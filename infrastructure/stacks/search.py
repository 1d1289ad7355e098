"""The search engine, and what fills it: the domain in one stack, the pipeline in another, after the endpoints.

The pipeline's set-up function maps the roles of all functions that use the engine to what they may do there, so it has
to know them; the endpoints have to know the engine's address. Hence two stacks.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from aws_cdk import ArnFormat, CfnOutput, CustomResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.function import Function, using
from infrastructure.constructs.log_group import log_group
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Resources, SearchEngine
from infrastructure.constructs.retention import removal_policy
from infrastructure.constructs.search_network import SearchNetwork
from infrastructure.constructs.table_exports import TableExports
from infrastructure.constructs.watch import alarm, measured
from infrastructure.deployed import Deployed
from infrastructure.settings import Settings
from infrastructure.triggered.search import RUN_JOBS, SET_UP
from infrastructure.uses.use import Given, Statement

ENGINE_VERSION = opensearch.EngineVersion.OPENSEARCH_3_3
"""Terms lookup by query came with 3.2."""
LARGEST_LAG = Duration.minutes(5)
ANSWERED_WITHIN = 60
"""Seconds besides the set-up's own, until CloudFormation gives a lost answer up; it would wait for an hour."""
OWN_INDEX_DOCUMENTS = 10_000_000
"""As `parley.search.rebuilding.maintenance` measures."""


class SearchLogsStack(Stack):
    """Lets OpenSearch write to its log groups. CreateDomain tries it, so it must hold before the domain."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-search-logs",
            description=f"Parley {settings.stage}: OpenSearch may write slow logs",
            env={"region": settings.region},
        )
        groups = self.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"{slow_logs(settings)}*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        statement = iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            principals=[iam.ServicePrincipal("es.amazonaws.com")],
            resources=[groups],
        )
        logs.ResourcePolicy(self, "SlowLogs", policy_statements=[statement])


def slow_logs(settings: Settings) -> str:
    """How the names of the log groups of slow searches and writes begin."""
    return f"/aws/opensearch/{settings.prefix}/slow-"


class SearchEngineStack(Stack):
    """The OpenSearch domain. `resources` are the given ones with the engine."""

    def __init__(self, scope: Construct, settings: Settings, resources: Resources) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-search-engine",
            description=f"Parley {settings.stage}: the OpenSearch domain",
            env={"region": settings.region},
            termination_protection=settings.protected,
        )
        if settings.stage == "prod":
            self.add_dependency(SearchLogsStack(scope, settings))
        place = SearchNetwork(self, settings) if settings.search_vpc else None
        local = settings.stage == "local"
        self.domain = _local_domain(self, settings) if local else _domain(self, settings, resources, place)
        engine = SearchEngine(
            domain_arn(self, settings),
            f"{'http' if local else 'https'}://{self.domain.domain_endpoint}",
            place.network if place else None,
        )
        self.resources = replace(resources, engine=engine)
        CfnOutput(self, "SearchEndpoint", value=engine.endpoint)


def _local_domain(scope: Construct, settings: Settings) -> opensearch.Domain:
    """What an emulator needs: it answers with the address of an engine of its own."""
    return opensearch.Domain(
        scope, "Domain", version=ENGINE_VERSION, domain_name=settings.prefix, removal_policy=RemovalPolicy.DESTROY
    )


def _domain(
    scope: Construct, settings: Settings, resources: Resources, place: SearchNetwork | None
) -> opensearch.Domain:
    """Encrypted, HTTPS alone, with fine-grained access; in prod three nodes in three zones, any of which may lead."""
    prod, capacity = settings.stage == "prod", settings.search
    domain = opensearch.Domain(
        scope,
        "Domain",
        version=ENGINE_VERSION,
        domain_name=settings.prefix,
        capacity=opensearch.CapacityConfig(
            data_nodes=capacity.nodes,
            data_node_instance_type=capacity.node_type,
            master_nodes=3 if capacity.masters else None,
            master_node_instance_type="m7g.medium.search" if capacity.masters else None,
            multi_az_with_standby_enabled=False,
        ),
        zone_awareness=opensearch.ZoneAwarenessConfig(enabled=prod, availability_zone_count=3 if prod else None),
        ebs=opensearch.EbsOptions(volume_size=capacity.gigabytes, volume_type=ec2.EbsDeviceVolumeType.GP3),
        vpc=place.vpc if place else None,
        vpc_subnets=place.subnets(every_zone=prod) if place else None,
        security_groups=[place.domain_group] if place else None,
        encryption_at_rest=opensearch.EncryptionAtRestOptions(enabled=True, kms_key=resources.key),
        node_to_node_encryption=True,
        enforce_https=True,
        tls_security_policy=opensearch.TLSSecurityPolicy.TLS_1_2_PFS,
        fine_grained_access_control=opensearch.AdvancedSecurityOptions(
            master_user_arn=Stack.of(scope).format_arn(
                service="iam", region="", resource="role", resource_name=set_up_role(settings)
            )
        ),
        logging=_slow_logs(scope, settings) if prod else None,
        suppress_logs_resource_policy=True,
        removal_policy=removal_policy(settings),
    )
    account = Stack.of(scope).account
    cast("opensearch.CfnDomain", domain.node.default_child).access_policies = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": account},
                "Action": "es:ESHttp*",
                "Resource": f"{domain_arn(scope, settings)}/*",
            }
        ],
    }
    reasons = {
        "AwsSolutions-OS3": "Every request is signed by a role of this account, and fine-grained access decides.",
    }
    if place is None:
        reasons["AwsSolutions-OS1"] = (
            "The domain answers signed requests alone; `-c search_vpc=true` puts it into a VPC."
        )
    if not capacity.masters:
        reasons["AwsSolutions-OS4"] = (
            "Three nodes elect a leader among them until `-c search_masters=true` adds masters: see ADR 54."
            if prod
            else "Outside production one node serves: dedicated masters cost more than it."
        )
    if not prod:
        costs = "Outside production slow logs cost more than they tell."
        reasons |= {
            "AwsSolutions-OS7": "Outside production one node serves, so there is one zone.",
            "AwsSolutions-OS9[LogExport::SEARCH_SLOW_LOGS]": costs,
            "AwsSolutions-OS9[LogExport::INDEX_SLOW_LOGS]": costs,
        }
    acknowledge(domain, reasons)
    return domain


def _slow_logs(scope: Construct, settings: Settings) -> opensearch.LoggingOptions:
    groups = [
        log_group(scope, f"Slow{kind.capitalize()}", f"{slow_logs(settings)}{kind}", settings)
        for kind in ("search", "index")
    ]
    return opensearch.LoggingOptions(
        slow_search_log_enabled=True,
        slow_search_log_group=groups[0],
        slow_index_log_enabled=True,
        slow_index_log_group=groups[1],
    )


def domain_arn(scope: Construct, settings: Settings) -> str:
    """The ARN by the domain's name, which is known before the domain."""
    return Stack.of(scope).format_arn(service="es", resource="domain", resource_name=settings.prefix)


def set_up_role(settings: Settings) -> str:
    """The role's name is known before the role: the domain's administrator is named when the domain is made."""
    return settings.worldwide("search-set-up")


class SearchPipelineStack(Stack):
    """The jobs of every minute, the set-up at every deploy, and alarms."""

    def __init__(
        self,
        scope: Construct,
        settings: Settings,
        resources: Resources,
        *,
        engine: SearchEngineStack,
        indexer: Function,
        readers: Sequence[Function],
        writers: Sequence[Function],
    ) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-search-pipeline",
            description=f"Parley {settings.stage}: indexing, rebuilds, and what watches over them",
            env={"region": settings.region},
        )
        self._settings, self._resources = settings, resources
        search = Package(self, "search", settings.target)
        self._indexer = indexer
        exports = TableExports(self, settings, resources) if settings.features.table_exports else None
        scan = Statement(("dynamodb:Scan",), (resources.tables["chat"].table_arn,))
        jobs = self._function("RunJobs", using(RUN_JOBS, exports.given() if exports else Given((scan,))), search)
        rule = events.Rule(
            self, "EveryMinute", schedule=events.Schedule.rate(Duration.minutes(RUN_JOBS.trigger.minutes))
        )
        rule.add_target(targets.LambdaFunction(jobs.live))
        self._set_up(search, readers=readers, writers=[*writers, self._indexer, jobs])
        if settings.features.alarms:
            self._watch(engine.domain)

    def _function(
        self, construct_id: str, declared: Deployed, package: Package, role_name: str | None = None
    ) -> Function:
        return Function(
            self,
            construct_id,
            declared,
            package=package,
            resources=self._resources,
            settings=self._settings,
            role_name=role_name,
        )

    def _set_up(self, package: Package, *, readers: Sequence[Function], writers: Sequence[Function]) -> None:
        """The custom resource that makes indices and maps roles, again whenever its code or the roles change."""
        settings = self._settings
        roles = {
            "SEARCH_READER_ROLES": ",".join(function.role.role_arn for function in readers),
            "SEARCH_WRITER_ROLES": ",".join(function.role.role_arn for function in writers),
        }
        local = settings.stage == "local"
        given = Given(variables={} if local else roles)
        function = self._function("SetUp", using(SET_UP, given), package, None if local else set_up_role(settings))
        CustomResource(
            self,
            "Indices",
            service_token=function.function.function_arn,
            resource_type="Custom::SearchIndices",
            service_timeout=Duration.seconds(SET_UP.timeout + ANSWERED_WITHIN),
            properties={"code": package.fingerprint, **roles},
        )

    def _watch(self, domain: opensearch.Domain) -> None:
        quarantine, circuit, lag = (measured(n) for n in ("UnindexedDocuments", "SearchCircuitOpen", "IndexLag"))
        self._alarm("Quarantine", "documents could not be indexed", quarantine, 1, 1)
        self._alarm("CircuitOpen", "search answers 503: the breaker is open", circuit, 1, 2)
        self._alarm(
            "IndexBehind",
            "what was said five minutes ago cannot be found, or the job that measures it has stopped",
            lag,
            LARGEST_LAG.to_milliseconds(),
            5,
            silence_is_well=False,
        )
        largest = measured("LargestTenantDocuments")
        self._alarm("TenantOutgrows", "a tenant should have an index of its own", largest, OWN_INDEX_DOCUMENTS, 1)
        red = domain.metric_cluster_status_red(period=Duration.minutes(1), statistic="Maximum")
        self._alarm("ClusterRed", "a primary shard is missing", red, 1, 1)
        storage = domain.metric_free_storage_space(period=Duration.minutes(5), statistic="Minimum")
        self._alarm("StorageLow", "a node has less than 2 GiB left", storage, 2048, 1, below=True)

    def _alarm(
        self,
        construct_id: str,
        description: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        periods: int,
        *,
        below: bool = False,
        silence_is_well: bool = True,
    ) -> None:
        alarm(
            self,
            construct_id,
            self._settings,
            name=f"search-{construct_id}",
            description=description,
            metric=metric,
            threshold=threshold,
            periods=periods,
            below=below,
            silence_is_well=silence_is_well,
        )
