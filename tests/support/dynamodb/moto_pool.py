"""moto behind the transport: what would go to AWS is answered in this process, below all that signs and reads."""

from typing import Any

from moto.core.request import Request
from moto.dynamodb.responses import DynamoHandler

from parley import pools
from parley.pools import Answer
from parley.tables import transport

AWS = "https://dynamodb."


class MotoPool(pools.Pool):
    """Answers as moto's DynamoDB does."""

    def __init__(self, address: str) -> None:
        self._address = address

    def request(self, method: str, path: str, **named: Any) -> Answer:
        request = Request.from_primitives(method, self._address + path, named["headers"], named["body"])
        status, answered, text = DynamoHandler.dispatch(request, request.raw_url, request.headers)
        data = text if isinstance(text, bytes) else text.encode()
        return Answer(status, {name.lower(): str(value) for name, value in answered.items()}, data)

    def close(self) -> None:
        return


def install() -> None:
    """From now on what would go to AWS goes to moto."""
    open_pool = transport.open_pool

    def opened(address: str) -> pools.Pool:
        return MotoPool(address) if address.startswith(AWS) else open_pool(address)

    transport.open_pool = opened
