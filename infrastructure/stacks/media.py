"""Media: the bucket and what delivers from it in one stack, what checks and cleans up in another."""

from dataclasses import replace
from typing import cast

from aws_cdk import Aws, CfnOutput, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.function import Function, construct_name, using
from infrastructure.constructs.media_distribution import CDN_LOGS, MediaDistribution
from infrastructure.constructs.package import Package
from infrastructure.constructs.queues import failure_queue, work_queue
from infrastructure.constructs.resources import Cdn, MediaStore, Resources, below_prefix
from infrastructure.constructs.retention import emptied, removal_policy
from infrastructure.constructs.watch import alarm
from infrastructure.deployed import Deployed
from infrastructure.settings import Settings
from infrastructure.triggered.media import CHECK_SECONDS, PROCESS_UPLOAD, QUARANTINE, RECONCILE_ACCESS_LOGS, SWEEP
from infrastructure.uses.use import Given, Statement

CHECK_TIMEOUT = Duration.seconds(CHECK_SECONDS)
DELIVERIES = 5


class MediaStorageStack(Stack):
    """`resources` are the given ones with where media lies."""

    def __init__(self, scope: Construct, settings: Settings, resources: Resources) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-media-storage",
            description=f"Parley {settings.stage}: the bucket of media, its queue, distribution and malware scanner",
            env={"region": settings.region},
            termination_protection=settings.protected,
        )
        self._settings = settings
        self._removal = removal_policy(settings)
        self.logs_name = settings.worldwide(f"media-logs-{Aws.ACCOUNT_ID}")
        self.logs = None if settings.stage == "local" else emptied(self._log_bucket(), resources)
        self.bucket_name = settings.worldwide(f"media-{Aws.ACCOUNT_ID}")
        self.bucket = emptied(self._bucket(), resources)
        self.queue, self.failures = self._queues()
        self.guarded = settings.features.cdn and settings.clamd_address is None
        self._notify()
        if self.guarded:
            self._guard()
        store = MediaStore(
            self.bucket_name,
            self.queue,
            self.failures,
            None if settings.stage == "local" else self._upload_role(),
            self._cdn(resources) if settings.features.cdn else None,
            scanner="clamd" if settings.clamd_address else "guardduty" if self.guarded else "none",
        )
        self.resources = replace(resources, media=store)
        CfnOutput(self, "MediaBucket", value=self.bucket.bucket_name)

    def _log_bucket(self) -> s3.Bucket:
        """Access logs of the bucket and the distribution. CloudFront writes its with an ACL."""
        bucket = s3.Bucket(
            self,
            "AccessLogs",
            bucket_name=self.logs_name,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
            lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(90))],
            removal_policy=self._removal,
        )
        acknowledge(bucket, {"AwsSolutions-S1": "It holds access logs; logging the writes of logs would never end."})
        cast(
            "s3.CfnBucket", bucket.node.default_child
        ).notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )
        return bucket

    def _bucket(self) -> s3.Bucket:
        """Private, TLS only. What is not checked within two days is no longer wanted; deleted files stay a week."""
        return s3.Bucket(
            self,
            "Media",
            bucket_name=self.bucket_name,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            versioned=self._settings.retain_data,
            server_access_logs_bucket=self.logs,
            server_access_logs_prefix="s3/" if self.logs else None,
            cors=self._cors(),
            lifecycle_rules=[
                s3.LifecycleRule(id="unfinished", abort_incomplete_multipart_upload_after=Duration.days(2)),
                s3.LifecycleRule(id="unchecked", prefix=QUARANTINE, expiration=Duration.days(2)),
                s3.LifecycleRule(id="deleted", noncurrent_version_expiration=Duration.days(7)),
            ],
            removal_policy=self._removal,
        )

    def _cors(self) -> list[s3.CorsRule]:
        """Named origins may upload; whoever has a signed URL may read, as from the distribution where there is one."""
        reads = s3.CorsRule(
            allowed_origins=["*"],
            allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.HEAD],
            allowed_headers=["range", "if-range"],
            exposed_headers=["ETag", "Accept-Ranges", "Content-Range"],
            max_age=3600,
        )
        if not self._settings.cors_origins:
            return [reads]
        uploads = s3.CorsRule(
            allowed_origins=list(self._settings.cors_origins),
            allowed_methods=[s3.HttpMethods.PUT, s3.HttpMethods.POST],
            allowed_headers=["content-type", "x-amz-checksum-sha256"],
            exposed_headers=["ETag", "x-amz-checksum-sha256"],
            max_age=3600,
        )
        return [uploads, reads]

    def _queues(self) -> tuple[sqs.Queue, sqs.Queue]:
        failures = failure_queue(self, "media-failures", self._settings)
        queue = work_queue(
            self,
            "Uploads",
            "media-uploads",
            self._settings,
            failures=failures,
            timeout=CHECK_TIMEOUT,
            receives=DELIVERIES,
        )
        return queue, failures

    def _cdn(self, resources: Resources) -> Cdn:
        """The distribution; whatever a signature of ours says, it reads nothing that is not checked."""
        delivery = MediaDistribution(self, self.bucket, self.logs, resources=resources, settings=self._settings)
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="NothingUnchecked",
                effect=iam.Effect.DENY,
                principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                actions=["s3:GetObject"],
                resources=[self.bucket.arn_for_objects(f"{QUARANTINE}*")],
            )
        )
        return delivery.cdn

    def _notify(self) -> None:
        """S3 tells the queue of what arrives in quarantine. CDK's own way would add a function of its own.

        GuardDuty has EventBridge told too. It switches that on itself, and a deploy would switch it off again.
        """
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sqs:SendMessage"],
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                resources=[self.queue.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": f"arn:{Aws.PARTITION}:s3:::{self.bucket_name}"}},
            )
        )
        bucket = cast("s3.CfnBucket", self.bucket.node.default_child)
        told = s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True) if self.guarded else None
        prefix = s3.CfnBucket.FilterRuleProperty(name="prefix", value=QUARANTINE)
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*",
                    queue=self.queue.queue_arn,
                    filter=s3.CfnBucket.NotificationFilterProperty(
                        s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=[prefix])
                    ),
                )
            ],
            event_bridge_configuration=told,
        )
        bucket.node.add_dependency(self.queue)

    def _upload_role(self) -> iam.Role:
        """Signs uploads: it may write to quarantine, and its sessions end when they say (`parley.media.storage`)."""
        endpoints = self.format_arn(
            service="iam", region="", resource="role", resource_name=f"{self._settings.prefix}-media-*"
        )
        role = iam.Role(
            self,
            "Uploader",
            description=f"Parley {self._settings.stage}: what presigned uploads may do",
            assumed_by=iam.AccountPrincipal(self.account).with_conditions({"ArnLike": {"aws:PrincipalArn": endpoints}}),
        )
        writes = iam.PolicyStatement(
            actions=["s3:PutObject"], resources=[f"arn:{Aws.PARTITION}:s3:::{self.bucket_name}/{QUARANTINE}*"]
        )
        role.add_to_policy(writes)
        reason = "A signature names one key; the role may sign for all of quarantine."
        acknowledge(role, {below_prefix(self.bucket_name, QUARANTINE): reason})
        return role

    def _guard(self) -> None:
        """GuardDuty tags what arrives in quarantine, and its verdict wakes the check."""
        role = iam.Role(
            self, "Scanner", assumed_by=iam.ServicePrincipal("malware-protection-plan.guardduty.amazonaws.com")
        )
        managed_rule = self.format_arn(
            service="events", resource="rule", resource_name="DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*"
        )
        objects = f"arn:{Aws.PARTITION}:s3:::{self.bucket_name}/{QUARANTINE}*"
        probe = self.bucket.arn_for_objects("malware-protection-resource-validation-object")
        for actions, resources, conditions in (
            (
                ["events:PutRule", "events:DeleteRule", "events:PutTargets", "events:RemoveTargets"],
                [managed_rule],
                {"StringLike": {"events:ManagedBy": "malware-protection-plan.guardduty.amazonaws.com"}},
            ),
            (["events:DescribeRule", "events:ListTargetsByRule"], [managed_rule], {}),
            (
                [
                    "s3:GetObject",
                    "s3:GetObjectVersion",
                    *(f"s3:{do}Object{of}Tagging" for do in ("Get", "Put") for of in ("", "Version")),
                ],
                [objects],
                {},
            ),
            (["s3:PutBucketNotification", "s3:GetBucketNotification", "s3:ListBucket"], [self.bucket.bucket_arn], {}),
            (["s3:PutObject"], [probe], {}),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=actions, resources=resources, conditions=conditions or None))
        rule = "arn:<AWS::Partition>:events:{}:<AWS::AccountId>:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*"
        reason = "The permissions that GuardDuty documents; of objects, those in quarantine."
        acknowledge(
            role,
            {
                f"AwsSolutions-IAM5[Resource::{rule.format(self._settings.region)}]": reason,
                below_prefix(self.bucket_name, QUARANTINE): reason,
            },
        )
        plan = guardduty.CfnMalwareProtectionPlan(
            self,
            "MalwareProtection",
            role=role.role_arn,
            protected_resource=guardduty.CfnMalwareProtectionPlan.CFNProtectedResourceProperty(
                s3_bucket=guardduty.CfnMalwareProtectionPlan.S3BucketProperty(
                    bucket_name=self.bucket.bucket_name, object_prefixes=[QUARANTINE]
                )
            ),
            actions=guardduty.CfnMalwareProtectionPlan.CFNActionsProperty(
                tagging=guardduty.CfnMalwareProtectionPlan.CFNTaggingProperty(status="ENABLED")
            ),
        )
        plan.node.add_dependency(role)
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OnlyGuardDutyTags",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["s3:PutObjectTagging", "s3:PutObjectVersionTagging"],
                resources=[objects],
                conditions={"ArnNotEquals": {"aws:PrincipalArn": role.role_arn}},
            )
        )
        events.Rule(
            self,
            "Verdicts",
            event_pattern=events.EventPattern(
                source=["aws.guardduty"],
                detail_type=["GuardDuty Malware Protection Object Scan Result"],
                detail={"s3ObjectDetails": {"bucketName": [self.bucket_name]}},
            ),
            targets=[targets.SqsQueue(self.queue)],
        )


