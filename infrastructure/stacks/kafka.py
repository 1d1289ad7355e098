"""`-c stream=msk`: an MSK cluster with the topics, and the publisher that fills them from the table's own stream."""

from dataclasses import replace

from aws_cdk import CfnOutput, Duration, Fn, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_msk as msk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.change_trigger import BATCH_SIZE, LARGEST_AGE, RETRIES, WINDOW, bucket_findings
from infrastructure.constructs.function import Function, using
from infrastructure.constructs.log_group import rejected_flows
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import KafkaSource, Network, Resources
from infrastructure.constructs.retention import emptied
from infrastructure.settings import Settings
from infrastructure.topics import PARTITIONS, REPLICAS, TOPICS
from infrastructure.triggered.streams import PUBLISHER
from infrastructure.uses.streams import INTERFACES
from infrastructure.uses.use import Given, Statement

VERSION = "3.9.x"
IAM_PORT = 9098
BROKERS = 3
"""One a zone. A stack that knows no account would have two zones of its own accord, which three brokers do not fit."""
BROKER_GIGABYTES = 100
"""A week of changes, three times, with room; a volume can grow and never shrink."""
SERVER_PROPERTIES = """\
auto.create.topics.enable=false
default.replication.factor=3
min.insync.replicas=2
log.retention.hours=168
"""


class KafkaStack(Stack):
    """`resources` are the given ones with the cluster."""

    def __init__(self, scope: Construct, settings: Settings, resources: Resources) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-kafka",
            description=f"Parley {settings.stage}: MSK cluster, topics and publisher",
            env={"region": settings.region},
            termination_protection=settings.protected,
        )
        self._settings = settings
        self._vpc = ec2.Vpc(
            self,
            "Vpc",
            availability_zones=[Fn.select(zone, Fn.get_azs()) for zone in range(BROKERS)],
            nat_gateways=1,
            flow_logs={"All": rejected_flows(self, settings, "kafka")},
        )
        self._group = ec2.SecurityGroup(
            self, "Brokers", vpc=self._vpc, description="MSK brokers and those who use them"
        )
        self._group.connections.allow_internally(ec2.Port.tcp(IAM_PORT), "IAM")
        self._group.connections.allow_internally(ec2.Port.tcp(443), "pollers to AWS's endpoints")
        self._cluster = self._make_cluster()
        source = KafkaSource(
            self._cluster.attr_arn, self._named("topic"), self._named("group"), settings.prefix, settings.region
        )
        self.resources = replace(resources, kafka=source)
        topics = [self._topic(name) for name in TOPICS]
        self._publisher(source, resources.tables["chat"], topics)
        CfnOutput(self, "ClusterArn", value=self._cluster.attr_arn)

    def _named(self, kind: str) -> str:
        name = f"{self._settings.prefix}/*"
        return self.format_arn(service="kafka", resource=kind, resource_name=name)

    def _make_cluster(self) -> msk.CfnCluster:
        settings = self._settings
        configuration = msk.CfnConfiguration(
            self, "Configuration", name=settings.prefix, server_properties=SERVER_PROPERTIES
        )
        log_group = logs.LogGroup(
            self,
            "BrokerLogs",
            log_group_name=f"/aws/msk/{settings.prefix}",
            retention=logs.RetentionDays.ONE_WEEK,
            removal_policy=RemovalPolicy.DESTROY,
        )
        return msk.CfnCluster(
            self,
            "Cluster",
            cluster_name=settings.prefix,
            kafka_version=VERSION,
            number_of_broker_nodes=BROKERS,
            broker_node_group_info=msk.CfnCluster.BrokerNodeGroupInfoProperty(
                client_subnets=self._vpc.select_subnets(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS).subnet_ids,
                instance_type="kafka.m7g.large" if settings.stage == "prod" else "kafka.t3.small",
                security_groups=[self._group.security_group_id],
                storage_info=msk.CfnCluster.StorageInfoProperty(
                    ebs_storage_info=msk.CfnCluster.EBSStorageInfoProperty(volume_size=BROKER_GIGABYTES)
                ),
            ),
            client_authentication=msk.CfnCluster.ClientAuthenticationProperty(
                sasl=msk.CfnCluster.SaslProperty(iam=msk.CfnCluster.IamProperty(enabled=True)),
                unauthenticated=msk.CfnCluster.UnauthenticatedProperty(enabled=False),
            ),
            configuration_info=msk.CfnCluster.ConfigurationInfoProperty(
                arn=configuration.attr_arn, revision=configuration.attr_latest_revision_revision
            ),
            encryption_info=msk.CfnCluster.EncryptionInfoProperty(
                encryption_in_transit=msk.CfnCluster.EncryptionInTransitProperty(client_broker="TLS", in_cluster=True)
            ),
            logging_info=msk.CfnCluster.LoggingInfoProperty(
                broker_logs=msk.CfnCluster.BrokerLogsProperty(
                    cloud_watch_logs=msk.CfnCluster.CloudWatchLogsProperty(
                        enabled=True, log_group=log_group.log_group_name
                    )
                )
            ),
        )

    def _topic(self, name: str) -> msk.CfnTopic:
        return msk.CfnTopic(
            self,
            "".join(part.capitalize() for part in name.replace(".", "-").split("-")),
            cluster_arn=self._cluster.attr_arn,
            topic_name=name,
            partition_count=PARTITIONS,
            replication_factor=REPLICAS,
        )

    def _publisher(self, source: KafkaSource, table: dynamodb.ITableV2, topics: list[msk.CfnTopic]) -> None:
        """From the table's stream: what cannot be published ends in a bucket, and the shard moves on."""
        failures = s3.Bucket(
            self,
            "Unpublished",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(30))],
            removal_policy=RemovalPolicy.DESTROY,
        )
        emptied(failures, self.resources)
        acknowledge(failures, {"AwsSolutions-S1": "Only the event source mapping writes here."})
        cluster, topic = self._cluster.attr_arn, self._named("topic")
        read = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]
        given = Given(
            (
                Statement(("kafka:GetBootstrapBrokers",), (cluster,)),
                Statement(("kafka-cluster:Connect", "kafka-cluster:WriteDataIdempotently"), (cluster,)),
                Statement(("kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"), (topic,)),
                Statement(tuple(f"ec2:{each}" for each in INTERFACES), ("*",)),
                Statement(tuple(f"dynamodb:{each}" for each in read), (str(table.table_stream_arn),)),
            ),
            {"KAFKA_CLUSTER_ARN": cluster, "CHAT_TABLE": table.table_name},
        )
        function = Function(
            self,
            "Publisher",
            using(PUBLISHER, given),
            package=Package(self, "streams", self._settings.target),
            resources=self.resources,
            settings=self._settings,
            network=Network(self._vpc, self._group),
        )
        failures.grant_put(function.role)
        acknowledge(function, source.findings() | bucket_findings(failures))
        mapping = lambda_.EventSourceMapping(
            self,
            "Changes",
            target=function.live,
            event_source_arn=table.table_stream_arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=BATCH_SIZE,
            max_batching_window=WINDOW,
            report_batch_item_failures=True,
            bisect_batch_on_error=True,
            retry_attempts=RETRIES,
            max_record_age=LARGEST_AGE,
            on_failure=sources.S3OnFailureDestination(failures),
        )
        mapping.node.add_dependency(*topics)
