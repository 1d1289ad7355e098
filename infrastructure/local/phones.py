"""What CloudFormation knows nothing of, in AWS neither: platform applications. The emulator's reach no phone.

What would be shown lies in the queue that `infrastructure.stacks.push` deploys.
"""

import json
from collections.abc import Iterator
from typing import Any

from infrastructure.local import aws
from infrastructure.local.deploy import STAGE
from infrastructure.names import PUSH_PLATFORMS, captured_pushes_name, platform_application_name


def make_applications(endpoint: str) -> None:
    """Make the stage's platform applications; making them again changes nothing."""
    sns = aws.client("sns", endpoint)
    for platform in PUSH_PLATFORMS.values():
        sns.create_platform_application(
            Name=platform_application_name(STAGE), Platform=platform, Attributes={"PlatformCredential": aws.DUMMY}
        )


def take_pushes(endpoint: str, *, wait_seconds: int = 1) -> Iterator[dict[str, Any]]:
    """What phones would have been shown since the last call, oldest first as far as a queue keeps order."""
    sqs = aws.client("sqs", endpoint)
    url = sqs.get_queue_url(QueueName=captured_pushes_name(STAGE))["QueueUrl"]
    while True:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait_seconds)
        if not answer.get("Messages"):
            return
        for message in answer["Messages"]:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            yield json.loads(message["Body"])