class MediaPipelineStack(Stack):
    """The check of uploads, the sweeper, the reconciliation of access logs, and an alarm on what has failed."""

    def __init__(self, scope: Construct, settings: Settings, storage: MediaStorageStack) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-media-pipeline",
            description=f"Parley {settings.stage}: checks of uploads, sweeper, access logs",
            env={"region": settings.region},
        )
        self._settings, self._resources = settings, storage.resources
        self._package = Package(self, "media", settings.target)
        check = self._function(PROCESS_UPLOAD)
        check.live.add_event_source(
            sources.SqsEventSource(
                storage.queue,
                batch_size=1,
                report_batch_item_failures=True,
                max_concurrency=settings.concurrency.uploads,
            )
        )
        sweep = self._function(SWEEP)
        rule = events.Rule(
            self, "EveryFiveMinutes", schedule=events.Schedule.rate(Duration.minutes(SWEEP.trigger.minutes))
        )
        rule.add_target(targets.LambdaFunction(sweep.live))
        if storage.logs is not None:
            self._reconcile(storage.logs_name)
        if settings.features.alarms:
            self._watch(storage.failures)

    def _function(self, declared: Deployed) -> Function:
        return Function(
            self,
            construct_name(declared.endpoint),
            declared,
            package=self._package,
            resources=self._resources,
            settings=self._settings,
        )

    def _reconcile(self, logs_name: str) -> None:
        """For each file of the distribution's log, of which S3 tells EventBridge."""
        keys = f"arn:{Aws.PARTITION}:s3:::{logs_name}/{CDN_LOGS}*"
        given = Given(
            (Statement(("s3:GetObject",), (keys,)),),
            accepted={below_prefix(logs_name, CDN_LOGS): "All files of the distribution's access log."},
        )
        count = self._function(using(RECONCILE_ACCESS_LOGS, given))
        written = events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={"bucket": {"name": [logs_name]}, "object": {"key": [{"prefix": CDN_LOGS}]}},
        )
        rule = events.Rule(self, "LogsWritten", event_pattern=written)
        rule.add_target(targets.LambdaFunction(count.live, retry_attempts=10))

    def _watch(self, failures: sqs.IQueue) -> None:
        alarm(
            self,
            "FailedChecks",
            self._settings,
            name="media-failed-checks",
            description="uploads could not be checked: look at the dead-letter queue, then redrive it",
            metric=failures.metric_approximate_number_of_messages_visible(period=Duration.minutes(5)),
        )
