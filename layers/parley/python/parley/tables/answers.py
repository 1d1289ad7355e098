"""What DynamoDB says, as botocore tells it: answers with binary values as bytes, refusals and broken connections."""

import base64
import json
import re
from http import HTTPStatus
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
    SSLError,
)

from parley import pools

FAILED = frozenset({500, 502, 503, 504})
_NAME = re.compile(r"(\w+)(?::.*)?$")
"""Of an error in `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`, whatever follows a colon."""


def unreached(error: pools.RequestFailed, address: str) -> BotoCoreError:
    """The class that botocore has for what went wrong on the way."""
    if isinstance(error, pools.Unreachable):
        return EndpointConnectionError(endpoint_url=address, error=error)
    if isinstance(error, pools.NotReachedInTime):
        return ConnectTimeoutError(endpoint_url=address, error=error)
    if isinstance(error, pools.NotInTime):
        return ReadTimeoutError(endpoint_url=address, error=error)
    if isinstance(error, pools.Untrusted):
        return SSLError(endpoint_url=address, error=error)
    return ConnectionClosedError(endpoint_url=address, error=error)


def refusal(status: int, data: bytes, about: dict[str, Any]) -> dict[str, Any]:
    """A refusal as botocore tells it: code and message, and beside them what the service adds. A proxy's page is one
    by its status alone.
    """
    try:
        body = read(data)
    except ValueError:
        body = {"message": HTTPStatus(status).phrase if status in FAILED else data.decode(errors="replace")}
    kind = body.pop("__type", str(status))
    message = body.pop("message", None) or body.pop("Message", "")
    named = _NAME.search(kind)
    code = named[1] if named else kind
    return {"Error": {"Message": message, "Code": code}, "ResponseMetadata": about, **body}


def binary(value: object) -> str:
    """Bytes as DynamoDB's JSON has them."""
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    raise TypeError(f"not a value of DynamoDB: {type(value).__name__}")


def read(data: bytes) -> dict[str, Any]:
    """An answer, with binary values as bytes."""
    has_binary = b'"B"' in data or b'"BS"' in data
    answer: dict[str, Any] = json.loads(data, object_hook=_with_bytes) if has_binary else json.loads(data)
    return answer


def _with_bytes(value: dict[str, Any]) -> dict[str, Any]:
    """A typed binary value as bytes; every other object as it is. Attributes themselves are objects, never texts."""
    if len(value) == 1:
        if isinstance(found := value.get("B"), str):
            return {"B": base64.b64decode(found)}
        if isinstance(many := value.get("BS"), list):
            return {"BS": [base64.b64decode(each) for each in many]}
    return value
