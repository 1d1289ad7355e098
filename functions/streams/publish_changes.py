"""The Kafka variant's publisher: DynamoDB Streams of `chat` to the topics of MSK."""

from functools import cache
from typing import Any, cast

from parley import aws
from parley.settings import kafka_settings, settings
from parley.streams import publisher
from parley.streams.publisher import Producer

from aws_lambda_powertools.utilities.typing import LambdaContext
from kafka import KafkaProducer


@cache
def producer() -> Producer:
    """The process's producer: every in-sync replica has a record before it counts, and none is written twice."""
    given = kafka_settings()
    options: dict[str, Any] = {"bootstrap_servers": list(given.brokers)}
    if not given.brokers:
        brokers = aws.client("kafka").get_bootstrap_brokers(ClusterArn=given.cluster_arn)
        options = {
            "bootstrap_servers": brokers["BootstrapBrokerStringSaslIam"].split(","),
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "AWS_MSK_IAM",
        }
    return cast(
        "Producer",
        KafkaProducer(
            acks="all", enable_idempotence=True, compression_type="gzip", linger_ms=5, max_block_ms=5_000, **options
        ),
    )


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return publisher.publish(event, context, producer(), table=settings().chat_table)
