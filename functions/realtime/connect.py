"""`$connect`: register a connection whose token the authorizer has verified."""

from typing import Any

from parley.errors import ParleyError
from parley.http.sockets import refused_connection, socket_caller, socket_connection, socket_token
from parley.limits import CONNECTIONS, take
from parley.realtime import connecting

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer 200 with the subprotocol that carried the token, where one did; a problem document refuses."""
    try:
        connection = socket_connection(event)
        take(CONNECTIONS, socket_caller(event))
        connecting.do_open(connection, socket_token(event))
    except ParleyError as refusal:
        return refused_connection(event, refusal)
    headers = {name.lower() for name in event.get("headers") or {}}
    return {"statusCode": 200} | (
        {"headers": {"Sec-WebSocket-Protocol": "bearer"}} if "sec-websocket-protocol" in headers else {}
    )
