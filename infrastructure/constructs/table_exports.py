"""Where DynamoDB exports the table `chat` for a rebuild of the search index, and what the rebuild may do there."""

from typing import cast

from aws_cdk import CfnElement, Duration, RemovalPolicy, Stack
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infrastructure.constructs.acknowledge import acknowledge
from infrastructure.constructs.resources import Resources
from infrastructure.constructs.retention import emptied
from infrastructure.names import table_name
from infrastructure.settings import Settings
from infrastructure.uses.use import Given, Statement

KEPT = Duration.days(7)
"""A rebuild reads an export within hours; tombstones outlast it, see `parley.search.rebuilding.purging`."""
PREFIX = "exports/"
"""As `parley.search.rebuilding.table_exports` asks for."""
WRITES = ("s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl")
"""What DynamoDB does in the name of whoever asked for an export."""


class TableExports(Construct):
    """A bucket of copies of the table: encrypted as the table is, and gone after a week."""

    def __init__(self, scope: Construct, settings: Settings, resources: Resources) -> None:
        super().__init__(scope, "TableExports")
        self._settings, self._key = settings, resources.key
        self._table = resources.tables["chat"]
        self._exports = f"table/{table_name(settings.stage, 'chat')}/export/*"
        self._bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS if self._key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=self._key,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(expiration=KEPT, abort_incomplete_multipart_upload_after=Duration.days(1))
            ],
            removal_policy=RemovalPolicy.DESTROY,
        )
        emptied(self._bucket, resources)
        acknowledge(
            self._bucket, {"AwsSolutions-S1": "Only DynamoDB writes here, in the name of the one function that reads."}
        )

    def given(self) -> Given:
        """Asking for an export, looking what has become of it, and reading it; see `parley.settings.SearchSettings`."""
        key = {"SEARCH_EXPORT_KEY": self._key.key_arn} if self._key else {}
        variables = {
            "SEARCH_EXPORT_BUCKET": self._bucket.bucket_name,
            "SEARCH_EXPORT_TABLE": self._table.table_arn,
            **key,
        }
        return Given(self._statements(), variables, self._findings())

    def _statements(self) -> tuple[Statement, ...]:
        objects = self._bucket.arn_for_objects(f"{PREFIX}*")
        described = Stack.of(self).format_arn(service="dynamodb", resource=self._exports)
        statements = [
            Statement(("dynamodb:ExportTableToPointInTime",), (self._table.table_arn,)),
            Statement(("dynamodb:DescribeExport",), (described,)),
            Statement((*WRITES, "s3:GetObject"), (objects,)),
        ]
        if self._key:
            through_s3 = {"StringEquals": {"kms:ViaService": f"s3.{self._settings.region}.amazonaws.com"}}
            statements.append(Statement(("kms:Decrypt", "kms:GenerateDataKey"), (self._key.key_arn,), through_s3))
        return tuple(statements)

    def _findings(self) -> dict[str, str]:
        """What cdk-nag finds in these: an export's id and its files are named when it is made."""
        bucket = Stack.of(self._bucket).get_logical_id(cast("CfnElement", self._bucket.node.default_child))
        reason = "DynamoDB names its exports and their files when it makes them."
        exports = f"arn:<AWS::Partition>:dynamodb:{self._settings.region}:<AWS::AccountId>:{self._exports}"
        return {f"AwsSolutions-IAM5[Resource::{one}]": reason for one in (f"<{bucket}.Arn>/{PREFIX}*", exports)}
