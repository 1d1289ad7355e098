"""Reading the change stream: what the event source mapping does in the function's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infrastructure.uses.use import Place, Statement, Use

if TYPE_CHECKING:
    from infrastructure.constructs.resources import KafkaSource

READ = ("DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards")
INTERFACES = ("CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces")
"""By which Lambda's pollers reach a cluster."""
DESCRIBED = ("DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs")


@dataclass(frozen=True)
class ChangeStream(Use):
    """The stream of Kinesis, or topics of Kafka; `kinesis_alone` where what came by Kafka is kept with its batch."""

    kinesis_alone: bool = False

    def statements(self, place: Place) -> Iterable[Statement]:
        resources = place.resources
        if resources.kafka:
            if not self.kinesis_alone:
                yield from _kafka_statements(resources.kafka)
        elif resources.changes is not None:
            yield Statement(tuple(f"kinesis:{action}" for action in READ), (resources.changes.stream_arn,))
            if resources.key:
                via = {"StringEquals": {"kms:ViaService": f"kinesis.{place.settings.region}.amazonaws.com"}}
                yield Statement(("kms:Decrypt",), (resources.key.key_arn,), via)


def _kafka_statements(kafka: KafkaSource) -> Iterable[Statement]:
    """Reading topics by IAM, and the network interfaces."""
    yield Statement(
        ("kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"), (kafka.cluster_arn,)
    )
    yield Statement(
        ("kafka-cluster:Connect", "kafka-cluster:DescribeClusterDynamicConfiguration"), (kafka.cluster_arn,)
    )
    yield Statement(("kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"), (kafka.topics_arn,))
    yield Statement(("kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"), (kafka.groups_arn,))
    yield Statement(tuple(f"ec2:{action}" for action in (*INTERFACES, *DESCRIBED)), ("*",))
