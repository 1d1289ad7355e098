"""In a stage that keeps nothing: what empties its buckets when their stacks go, so that nothing is left."""

from dataclasses import replace

from aws_cdk import Aws, Stack
from constructs import Construct

from infrastructure.constructs.function import Function, construct_name, using
from infrastructure.constructs.package import Package
from infrastructure.constructs.resources import Resources
from infrastructure.settings import Settings
from infrastructure.triggered.operations import EMPTY_BUCKET
from infrastructure.uses.use import Given, Statement


class RemovalStack(Stack):
    """`resources` are the given ones with the function. Stacks with buckets use it, so it goes after them."""

    def __init__(self, scope: Construct, settings: Settings, resources: Resources) -> None:
        super().__init__(
            scope,
            f"{settings.prefix}-removal",
            description=f"Parley {settings.stage}: what empties buckets that go",
            env={"region": settings.region},
        )
        buckets = f"arn:{Aws.PARTITION}:s3:::{settings.prefix}-*"
        reason = "Buckets of this stage alone, by their names; the role is in no stage that keeps its data."
        shown = f"arn:<AWS::Partition>:s3:::{settings.prefix}-*"
        given = Given(
            (
                Statement(("s3:ListBucketVersions",), (buckets,)),
                Statement(("s3:DeleteObject", "s3:DeleteObjectVersion"), (f"{buckets}/*",)),
            ),
            accepted={f"AwsSolutions-IAM5[Resource::{each}]": reason for each in (shown, f"{shown}/*")},
        )
        function = Function(
            self,
            construct_name(EMPTY_BUCKET.endpoint),
            using(EMPTY_BUCKET, given),
            package=Package(self, EMPTY_BUCKET.service, settings.target),
            resources=resources,
            settings=settings,
        )
        self.resources = replace(resources, emptier=function.function.function_arn)
