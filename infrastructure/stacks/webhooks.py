"""Webhooks: the queue of deliveries, the one of those that were given up, and the function that delivers."""

from dataclasses import replace

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.function import Function, FunctionDefinition
from infrastructure.constructs.notify import notify
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Resources, WebhookQueues
from infrastructure.settings import Settings
from infrastructure.webhooks import DELIVERER_GRANTS

TIMEOUT_SECONDS = 60
"""Ten deliveries, five at once, of at most 16 s each."""
RECEIVES = 5
"""A job comes back after a failure of ours alone; what endpoints do makes new messages."""
CONCURRENCY = 50
CONSUME = ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes", "GetQueueUrl")


class WebhooksStack(Stack):
    """`resources` are the given ones with the queues."""

    def __init__(self, scope: Construct, settings: Settings, resources: Resources) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-webhook-delivery",
            description=f"Parley {settings.stage}: deliveries to tenants' servers",
            env={"region": settings.region},
        )
        self._settings = settings
        queues = self._queues()
        self.resources = replace(resources, webhooks=queues)
        definition = FunctionDefinition(
            name="deliver",
            description="sends events to tenants' servers",
            grants=DELIVERER_GRANTS,
            memory=256,
            timeout=TIMEOUT_SECONDS,
            webhooks="deliver",
            statements=(
                iam.PolicyStatement(
                    actions=[f"sqs:{action}" for action in CONSUME],
                    resources=[queues.queue.queue_arn],
                ),
            ),
        )
        package = Package(self, "webhooks", settings.target)
        function = Function(self, "Deliver", definition, package=package, resources=self.resources, settings=settings)
        function.live.add_event_source(
            sources.SqsEventSource(
                queues.queue, batch_size=10, report_batch_item_failures=True, max_concurrency=CONCURRENCY
            )
        )
        if settings.features.alarms:
            self._watch(queues.failures)

    def _queues(self) -> WebhookQueues:
        failures = sqs.Queue(
            self,
            "Failures",
            queue_name=f"{self._settings.prefix}-webhook-failures",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        acknowledge(failures, {"AwsSolutions-SQS3": "It is the dead-letter queue."})
        queue = sqs.Queue(
            self,
            "Deliveries",
            queue_name=f"{self._settings.prefix}-webhook-deliveries",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(4),
            visibility_timeout=Duration.seconds(TIMEOUT_SECONDS * 6),
            dead_letter_queue=sqs.DeadLetterQueue(queue=failures, max_receive_count=RECEIVES),
        )
        return WebhookQueues(queue, failures)

    def _watch(self, failures: sqs.IQueue) -> None:
        alarm = cloudwatch.Alarm(
            self,
            "GivenUp",
            alarm_name=f"{self._settings.prefix}-webhooks-given-up",
            alarm_description="deliveries were given up; POST /v1/admin/webhooks/redrive tries them again",
            metric=failures.metric_approximate_number_of_messages_visible(period=Duration.minutes(5)),
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        notify(alarm, self._settings)
