"""The Lambda authorizer of the WebSocket API: the same rules as for HTTP, once for a connection.

The token comes as `?token=` or, so that no log of addresses has it, as the subprotocols `bearer, <jwt>`.
"""

from typing import Any

from parley.identity import authorizer
from parley.issuers import authorizing

from aws_lambda_powertools.utilities.typing import LambdaContext


def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Answer a `$connect` authorizer event with a policy: a user whose token holds may connect, nobody else.

    A token that does not hold passes with its `refusal`, which `$connect` answers: a policy cannot say why it denies.
    """
    token = _token(event).strip()
    if token.startswith(authorizer.OPERATOR_KEY_PREFIX):
        return _policy("Deny", event["methodArn"], {})
    source = str(((event.get("requestContext") or {}).get("identity") or {}).get("sourceIp") or "")
    decision = authorizing.authorize(f"Bearer {token}", source=source)
    if "refusal" in decision.context:
        return _policy("Allow", event["methodArn"], decision.context)
    if decision.claims is None or not decision.context.get("user_id"):
        return _policy("Deny", event["methodArn"], {})
    facts = {
        "kid": decision.verifier,
        "issued_at": str(decision.claims.issued_at or 0),
        "token_expires_at": str(decision.claims.expires_at),
    }
    return _policy("Allow", event["methodArn"], decision.context | facts)


def _token(event: dict[str, Any]) -> str:
    query = event.get("queryStringParameters") or {}
    if query.get("token"):
        return str(query["token"])
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    offered = [each.strip() for each in str(headers.get("sec-websocket-protocol", "")).split(",")]
    return offered[1] if len(offered) == 2 and offered[0].lower() == "bearer" else ""  # noqa: PLR2004


def _policy(effect: str, resource: str, context: dict[str, str]) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {
        "principalId": context.get("user_id", "nobody"),
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": context,
    }
