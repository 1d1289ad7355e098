"""Checks uploaded files: runs on the queue that S3's events, GuardDuty's verdicts and the sweeper write to."""

import json
from typing import Any

from parley.media.checking import check, check_queue

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def check_record(record: SQSRecord) -> None:
    try:
        for key in check.keys_in(json.loads(record.body)):
            check.check(key)
    except Exception:
        check_queue.retry_soon(record.receipt_handle, int(record.attributes.approximate_receive_count or 1))
        raise


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answer an SQS event with the messages that must be delivered again."""
    return process_partial_response(event, check_record, processor, context)
