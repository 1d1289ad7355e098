"""Another try for what ended in the failure destination: each object is a batch that its consumer gave up on."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from parley.observability import logger

BATCHES_PER_CALL = 100


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of the batches of one call; `more` are left."""

    applied: int
    failed: int
    more: bool


def do_redrive(s3: Any, lambda_client: Any, *, bucket: str, prefix: str = "") -> Redriven:
    """Hand up to a hundred batches to their consumers again, oldest first; those that are applied are deleted.

    A batch stays where a record of it fails again. Every effect of a consumer is idempotent, and none shows an older
    state after a newer, so a batch may be handed over however late, and again.
    """
    applied = failed = 0
    keys = list(_keys(s3, bucket, prefix))
    for key in keys[:BATCHES_PER_CALL]:
        record = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        if _hand_over(lambda_client, record):
            s3.delete_object(Bucket=bucket, Key=key)
            applied += 1
        else:
            failed += 1
    logger().info("redriven", extra={"bucket": bucket, "applied": applied, "failed": failed})
    return Redriven(applied, failed, more=len(keys) > BATCHES_PER_CALL)


def _keys(s3: Any, bucket: str, prefix: str) -> Iterator[str]:
    """Keys in the order of Lambda's names, which begin with the date."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    yield from sorted(each["Key"] for page in pages for each in page.get("Contents", ()))


def _hand_over(lambda_client: Any, record: dict[str, Any]) -> bool:
    """Invoke the consumer with the batch that is in Lambda's failure record; whether all of it was applied."""
    payload = record["payload"]
    encoded = payload if isinstance(payload, str) else json.dumps(payload)
    answer = lambda_client.invoke(
        FunctionName=record["requestContext"]["functionArn"], InvocationType="RequestResponse", Payload=encoded.encode()
    )
    said = json.loads(answer["Payload"].read() or b"{}")
    return "FunctionError" not in answer and not (said or {}).get("batchItemFailures")
