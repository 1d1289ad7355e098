"""Queues of work, and where what was given up ends: encrypted, TLS only, looked at again by hand within two weeks."""

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.settings import Settings

VISIBLE_AGAIN_AFTER = 6
"""As many timeouts of the function, as AWS advises: a message is not handed out while it is worked on."""


def failure_queue(scope: Construct, name: str, settings: Settings) -> sqs.Queue:
    """The dead-letter queue `<prefix>-<name>`, kept for as long as SQS can."""
    queue = sqs.Queue(
        scope,
        "Failures",
        queue_name=f"{settings.prefix}-{name}",
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=Duration.days(14),
    )
    acknowledge(queue, {"AwsSolutions-SQS3": "It is the dead-letter queue."})
    return queue


def work_queue(
    scope: Construct,
    construct_id: str,
    name: str,
    settings: Settings,
    *,
    failures: sqs.IQueue,
    timeout: Duration,
    receives: int,
) -> sqs.Queue:
    """The queue `<prefix>-<name>` of a function with this timeout; after so many receives a message is a failure."""
    return sqs.Queue(
        scope,
        construct_id,
        queue_name=f"{settings.prefix}-{name}",
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=Duration.days(4),
        visibility_timeout=Duration.seconds(timeout.to_seconds() * VISIBLE_AGAIN_AFTER),
        dead_letter_queue=sqs.DeadLetterQueue(queue=failures, max_receive_count=receives),
    )
