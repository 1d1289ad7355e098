"""What a function does with media, as IAM statements and environment."""

from collections.abc import Iterable
from dataclasses import dataclass

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager

from infrastructure.access import BucketGrant
from infrastructure.constructs.resources import MediaStore, Resources

CHECKED = "media/"
ON_THE_BUCKET = frozenset({"ListBucket", "ListBucketMultipartUploads"})
"""Actions that know no keys: with `ListBucket`, S3 answers 404 rather than 403 for an object that is not there."""


@dataclass(frozen=True)
class MediaUse:
    """Grants on the bucket; whether the function signs uploads, signs downloads, or writes to the queue of checks.

    One that `redrives` also takes from the queue of failed checks.
    """

    buckets: tuple[BucketGrant, ...] = ()
    signs_uploads: bool = False
    delivers: bool = False
    queues: bool = False
    redrives: bool = False

    def __bool__(self) -> bool:
        return bool(self.buckets or self.signs_uploads or self.delivers or self.queues or self.redrives)


NO_MEDIA = MediaUse()


def statements(use: MediaUse, resources: Resources, region: str) -> list[iam.PolicyStatement]:
    """What the role may do with media."""
    store = resources.media
    if not use or store is None:
        return []
    made = [statement for grant in use.buckets for statement in _bucket_statements(grant, store)]
    if use.signs_uploads and store.upload_role is not None:
        made.append(iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[store.upload_role.role_arn]))
    if use.queues or use.redrives:
        made.append(iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[store.queue.queue_arn]))
    if use.redrives:
        taking = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
        made.append(iam.PolicyStatement(actions=taking, resources=[store.failures.queue_arn]))
    if use.delivers and store.cdn is not None:
        made += _secret_statements(store.cdn.secret, resources, region)
    elif use.delivers:
        made.append(iam.PolicyStatement(actions=["s3:GetObject"], resources=[f"{store.bucket_arn}/{CHECKED}*"]))
    return made


def _bucket_statements(grant: BucketGrant, store: MediaStore) -> Iterable[iam.PolicyStatement]:
    on_bucket = [f"s3:{action}" for action in grant.actions if action in ON_THE_BUCKET]
    on_objects = [f"s3:{action}" for action in grant.actions if action not in ON_THE_BUCKET]
    if on_bucket:
        yield iam.PolicyStatement(actions=on_bucket, resources=[store.bucket_arn])
    if on_objects:
        keys = [f"{store.bucket_arn}/{prefix}*" for prefix in grant.prefixes]
        yield iam.PolicyStatement(actions=on_objects, resources=keys)


def _secret_statements(
    secret: secretsmanager.ISecret, resources: Resources, region: str
) -> Iterable[iam.PolicyStatement]:
    yield iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[secret.secret_arn])
    if resources.key is not None:
        yield iam.PolicyStatement(
            actions=["kms:Decrypt"],
            resources=[resources.key.key_arn],
            conditions={"StringEquals": {"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}},
        )


def accepted(use: MediaUse, resources: Resources) -> dict[str, str]:
    """The findings of cdk-nag on these statements: a grant covers all objects below a prefix."""
    if resources.media is None:
        return {}
    prefixes = {prefix for grant in use.buckets for prefix in grant.prefixes}
    if use.delivers and resources.media.cdn is None:
        prefixes.add(CHECKED)
    reason = "The keys below one prefix; which of them is decided by the caller's tenant."
    return {below_prefix(resources.media.bucket_name, prefix): reason for prefix in prefixes}


def below_prefix(bucket_name: str, prefix: str) -> str:
    """cdk-nag's name of a statement on all keys below a prefix."""
    shown = bucket_name.replace(Aws.ACCOUNT_ID, "<AWS::AccountId>")
    return f"AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::{shown}/{prefix}*]"


def environment(use: MediaUse, resources: Resources) -> dict[str, str]:
    """Where the function finds what it uses."""
    store = resources.media
    if not use or store is None:
        return {}
    found = {"MEDIA_BUCKET": store.bucket_name}
    if use.signs_uploads and store.upload_role is not None:
        found["MEDIA_UPLOAD_ROLE"] = store.upload_role.role_arn
    if use.queues or use.redrives:
        found["MEDIA_QUEUE_URL"] = store.queue.queue_url
    if use.redrives:
        found["MEDIA_FAILURES_URL"] = store.failures.queue_url
    if use.delivers and store.cdn is not None:
        found |= {
            "MEDIA_CDN_URL": store.cdn.url,
            "MEDIA_CDN_KEY_ID": store.cdn.key_id,
            "MEDIA_CDN_SECRET": store.cdn.secret.secret_arn,
        }
    return found
