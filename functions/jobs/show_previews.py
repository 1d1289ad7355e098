"""Shows previews of the links of messages: runs on the queue of previews, a message at a time."""

from typing import Any

from parley.previews import showing
from parley.previews.queue import Job

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], _: LambdaContext) -> None:
    for record in event["Records"]:
        showing.work_on(Job.read(record["body"]))
