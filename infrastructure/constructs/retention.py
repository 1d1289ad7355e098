"""What becomes of a resource that holds data when its stack goes."""

from aws_cdk import CustomResource, Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3

from infrastructure.constructs.resources import Resources
from infrastructure.settings import Settings
from infrastructure.triggered.operations import EMPTY_BUCKET

ANSWERED_WITHIN = 60
"""Seconds that CloudFormation gives beyond the function's own."""


def removal_policy(settings: Settings) -> RemovalPolicy:
    """Kept where the stage retains data, except while a first deploy is rolled back.

    It holds nothing then, and most have fixed names: what stayed would be in the way of the second deploy.
    """
    return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if settings.retain_data else RemovalPolicy.DESTROY


def emptied(bucket: s3.Bucket, resources: Resources) -> s3.Bucket:
    """The bucket is emptied before its stack deletes it, in a stage that keeps nothing: S3 refuses to otherwise.

    CDK's own way leaves the log group of its function behind.
    """
    if resources.emptier is not None:
        made = CustomResource(
            bucket,
            "Emptied",
            service_token=resources.emptier,
            resource_type="Custom::EmptiedBucket",
            service_timeout=Duration.seconds(EMPTY_BUCKET.timeout + ANSWERED_WITHIN),
            properties={"bucket": bucket.bucket_name},
        )
        if bucket.policy is not None:
            made.node.add_dependency(bucket.policy)
    return bucket
