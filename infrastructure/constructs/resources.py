"""What functions of every stack use: tables, secrets and the key that encrypts them, change stream, search engine."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Aws
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from infrastructure.access import JobQueue, Table
from infrastructure.constructs.sockets import SocketApi


def below_prefix(bucket_name: str, prefix: str) -> str:
    """cdk-nag's name of a statement on all keys below a prefix."""
    shown = bucket_name.replace(Aws.ACCOUNT_ID, "<AWS::AccountId>")
    return f"AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::{shown}/{prefix}*]"


@dataclass(frozen=True)
class Network:
    """Where functions run that reach what is in a VPC."""

    vpc: ec2.IVpc
    group: ec2.ISecurityGroup


@dataclass(frozen=True)
class SearchEngine:
    """The OpenSearch domain: its ARN, the address that functions use, and where they run if it is in a VPC."""

    domain_arn: str
    endpoint: str
    network: Network | None = None


@dataclass(frozen=True)
class KafkaSource:
    """The MSK cluster with the topics of changes; `topics_arn` and `groups_arn` match all of its topics and groups."""

    cluster_arn: str
    topics_arn: str
    groups_arn: str
    name: str
    region: str

    def findings(self) -> dict[str, str]:
        """What cdk-nag finds in a role that uses the topics: they carry the cluster's id, which is not known before."""
        arn = f"arn:<AWS::Partition>:kafka:{self.region}:<AWS::AccountId>"
        topics = {f"Resource::{arn}:{kind}/{self.name}/*": "Of this cluster alone." for kind in ("topic", "group")}
        reasons = topics | {"Resource::*": "Network interfaces have no ARN beforehand."}
        return {f"AwsSolutions-IAM5[{finding}]": reason for finding, reason in reasons.items()}


@dataclass(frozen=True)
class Cdn:
    """The distribution that delivers media, and the key that signs for it."""

    url: str
    key_id: str
    key_name: str
    """Which of the private keys in the secret it is."""
    secret: secretsmanager.ISecret


@dataclass(frozen=True)
class MediaStore:
    """Where media lies. Without an upload role functions sign uploads as themselves, without a CDN S3 delivers."""

    bucket_name: str
    queue: sqs.IQueue
    failures: sqs.IQueue
    upload_role: iam.IRole | None
    cdn: Cdn | None
    scanner: str

    @property
    def bucket_arn(self) -> str:
        return f"arn:{Aws.PARTITION}:s3:::{self.bucket_name}"

    def finding(self, prefix: str) -> str:
        return below_prefix(self.bucket_name, prefix)


@dataclass(frozen=True)
class WebhookQueues:
    """Deliveries to tenants' servers, and those that were given up."""

    queue: sqs.IQueue
    failures: sqs.IQueue


@dataclass(frozen=True)
class JobStore:
    """The queues of jobs by kind, and the bucket that exports are written to."""

    queues: Mapping[JobQueue, sqs.IQueue]
    bucket_name: str

    @property
    def bucket_arn(self) -> str:
        return f"arn:{Aws.PARTITION}:s3:::{self.bucket_name}"

    def finding(self) -> str:
        return below_prefix(self.bucket_name, "")


@dataclass(frozen=True)
class PushTargets:
    """The platform applications of tenants that have none of their own, by platform, and a topic that shows pushes."""

    applications: Mapping[str, str]
    capture: sns.ITopic | None = None


@dataclass(frozen=True)
class Resources:
    tables: Mapping[Table, dynamodb.ITableV2]
    secrets: Mapping[str, secretsmanager.ISecret]
    """By name, see `infrastructure.names`."""
    key: kms.IKey | None
    """The customer managed key, where the stage has one."""
    changes: kinesis.IStream | None
    """Every change of `chat`, where the stage streams them by Kinesis."""
    engine: SearchEngine | None = None
    media: MediaStore | None = None
    kafka: KafkaSource | None = None
    """The MSK cluster, where the stage streams changes by Kafka."""
    sockets: SocketApi | None = None
    """The WebSocket API, for functions that send frames."""
    webhooks: WebhookQueues | None = None
    """The queues of webhooks, for functions that send, deliver or redrive."""
    jobs: JobStore | None = None
    """The queues of jobs, for functions that begin or go on with one."""
    turning_back: cloudwatch.IAlarm | None = None
    """The alarm that turns a deploy back, where functions come to a new version in steps."""
    emptier: str | None = None
    """The ARN of the function that empties buckets that go, where the stage keeps nothing."""
    push: PushTargets | None = None
    """Where pushes to phones go, for the function that pushes."""
