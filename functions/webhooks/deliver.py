"""Sends events to tenants' servers: runs on the queue of deliveries."""

import asyncio
from typing import Any

from aws_lambda_powertools.utilities.batch import AsyncBatchProcessor, EventType, async_process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from parley.webhooks import delivery
from parley.webhooks.queue import Job

processor = AsyncBatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


async def deliver_record(record: SQSRecord) -> None:
    """Each in a thread of its own, so that a slow endpoint holds nobody up."""
    await asyncio.to_thread(delivery.deliver, Job.read(record.body))


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answer an SQS event with the messages that must be delivered again."""
    delivery.prepare()
    return async_process_partial_response(event, deliver_record, processor, context)
