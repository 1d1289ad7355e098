"""The consumers of the change stream, where what they give up on ends, and another try for it."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.change_trigger import ChangeTrigger, bucket_findings
from infrastructure.constructs.function import Function, construct_name, using
from infrastructure.constructs.package import Package
from infrastructure.constructs.queues import failure_queue, work_queue
from infrastructure.constructs.resources import Resources
from infrastructure.constructs.retention import emptied, removal_policy
from infrastructure.constructs.watch import alarm, computed, measured
from infrastructure.deployed import Deployed
from infrastructure.settings import Settings
from infrastructure.triggered.streams import CONSUMERS, REDRIVE
from infrastructure.triggered.triggered import Changes, Triggered
from infrastructure.uses.queues import CONSUME
from infrastructure.uses.use import Given, Statement

KEPT = Duration.days(30)
RECEIVES = 5
LONGEST_WAIT = Duration.minutes(15)
LARGEST_LAG = Duration.minutes(5)


class StreamsStack(Stack):
    def __init__(self, scope: Construct, settings: Settings, resources: Resources) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-streams",
            description=f"Parley {settings.stage}: consumers of the change stream",
            env={"region": settings.region},
        )
        self._settings, self._resources = settings, resources
        self._package = Package(self, "streams", settings.target)
        self._failures = emptied(self._bucket(), resources)
        self.functions = {consumer.function: self._consumer(consumer) for consumer in CONSUMERS}
        self._redrive(list(self.functions.values()))
        if settings.features.alarms:
            self._watch()

    def _bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Failures",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            lifecycle_rules=[s3.LifecycleRule(expiration=KEPT)],
            removal_policy=removal_policy(self._settings),
        )
        acknowledge(
            bucket,
            {"AwsSolutions-S1": "Event source mappings and effects that gave up write here; redrive takes it away."},
        )
        return bucket

    def _consumer(self, consumer: Triggered[Changes]) -> Function:
        enhanced = self._fan_out(consumer) if consumer.trigger.urgent else None
        given = [] if enhanced is None else [Statement(("kinesis:SubscribeToShard",), (enhanced.attr_consumer_arn,))]
        retries = self._retries(consumer) if consumer.trigger.effects else None
        variables: dict[str, str] = {}
        if retries is not None:
            taking = tuple(f"sqs:{action}" for action in (*CONSUME, "SendMessage"))
            given.append(Statement(taking, (retries.queue_arn,)))
            variables = {"RETRY_QUEUE_URL": retries.queue_url, "FAILURE_BUCKET": self._failures.bucket_name}
        function = self._function(using(consumer, Given(tuple(given), variables)))
        ChangeTrigger(
            function,
            changes=consumer.trigger,
            resources=self._resources,
            failures=self._failures,
            enhanced=enhanced,
        )
        if retries is not None:
            source = sources.SqsEventSource(retries, batch_size=1, max_concurrency=self._settings.concurrency.jobs)
            function.live.add_event_source(source)
        return function

    def _fan_out(self, consumer: Triggered[Changes]) -> kinesis.CfnStreamConsumer | None:
        """Enhanced fan-out of the stream for a consumer, where the stage has it."""
        stream = self._resources.changes
        if stream is None or not self._settings.enhanced_fan_out:
            return None
        name = f"{self._settings.prefix}-{consumer.endpoint}"
        return kinesis.CfnStreamConsumer(self, "FanOut", consumer_name=name, stream_arn=stream.stream_arn)

    def _retries(self, consumer: Triggered[Changes]) -> sqs.Queue:
        """What an effect left over comes again from here. A message that ends the function each time is a failure."""
        scope = Construct(self, "Retries")
        failures = failure_queue(scope, "effect-retry-failures", self._settings)
        queue = work_queue(
            scope,
            "Queue",
            "effect-retries",
            self._settings,
            failures=failures,
            timeout=Duration.seconds(consumer.timeout),
            receives=RECEIVES,
        )
        if self._settings.features.alarms:
            alarm(
                scope,
                "GivenUp",
                self._settings,
                name="effect-retries-failed",
                description="retries of an effect end its function",
                metric=failures.metric_approximate_number_of_messages_visible(period=Duration.minutes(5)),
            )
            alarm(
                scope,
                "Behind",
                self._settings,
                name="effect-retries-behind",
                description="what an effect left over has waited for 15 minutes for its next try",
                metric=queue.metric_approximate_age_of_oldest_message(period=Duration.minutes(5)),
                threshold=LONGEST_WAIT.to_seconds(),
            )
        return queue

    def _redrive(self, consumers: list[Function]) -> None:
        given = Given(
            (
                Statement(("s3:GetObject", "s3:DeleteObject"), (self._failures.arn_for_objects("*"),)),
                Statement(("s3:ListBucket",), (self._failures.bucket_arn,)),
                Statement(("lambda:InvokeFunction",), tuple(each.live.function_arn for each in consumers)),
            ),
            {"FAILURE_BUCKET": self._failures.bucket_name},
            bucket_findings(self._failures),
        )
        self._function(using(REDRIVE, given))

    def _watch(self) -> None:
        """How far each consumer is behind; and in one alarm, as what to do is the same, what any could not apply."""
        for consumer in CONSUMERS:
            names = (consumer.endpoint, *consumer.trigger.effects)
            slowest = [measured("StreamLag", consumer=name) for name in names]
            age = self.functions[consumer.function].function.metric(
                "IteratorAge", statistic="Maximum", period=Duration.minutes(1)
            )
            alarm(
                self,
                f"{construct_name(consumer.endpoint)}Behind",
                self._settings,
                name=f"{consumer.endpoint}-behind",
                description=f"{consumer.endpoint} is five minutes behind the change stream",
                metric=_largest(slowest) if self._resources.kafka else age,
                threshold=LARGEST_LAG.to_milliseconds(),
                periods=5,
            )
        set_aside = {
            name: measured("FailedChanges", "Sum", minutes=5, consumer=name)
            for consumer in CONSUMERS
            for name in (consumer.endpoint, *consumer.trigger.effects)
        }
        alarm(
            self,
            "FailedChanges",
            self._settings,
            name="changes-failed",
            description="changes could not be applied, and were set aside; the dashboard shows by which consumer",
            metric=computed(" + ".join(f"FILL({each}, 0)" for each in set_aside), set_aside, label="failed changes"),
        )

    def _function(self, declared: Deployed) -> Function:
        return Function(
            self,
            construct_name(declared.endpoint),
            declared,
            package=self._package,
            resources=self._resources,
            settings=self._settings,
        )


def _largest(metrics: list[cloudwatch.Metric]) -> cloudwatch.IMetric:
    """The largest of some metrics, whichever of them there are."""
    if len(metrics) == 1:
        return metrics[0]
    return cloudwatch.MathExpression(
        expression="MAX(METRICS())",
        using_metrics={f"m{number}": metric for number, metric in enumerate(metrics)},
        period=Duration.minutes(1),
    )
