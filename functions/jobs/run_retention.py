"""Goes on with the retention of a tenant: runs on the queue of retentions, a message at a time."""

from typing import Any

from parley.jobs import retention, worker
from parley.jobs.job_queue import Reference

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Work on the job that the message names until the function's time is nearly up."""
    seconds = context.get_remaining_time_in_millis() / 1000
    for record in event["Records"]:
        worker.run(Reference.read(record["body"]), retention.advance, seconds=seconds)
