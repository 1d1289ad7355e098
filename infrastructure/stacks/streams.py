"""The consumers of the change stream, where what they give up on ends, and another try for it."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.change_trigger import ChangeTrigger, bucket_findings
from infrastructure.constructs.function import Function, construct_name, using
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Resources
from infrastructure.constructs.retention import removal_policy
from infrastructure.constructs.watch import alarm, measured
from infrastructure.deployed import Deployed
from infrastructure.settings import Settings
from infrastructure.triggered.streams import CONSUMERS, REDRIVE
from infrastructure.triggered.triggered import Changes, Triggered
from infrastructure.uses.use import Given, Statement

KEPT = Duration.days(30)
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
        self._failures = self._bucket()
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
        acknowledge(bucket, {"AwsSolutions-S1": "Only event source mappings write here, and redrive reads."})
        return bucket

    def _consumer(self, consumer: Triggered[Changes]) -> Function:
        function = self._function(consumer)
        ChangeTrigger(
            function,
            entities=consumer.trigger.entities,
            resources=self._resources,
            failures=self._failures,
            inserts_only=consumer.trigger.inserts_only,
        )
        return function

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
        """How far each consumer is behind, and what it could not apply."""
        for consumer in CONSUMERS:
            words = construct_name(consumer.endpoint)
            lag = measured("StreamLag", consumer=consumer.endpoint)
            failed = measured("FailedChanges", "Sum", minutes=5, consumer=consumer.endpoint)
            age = self.functions[consumer.function].function.metric(
                "IteratorAge", statistic="Maximum", period=Duration.minutes(1)
            )
            alarm(
                self,
                f"{words}Behind",
                self._settings,
                name=f"{consumer.endpoint}-behind",
                description=f"{consumer.endpoint} is five minutes behind the change stream",
                metric=lag if self._resources.kafka else age,
                threshold=LARGEST_LAG.to_milliseconds(),
                periods=5,
            )
            alarm(
                self,
                f"{words}Failed",
                self._settings,
                name=f"{consumer.endpoint}-failed-changes",
                description="changes could not be applied, and were set aside",
                metric=failed,
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
