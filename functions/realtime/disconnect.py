"""`$disconnect`: take a connection out of the registry. API Gateway tells it as well as it can, not always."""

from typing import Any

from parley.http.sockets import socket_connection
from parley.realtime import connecting

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    connecting.do_close(socket_connection(event))
    return {"statusCode": 200}
