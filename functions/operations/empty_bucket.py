"""Empties a bucket when its stack goes, in a stage that keeps nothing: a custom resource of CloudFormation."""

from typing import Any

from parley.operations import buckets, custom_resources

from aws_lambda_powertools.utilities.typing import LambdaContext

LEFT_TO_ANSWER = 30_000
"""Milliseconds."""


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Nothing when the bucket is made, or made another: of that one CloudFormation says later that it goes."""
    bucket = event["ResourceProperties"]["bucket"]

    def act() -> None:
        if event["RequestType"] == "Delete":
            buckets.empty(bucket, may_go_on=lambda: context.get_remaining_time_in_millis() > LEFT_TO_ANSWER)

    custom_resources.answer(event, context, act, physical_id=bucket)
