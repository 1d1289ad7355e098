"""The IAM statements of a function's role, made from its grants."""

from collections.abc import Sequence
from typing import Literal

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from infrastructure.access import ExportUse, Grant, JobQueue
from infrastructure.constructs.resources import KafkaSource, Resources
from infrastructure.statements import READ_ACTIONS, deny_secrets_conditions, keyed_statements, touches_secrets

KMS_READ = ("kms:Decrypt", "kms:DescribeKey")
KMS_WRITE = ("kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")


def table_statements(grants: Sequence[Grant], resources: Resources, region: str) -> list[iam.PolicyStatement]:
    """What the grants allow. A function without a grant on the tenants' secrets is denied them, come what may."""
    if not grants:
        return []
    statements = []
    for keyed in keyed_statements(grants):
        arn = resources.tables[keyed.table].table_arn
        statements.append(
            iam.PolicyStatement(
                actions=list(keyed.actions),
                resources=[f"{arn}/index/{keyed.index}" if keyed.index else arn],
                conditions=dict(keyed.conditions),
            )
        )
    if not touches_secrets(grants):
        statements.append(
            iam.PolicyStatement(
                sid="NoTenantSecrets",
                effect=iam.Effect.DENY,
                actions=["dynamodb:*"],
                resources=[resources.tables["control"].table_arn],
                conditions=dict(deny_secrets_conditions()),
            )
        )
    if resources.key:
        writes = any(set(grant.actions) - READ_ACTIONS for grant in grants)
        actions = (*KMS_READ, *(KMS_WRITE if writes else ()))
        statements.append(_key_statement(actions, resources.key, "dynamodb", region))
    return statements


def secret_statements(secrets: Sequence[str], resources: Resources, region: str) -> list[iam.PolicyStatement]:
    """Reading the named secrets."""
    if not secrets:
        return []
    arns = [resources.secrets[name].secret_arn for name in secrets]
    statements = [iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=arns)]
    if resources.key:
        statements.append(_key_statement(("kms:Decrypt",), resources.key, "secretsmanager", region))
    return statements


def _key_statement(actions: Sequence[str], key: kms.IKey, service: str, region: str) -> iam.PolicyStatement:
    """Use of the customer managed key through one AWS service, which acts on it in the caller's name."""
    return iam.PolicyStatement(
        actions=list(actions),
        resources=[key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": f"{service}.{region}.amazonaws.com"}},
    )


ENGINE_ACTIONS = {
    "read": ("es:ESHttpGet", "es:ESHttpPost"),
    "write": ("es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"),
}
ENGINE_PATHS = {"read": ("*-read/_search", "_msearch", "_cluster/health"), "write": ("*",)}


def engine_statements(engine: Literal["read", "write"] | None, resources: Resources) -> list[iam.PolicyStatement]:
    """Requests to the search engine: a reader's to its searches alone."""
    if engine is None or resources.engine is None:
        return []
    paths = [f"{resources.engine.domain_arn}/{path}" for path in ENGINE_PATHS[engine]]
    return [iam.PolicyStatement(actions=list(ENGINE_ACTIONS[engine]), resources=paths)]


INTERFACE_ACTIONS = (
    "AssignPrivateIpAddresses",
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    "DescribeNetworkInterfaces",
    "DescribeSubnets",
    "UnassignPrivateIpAddresses",
)


def network_statements(*, in_vpc: bool) -> list[iam.PolicyStatement]:
    """What Lambda does in the function's name to run it in a VPC."""
    actions = [f"ec2:{action}" for action in INTERFACE_ACTIONS]
    return [iam.PolicyStatement(actions=actions, resources=["*"])] if in_vpc else []


def socket_statements(resources: Resources, *, sends_frames: bool) -> list[iam.PolicyStatement]:
    """Frames to connections of the WebSocket API, and closing them."""
    return [resources.sockets.statement()] if sends_frames and resources.sockets else []


def webhook_statements(
    use: Literal["send", "deliver", "redrive"] | None, resources: Resources
) -> list[iam.PolicyStatement]:
    """Jobs into the queue of deliveries; a deliverer sets aside what it gives up, and a redrive takes it from there."""
    if use is None or resources.webhooks is None:
        return []
    send = ["sqs:SendMessage"]
    statements = [iam.PolicyStatement(actions=send, resources=[resources.webhooks.queue.queue_arn])]
    if use != "send":
        actions = send if use == "deliver" else ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
        statements.append(iam.PolicyStatement(actions=actions, resources=[resources.webhooks.failures.queue_arn]))
    return statements


EXPORT_ACTIONS: dict[ExportUse, tuple[str, ...]] = {
    "read": ("GetObject",),
    "write": ("PutObject", "GetObject", "DeleteObject"),
    "remove": ("DeleteObject", "AbortMultipartUpload"),
}


def job_statements(
    queues: Sequence[JobQueue], exports: ExportUse | None, resources: Resources
) -> list[iam.PolicyStatement]:
    """Jobs into their queues, and objects of the bucket of exports."""
    if resources.jobs is None:
        return []
    arns = [resources.jobs.queues[kind].queue_arn for kind in queues]
    statements = [iam.PolicyStatement(actions=["sqs:SendMessage"], resources=arns)] if arns else []
    if exports:
        actions = [f"s3:{action}" for action in EXPORT_ACTIONS[exports]]
        statements.append(iam.PolicyStatement(actions=actions, resources=[f"{resources.jobs.bucket_arn}/*"]))
        if exports == "remove":
            statements.append(iam.PolicyStatement(actions=["s3:ListBucket"], resources=[resources.jobs.bucket_arn]))
    return statements


def stream_statements(resources: Resources, region: str) -> list[iam.PolicyStatement]:
    """What the event source mapping does in the function's name: read the change stream."""
    if resources.kafka:
        return _kafka_statements(resources.kafka)
    if resources.changes is None:
        return []
    actions = ["DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards"]
    statements = [
        iam.PolicyStatement(
            actions=[f"kinesis:{action}" for action in actions], resources=[resources.changes.stream_arn]
        )
    ]
    if resources.key:
        statements.append(_key_statement(("kms:Decrypt",), resources.key, "kinesis", region))
    return statements


def _kafka_statements(kafka: KafkaSource) -> list[iam.PolicyStatement]:
    """Reading topics by IAM, and the network interfaces by which Lambda's pollers reach the cluster."""
    interfaces = ["CreateNetworkInterface", "DeleteNetworkInterface"]
    described = ["DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"]
    return [
        iam.PolicyStatement(
            actions=["kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"],
            resources=[kafka.cluster_arn],
        ),
        iam.PolicyStatement(
            actions=["kafka-cluster:Connect", "kafka-cluster:DescribeClusterDynamicConfiguration"],
            resources=[kafka.cluster_arn],
        ),
        iam.PolicyStatement(
            actions=["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"], resources=[kafka.topics_arn]
        ),
        iam.PolicyStatement(
            actions=["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"], resources=[kafka.groups_arn]
        ),
        iam.PolicyStatement(actions=[f"ec2:{action}" for action in (*interfaces, *described)], resources=["*"]),
    ]
