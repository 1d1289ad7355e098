"""Goes on with an import: runs on the queue of imports, a message at a time."""

from typing import Any

from parley.jobs import imports, worker
from parley.jobs.job_queue import Reference

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Work on the job that the message names until the function's time is nearly up."""
    seconds = context.get_remaining_time_in_millis() / 1000
    for record in event["Records"]:
        reference = Reference.read(record["body"])
        worker.run(reference, imports.advance, seconds=seconds, most_failures=imports.MOST_FAILURES)
