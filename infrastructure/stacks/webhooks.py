"""Webhooks: the queue of deliveries, the one of those that were given up, and the function that delivers."""

from dataclasses import replace

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from infrastructure.constructs.function import Function
from infrastructure.constructs.package import Package
from infrastructure.constructs.queues import failure_queue, work_queue
from infrastructure.constructs.resources import Resources, WebhookQueues
from infrastructure.constructs.watch import alarm, measured
from infrastructure.settings import Settings
from infrastructure.triggered.webhooks import DELIVER

RECEIVES = 5
"""A job comes back after a failure of ours alone; what endpoints do makes new messages."""
LONGEST_DELAY, LONGEST_WAIT = Duration.seconds(900), Duration.minutes(10)
"""How long a message is held back on purpose, as `parley.webhooks.delivery_queue` does, and may wait for its turn."""
MOST_PERCENT, MANY_ATTEMPTS = 80, 200


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
        package = Package(self, "webhooks", settings.target)
        function = Function(self, "Deliver", DELIVER, package=package, resources=self.resources, settings=settings)
        function.live.add_event_source(
            sources.SqsEventSource(
                queues.queue,
                batch_size=10,
                report_batch_item_failures=True,
                max_concurrency=settings.concurrency.webhooks,
            )
        )
        if settings.features.alarms:
            self._watch(queues)

    def _queues(self) -> WebhookQueues:
        failures = failure_queue(self, "webhook-failures", self._settings)
        queue = work_queue(
            self,
            "Deliveries",
            "webhook-deliveries",
            self._settings,
            failures=failures,
            timeout=Duration.seconds(DELIVER.timeout),
            receives=RECEIVES,
        )
        return WebhookQueues(queue, failures)

    def _watch(self, queues: WebhookQueues) -> None:
        """What an operator can do something about. That one tenant's endpoint fails is for its tenant to see."""
        alarm(
            self,
            "GivenUp",
            self._settings,
            name="webhooks-given-up",
            description="deliveries were given up; POST /v1/admin/webhooks/redrive tries them again",
            metric=queues.failures.metric_approximate_number_of_messages_visible(period=Duration.minutes(5)),
        )
        alarm(
            self,
            "Behind",
            self._settings,
            name="webhooks-behind",
            description="a delivery that is due has waited for ten minutes: the deliverer is behind",
            metric=queues.queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(5)),
            threshold=LONGEST_DELAY.plus(LONGEST_WAIT).to_seconds(),
            periods=2,
        )
        alarm(
            self,
            "MostFail",
            self._settings,
            name="webhooks-most-fail",
            description="most attempts fail, of many",
            metric=_failing_share(),
            threshold=MOST_PERCENT,
            periods=3,
        )


def _failing_share() -> cloudwatch.MathExpression:
    """The percentage of attempts that fail, 0 where few are made: then it is an endpoint, and not us."""
    names = {"attempts": "WebhookAttempts", "failures": "WebhookFailures"}
    return cloudwatch.MathExpression(
        expression=f"IF(attempts > {MANY_ATTEMPTS}, 100 * failures / attempts, 0)",
        label="failing, percent",
        using_metrics={name: measured(metric, "Sum", minutes=5) for name, metric in names.items()},
        period=Duration.minutes(5),
    )
