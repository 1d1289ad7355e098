"""Adds what CloudFront's access logs say was sent to downloads and usage: runs for each log file in S3."""

from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.typing import LambdaContext

from parley.media import access_logs


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    """Answer an S3 event; a failure is tried again, and counts nothing twice."""
    counted = sum(
        access_logs.reconcile(record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"]))
        for record in event["Records"]
    )
    return {"downloads": counted}
