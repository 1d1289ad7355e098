"""Sends events to tenants' servers: runs on the queue of deliveries."""

import asyncio
from typing import Any

from parley.webhooks import delivery_attempts, metrics
from parley.webhooks.delivery_queue import Job
from parley.webhooks.metrics import Attempt

from aws_lambda_powertools.utilities.batch import AsyncBatchProcessor, EventType, async_process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

processor = AsyncBatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answer an SQS event with the messages that must be delivered again."""
    delivery_attempts.prepare()
    attempts: list[Attempt] = []

    async def deliver_record(record: SQSRecord) -> None:
        """Each in a thread of its own, so that a slow endpoint holds nobody up."""
        attempt = await asyncio.to_thread(delivery_attempts.deliver, Job.read(record.body))
        if attempt is not None:
            attempts.append(attempt)

    answer = async_process_partial_response(event, deliver_record, processor, context)
    metrics.emit(attempts)
    return answer
