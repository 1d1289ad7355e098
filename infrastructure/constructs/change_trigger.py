"""What wakes a consumer of the change stream: event source mappings, the same whichever source the stage has.

Retries are bounded and a failing batch is bisected, so that a record that nobody can apply ends in a bucket with its
payload and the shard moves on. Filters keep a consumer asleep for what it ignores. See `parley.streams.consumer`.
"""

from typing import cast

from aws_cdk import CfnElement, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.function import Function
from infrastructure.constructs.resources import KafkaSource, Resources
from infrastructure.topics import topics_of
from infrastructure.triggered.filters import patterns
from infrastructure.triggered.triggered import Changes

BATCH_SIZE = 500
WINDOW = Duration.seconds(1)
PARALLELIZATION = 4
POLLER_GROUP = "changes"
"""Mappings of one group share the pollers that are paid by the hour."""
RETRIES = 6
LARGEST_AGE = Duration.hours(6)


class ChangeTrigger(Construct):
    """Wakes `function` for these changes; what it cannot apply goes to the bucket `failures`.

    By `enhanced` the stream pushes records as they come; otherwise Lambda asks for them, once a second.

    The function's role needs `policy.stream_statements`, and to put objects into the bucket, which this grants.
    """

    def __init__(
        self,
        function: Function,
        *,
        changes: Changes,
        resources: Resources,
        failures: s3.Bucket,
        enhanced: kinesis.CfnStreamConsumer | None = None,
    ) -> None:
        super().__init__(function, "Changes")
        self._function, self._changes, self._failures = function, changes, failures
        failures.grant_put(function.role)
        acknowledge(function, bucket_findings(failures))
        if resources.kafka:
            acknowledge(function, resources.kafka.findings())
        if resources.kafka:
            function.role.add_to_principal_policy(
                iam.PolicyStatement(actions=["s3:ListBucket"], resources=[failures.bucket_arn])
            )  # which Lambda asks of a Kafka source's role, and CDK's destination grants where it is used
            for topic in topics_of(changes.entities):
                self._on_topic(topic, resources.kafka)
        elif resources.changes:
            lambda_.EventSourceMapping(
                self,
                "Stream",
                target=function.live,
                event_source_arn=enhanced.attr_consumer_arn if enhanced else resources.changes.stream_arn,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=BATCH_SIZE,
                max_batching_window=Duration.seconds(0) if enhanced else WINDOW,
                parallelization_factor=PARALLELIZATION,
                report_batch_item_failures=True,
                bisect_batch_on_error=True,
                retry_attempts=RETRIES,
                max_record_age=LARGEST_AGE,
                on_failure=sources.S3OnFailureDestination(failures),
                filters=[{"pattern": pattern} for pattern in patterns(changes, field="data")],
            )

    def _on_topic(self, topic: str, kafka: KafkaSource) -> None:
        """Provisioned pollers: without them a Kafka trigger neither bisects nor gives up on a record."""
        lambda_.CfnEventSourceMapping(
            self,
            "".join(part.capitalize() for part in topic.replace(".", "-").split("-")),
            function_name=self._function.live.function_arn,
            event_source_arn=kafka.cluster_arn,
            topics=[topic],
            starting_position="TRIM_HORIZON",
            batch_size=BATCH_SIZE,
            maximum_batching_window_in_seconds=WINDOW.to_seconds(),
            function_response_types=["ReportBatchItemFailures"],
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=RETRIES,
            maximum_record_age_in_seconds=LARGEST_AGE.to_seconds(),
            provisioned_poller_config=lambda_.CfnEventSourceMapping.ProvisionedPollerConfigProperty(
                minimum_pollers=1, maximum_pollers=PARALLELIZATION, poller_group_name=POLLER_GROUP
            ),
            amazon_managed_kafka_event_source_config=(
                lambda_.CfnEventSourceMapping.AmazonManagedKafkaEventSourceConfigProperty(
                    consumer_group_id=f"{self._function.function.function_name}-{topic}"
                )
            ),
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=self._failures.bucket_arn)
            ),
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[
                    lambda_.CfnEventSourceMapping.FilterProperty(pattern=pattern)
                    for pattern in patterns(self._changes, field="value")
                ]
            ),
        )


def bucket_findings(failures: s3.Bucket) -> dict[str, str]:
    """What cdk-nag finds in the destination's own grant: the role may read and write in that bucket alone."""
    logical_id = Stack.of(failures).get_logical_id(cast("CfnElement", failures.node.default_child))
    found = [f"Action::s3:{action}*" for action in ("Abort", "DeleteObject", "GetBucket", "GetObject", "List")]
    found.append(f"Resource::<{logical_id}.Arn>/*")
    reason = "Objects are named when a batch is set aside; the bucket holds nothing but what was."
    return {f"AwsSolutions-IAM5[{each}]": reason for each in found}
