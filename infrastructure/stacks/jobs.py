"""Jobs: their queues, the bucket of exports, the workers, the sweeper, and an alarm on what keeps failing."""

from dataclasses import replace

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infrastructure.access import JOB_QUEUES, JobQueue
from infrastructure.constructs.function import Function, construct_name
from infrastructure.constructs.package import Package
from infrastructure.constructs.queues import failure_queue, work_queue
from infrastructure.constructs.resources import JobStore, Resources
from infrastructure.constructs.retention import emptied, removal_policy
from infrastructure.constructs.watch import alarm
from infrastructure.deployed import Deployed
from infrastructure.settings import Settings
from infrastructure.triggered.jobs import RUN_SECONDS, RUN_TIMERS, START_RETENTIONS, SWEEP, WORKERS

RECEIVES = 5
"""The sweeper goes on with a job whatever became of its messages; the failures only tell the operator."""
EXPORTS_KEPT_DAYS = 14
"""A week longer than they are handed out: an export may take its time, and its first file is its oldest."""


class JobsStack(Stack):
    """`resources` are the given ones with the queues and the bucket."""

    def __init__(self, scope: Construct, settings: Settings, resources: Resources, *, logs: s3.IBucket | None) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-job-workers",
            description=f"Parley {settings.stage}: erasures and exports",
            env={"region": settings.region},
        )
        self._settings = settings
        self._failures = failure_queue(self, "job-failures", settings)
        queues: dict[JobQueue, sqs.IQueue] = {kind: self._queue(kind) for kind in JOB_QUEUES}
        bucket_name = settings.worldwide(f"exports-{Aws.ACCOUNT_ID}")
        emptied(self._bucket(bucket_name, logs), resources)
        self.resources = self._resources = replace(resources, jobs=JobStore(queues, bucket_name))
        self._package = Package(self, "jobs", settings.target)
        for worker in WORKERS:
            function = self._function(worker)
            queue = queues[worker.trigger.kind]
            function.live.add_event_source(
                sources.SqsEventSource(queue, batch_size=1, max_concurrency=settings.concurrency.jobs)
            )
        sweep = self._function(SWEEP)
        rule = events.Rule(
            self, "EveryFiveMinutes", schedule=events.Schedule.rate(Duration.minutes(SWEEP.trigger.minutes))
        )
        rule.add_target(targets.LambdaFunction(sweep.live))
        every_minute = events.Rule(
            self, "EveryMinute", schedule=events.Schedule.rate(Duration.minutes(RUN_TIMERS.trigger.minutes))
        )
        every_minute.add_target(targets.LambdaFunction(self._function(RUN_TIMERS).live))
        every_day = events.Rule(
            self, "EveryDay", schedule=events.Schedule.rate(Duration.minutes(START_RETENTIONS.trigger.minutes))
        )
        every_day.add_target(targets.LambdaFunction(self._function(START_RETENTIONS).live))
        if settings.features.alarms:
            self._watch()

    def _function(self, declared: Deployed) -> Function:
        return Function(
            self,
            construct_name(declared.endpoint),
            declared,
            package=self._package,
            resources=self._resources,
            settings=self._settings,
        )

    def _queue(self, kind: JobQueue) -> sqs.Queue:
        return work_queue(
            self,
            kind.capitalize(),
            kind,
            self._settings,
            failures=self._failures,
            timeout=Duration.seconds(RUN_SECONDS),
            receives=RECEIVES,
        )

    def _bucket(self, name: str, logs: s3.IBucket | None) -> s3.Bucket:
        """Private, TLS only, emptied by time: an export can be made again, so it is kept in no stage."""
        return s3.Bucket(
            self,
            "Exported",
            bucket_name=name,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            server_access_logs_bucket=logs,
            server_access_logs_prefix="exports/" if logs else None,
            cors=self._cors(),
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="expired",
                    expiration=Duration.days(EXPORTS_KEPT_DAYS),
                    abort_incomplete_multipart_upload_after=Duration.days(EXPORTS_KEPT_DAYS),
                )
            ],
            removal_policy=removal_policy(self._settings),
        )

    def _cors(self) -> list[s3.CorsRule]:
        """Pages of named origins, as the console is, may put the file of an import."""
        if not self._settings.cors_origins:
            return []
        uploads = s3.CorsRule(
            allowed_origins=list(self._settings.cors_origins),
            allowed_methods=[s3.HttpMethods.PUT],
            allowed_headers=["content-type"],
            max_age=3600,
        )
        return [uploads]

    def _watch(self) -> None:
        alarm(
            self,
            "Failing",
            self._settings,
            name="jobs-failing",
            description="a job fails again and again; its log says where, and it is tried again by itself",
            metric=self._failures.metric_approximate_number_of_messages_visible(period=Duration.minutes(5)),
        )
