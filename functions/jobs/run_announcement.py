"""Goes on with an announcement: runs on the queue of announcements, a message at a time."""

from typing import Any

from parley.announcements import announcements, announcing
from parley.jobs import worker
from parley.jobs.job_queue import Reference

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Work on the job that the message names until the function's time is nearly up."""
    seconds = context.get_remaining_time_in_millis() / 1000
    for record in event["Records"]:
        worker.run(
            Reference.read(record["body"]),
            announcing.advance,
            seconds=seconds,
            most_failures=announcing.MOST_FAILURES,
            end=announcements.end,
        )
