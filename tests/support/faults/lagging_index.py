"""An index that is behind the table: it answers as things were when it stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import boto3

from parley.settings import settings
from tests.support.dynamodb.client_calls import Call, between


@contextmanager
def index_stands_still() -> Iterator[None]:
    """From here on the index of `chat` shows nothing of what is written."""
    stood = [
        raw
        for page in boto3.client("dynamodb").get_paginator("scan").paginate(TableName=settings().chat_table)
        for raw in page["Items"]
        if "gpk" in raw
    ]
    stood.sort(key=lambda raw: raw["gsk"]["S"])

    def answered(call: Call, operation: str, parameters: dict[str, Any]) -> Any:
        if operation != "Query" or "IndexName" not in parameters:
            return call(operation, parameters)
        values = parameters["ExpressionAttributeValues"]
        prefix = values.get(":prefix", {"S": ""})["S"]
        after = parameters.get("ExclusiveStartKey", {"gsk": {"S": ""}})["gsk"]["S"]
        found = [
            raw
            for raw in stood
            if raw["gpk"] == values[":pk"] and raw["gsk"]["S"].startswith(prefix) and raw["gsk"]["S"] > after
        ]
        limit = parameters.get("Limit", len(found) + 1)
        more = {"LastEvaluatedKey": found[limit - 1]} if len(found) > limit else {}
        return {"Items": found[:limit], **more}

    with between(lambda call: partial(answered, call)):
        yield
