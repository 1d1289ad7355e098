"""By hand, `{"prefix"?, "after"?}`: another try for the batches in the failure destination, see docs/operations.md."""

from dataclasses import asdict
from typing import Any

from parley import aws
from parley.settings import stream_settings
from parley.streams import redrive
from parley.streams.redrive import Clients

from aws_lambda_powertools.utilities.typing import LambdaContext

LONGEST_CONSUMER_SECONDS = 150
"""Longer than any consumer may run: a call that is given up and made again would run it twice at once."""


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    patient = {"read_timeout": LONGEST_CONSUMER_SECONDS, "retries": {"total_max_attempts": 1}}
    clients = Clients(
        s3=aws.client("s3"),
        functions=aws.client("lambda", patient),
        kinesis=aws.client("kinesis"),
    )
    redriven = redrive.do_redrive(
        clients,
        bucket=stream_settings().failure_bucket,
        prefix=event.get("prefix", ""),
        after=event.get("after", ""),
        has_time=lambda: context.get_remaining_time_in_millis() > LONGEST_CONSUMER_SECONDS * 1000,
    )
    return asdict(redriven)
