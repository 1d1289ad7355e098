"""The Lambda authorizer of the HTTP API: verifies a token once a minute, tells every function who calls."""

from typing import Any

from parley.issuers import authorizing

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer an authorizer event (payload format 2.0) with a simple response."""
    authorization = str((event.get("headers") or {}).get("authorization") or "")
    source = str(((event.get("requestContext") or {}).get("http") or {}).get("sourceIp") or "")
    return authorizing.authorize(authorization, source=source).as_answer()
