"""Adds what CloudFront's access logs say was sent to downloads and usage: runs for each log file in S3."""

from typing import Any

from parley.media.delivery import access_logs

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Answer an event of S3's by way of EventBridge; a failure is tried again, and counts nothing twice."""
    detail = event["detail"]
    return {"downloads": access_logs.reconcile(detail["bucket"]["name"], detail["object"]["key"])}
