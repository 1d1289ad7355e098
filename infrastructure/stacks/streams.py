"""The consumers of the change stream, where what they give up on ends, and another try for it."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infrastructure.constructs import policy
from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.change_trigger import ChangeTrigger, bucket_findings
from infrastructure.constructs.function import Function, FunctionDefinition
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Resources
from infrastructure.constructs.retention import removal_policy
from infrastructure.constructs.watch import alarm, measured
from infrastructure.consumers import CONSUMERS, Consumer
from infrastructure.settings import Settings

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

    def _consumer(self, consumer: Consumer) -> Function:
        definition = FunctionDefinition(
            name=consumer.endpoint,
            description=consumer.description,
            grants=consumer.grants,
            memory=consumer.memory,
            timeout=consumer.timeout,
            layers=consumer.layers,
            sends_frames=consumer.sends_frames,
            webhooks="send" if consumer.queues_webhooks else None,
            engine=consumer.engine,
            push="send" if consumer.pushes else None,
            statements=tuple(policy.stream_statements(self._resources, self._settings.region)),
        )
        function = self._function(definition)
        ChangeTrigger(
            function,
            entities=consumer.entities,
            resources=self._resources,
            failures=self._failures,
            inserts_only=consumer.inserts_only,
        )
        return function

    def _redrive(self, consumers: list[Function]) -> None:
        objects = iam.PolicyStatement(
            actions=["s3:GetObject", "s3:DeleteObject"], resources=[self._failures.arn_for_objects("*")]
        )
        listing = iam.PolicyStatement(actions=["s3:ListBucket"], resources=[self._failures.bucket_arn])
        invoke = iam.PolicyStatement(
            actions=["lambda:InvokeFunction"], resources=[each.live.function_arn for each in consumers]
        )
        stream = [] if self._resources.kafka else policy.stream_statements(self._resources, self._settings.region)
        function = self._function(
            FunctionDefinition(
                name="redrive",
                description="another try for batches that a consumer gave up on",
                grants=(),
                timeout=900,
                environment={"FAILURE_BUCKET": self._failures.bucket_name},
                statements=(objects, listing, invoke, *stream),
            )
        )
        acknowledge(function, bucket_findings(self._failures))

    def _watch(self) -> None:
        """How far each consumer is behind, and what it could not apply. The search stack watches the indexer's age."""
        lags, changes, failures = [], [], []
        for consumer in CONSUMERS:
            words = "".join(word.capitalize() for word in consumer.endpoint.split("_"))
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
                description="changes could not be applied: see Change stream in docs/operations.md",
                metric=failed,
            )
            lags.append(lag)
            changes.append(measured("Changes", "Sum", consumer=consumer.endpoint))
            failures.append(failed)
        dashboard = cloudwatch.Dashboard(self, "Dashboard", dashboard_name=f"{self._settings.prefix}-streams")
        dashboard.add_widgets(
            cloudwatch.GraphWidget(title="How far consumers are behind", left=lags, width=12),
            cloudwatch.GraphWidget(title="Changes applied, and failed", left=changes, right=failures, width=12),
        )

    def _function(self, definition: FunctionDefinition) -> Function:
        return Function(
            self,
            "".join(word.capitalize() for word in definition.name.split("_")),
            definition,
            package=self._package,
            resources=self._resources,
            settings=self._settings,
        )
