"""An index that is behind the table: it answers as things were when it stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from parley.settings import settings
from parley.tables import dynamodb


@contextmanager
def index_stands_still() -> Iterator[None]:
    """From here on the index of `chat` shows nothing of what is written."""
    client: Any = dynamodb.client()
    call = client._make_api_call
    stood = [
        raw
        for page in client.get_paginator("scan").paginate(TableName=settings().chat_table)
        for raw in page["Items"]
        if "gpk" in raw
    ]
    stood.sort(key=lambda raw: raw["gsk"]["S"])

    def answered(operation: str, parameters: dict[str, Any]) -> Any:
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

    with patch.object(client, "_make_api_call", answered):
        yield
