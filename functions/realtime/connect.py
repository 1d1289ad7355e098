"""`$connect`: register a connection whose token the authorizer has verified."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from parley.errors import ParleyError
from parley.http.sockets import socket_caller, socket_connection, socket_token
from parley.limits import CONNECTIONS, take
from parley.observability import logger
from parley.realtime import connecting


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer 200 with the subprotocol that carried the token, where one did; a status above 299 refuses."""
    connection = socket_connection(event)
    try:
        take(CONNECTIONS, socket_caller(event))
        connecting.do_open(connection, socket_token(event))
    except ParleyError as refusal:
        logger().info("connection refused", extra={"code": refusal.code, "tenant_id": connection.tenant_id})
        return {"statusCode": refusal.status}
    headers = {name.lower() for name in event.get("headers") or {}}
    return {"statusCode": 200} | (
        {"headers": {"Sec-WebSocket-Protocol": "bearer"}} if "sec-websocket-protocol" in headers else {}
    )
