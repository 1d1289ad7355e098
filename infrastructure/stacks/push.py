"""Where pushes to phones go: platform applications that the operator made; on one machine, a queue that shows them."""

from dataclasses import replace

from aws_cdk import Duration, Stack
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infrastructure.constructs.resources import PushTargets, Resources
from infrastructure.constructs.watch import alarm, measured
from infrastructure.names import captured_pushes_name
from infrastructure.settings import Settings


class PushStack(Stack):
    """`resources` are the given ones with the targets of pushes."""

    def __init__(self, scope: Construct, settings: Settings, resources: Resources) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-push-targets",
            description=f"Parley {settings.stage}: where pushes to phones go",
            env={"region": settings.region},
        )
        self._settings = settings
        capture = None if settings.features.phones else self._capture()
        self.resources = replace(resources, push=PushTargets(settings.push_applications, capture))
        if settings.features.alarms:
            self._watch()

    def _capture(self) -> sns.Topic:
        """An emulator takes pushes and drops them: a copy of each lies in a queue for those who want to see it."""
        name = captured_pushes_name(self._settings.stage)
        topic = sns.Topic(self, "Pushes", topic_name=name)
        queue = sqs.Queue(self, "Captured", queue_name=name, retention_period=Duration.days(1))
        topic.add_subscription(subscriptions.SqsSubscription(queue, raw_message_delivery=True))
        return topic

    def _watch(self) -> None:
        """A platform application that is disabled, gone or not reached by the role: its app gets no push at all."""
        alarm(
            self,
            "Unusable",
            self._settings,
            name="push-applications-unusable",
            description="a platform application takes no pushes; the log of send_push names the tenant",
            metric=measured("PushesUnusable", "Sum", minutes=5, consumer="send_push"),
        )
