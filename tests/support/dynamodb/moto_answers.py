"""moto's answers that hold items, written as JSON at once.

moto 5.2 writes an answer by botocore's model of the service: for each attribute it asks for the eleven types that a
value might have, each by up to a dozen names that Python code might give it. An item is JSON as it stands.
"""

import base64
import json
from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb import responses
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.responses import DynamoResult

OF_ITEMS = {
    "BatchGetItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "UpdateItem",
}


def _plain(value: Any) -> Any:
    if isinstance(value, DynamoType):
        return {value.type: value.value}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"an item holds no {type(value)}")


_write = json.JSONEncoder(default=_plain).encode


class _Answer(DynamoResult):
    def __init__(self, result: object) -> None:
        ActionResult.__init__(self, result)

    def execute_result(self, context: Any) -> Any:
        operation, result = context.operation_model, self.result
        if operation.name in OF_ITEMS and isinstance(result, dict):
            known = operation.output_shape.members
            body = {name: value for name, value in result.items() if name in known and value is not None}
            return 200, {"Content-Type": "application/x-amz-json-1.0"}, _write(body)
        return DynamoResult(self.result).execute_result(context)


def lighten() -> None:
    """Change moto in this process."""
    module: Any = responses
    module.DynamoResult = _Answer
