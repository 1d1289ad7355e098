"""moto behind the transport: what would go to AWS is answered in this process, below all that signs and reads.

Of what moto sets up for a request of any service (forms, files, addresses, a body read by the service's model), its
DynamoDB needs the operation, the parameters and the place.
"""

import base64
import json
from functools import cache
from typing import Any

from moto.core import responses
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.utils import utcnow
from moto.dynamodb.responses import DynamoHandler
from werkzeug.http import http_date

from parley import pools
from parley.pools import Answer
from parley.tables import transport

AWS = "https://dynamodb."


def _binary(value: dict[str, Any]) -> dict[str, Any]:
    """A value that is binary as bytes; no name of an attribute stands before a text."""
    if isinstance(value.get("B"), str):
        return {"B": base64.b64decode(value["B"])}
    if "BS" in value and isinstance(value["BS"], list):
        return {"BS": [base64.b64decode(each) for each in value["BS"]]}
    return value


_read = json.JSONDecoder(object_hook=_binary).decode


class _Request(DynamoHandler):
    def __init__(self, headers: dict[str, str], body: bytes) -> None:
        super().__init__()
        self.region = headers["authorization"].split("/")[2]
        self.current_account = DEFAULT_ACCOUNT_ID
        self.headers = {"x-amz-target": headers["x-amz-target"], "Content-Type": headers["content-type"]}
        self.querystring = self.uri_match = {}
        self.params = _read(body.decode())
        self.response_headers = {"server": "amazon.com", "date": http_date(utcnow())}


def answer_of(answered: tuple[int, dict[str, str], str | bytes]) -> Answer:
    """What moto answers, as a pool gives it."""
    status, headers, text = answered
    data = text if isinstance(text, bytes) else text.encode()
    return Answer(status, {name.lower(): str(value) for name, value in headers.items()}, data)


class MotoPool(pools.Pool):
    """Answers as moto's DynamoDB does."""

    def __init__(self) -> None:
        return

    def request(self, *_: Any, **named: Any) -> Answer:
        return answer_of(_Request(named["headers"], named["body"]).call_action())

    def close(self) -> None:
        return


def install() -> None:
    """From now on what would go to AWS goes to moto, which looks up once what its services can do."""
    open_pool = transport.open_pool
    module: Any = responses
    module.method_names_from_class = cache(module.method_names_from_class)

    def opened(address: str) -> pools.Pool:
        return MotoPool() if address.startswith(AWS) else open_pool(address)

    transport.open_pool = opened
