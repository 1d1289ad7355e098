"""By hand, `{"prefix"?}`: another try for the batches in the failure destination, see docs/operations.md."""

from dataclasses import asdict
from typing import Any, cast

from aws_lambda_powertools.utilities.typing import LambdaContext

from parley.settings import settings, stream_settings
from parley.streams import redrive
from parley.tables import dynamodb


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    session = cast("Any", dynamodb.connection().session)
    s3, lambda_client = (session.create_client(service, settings().region) for service in ("s3", "lambda"))
    bucket = stream_settings().failure_bucket
    return asdict(redrive.do_redrive(s3, lambda_client, bucket=bucket, prefix=event.get("prefix", "")))
