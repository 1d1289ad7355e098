"""The decision of the Lambda authorizer: from a bearer token to the context that every function trusts.

A token that no key of ours signed is refused at the gateway (403, before any function runs). One that a tenant did
sign but that has expired or was revoked, or whose tenant is suspended, passes with `refusal`, and the function answers
a problem document, so that a client knows to fetch a new token. The gateway keeps the decision for at most 60 s: so
long may a token work after it was revoked, its key removed or its tenant suspended.
"""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any, cast

from parley import clock, ids
from parley.errors import TenantSuspended, TokenExpired, TokenRevoked, Unauthenticated
from parley.identity import tokens
from parley.identity.algorithms import SYMMETRIC
from parley.identity.caller import OPERATOR_SCOPE, SERVER_SCOPE
from parley.identity.tokens import Claims, VerificationKey
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number, number_or_none, required_text, text
from parley.tables.keys import Key

OPERATOR_KEY_PREFIX = "op_"
OPERATOR_TENANT = "_operator"
"""Stands where a tenant would in an operator's caller; no tenant can have this id."""
OPERATOR_HASH_KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the gateway lets the request through, and the context that the function finds.

    `claims` are those of a token that holds: a connection that outlives its opening is closed by them.
    """

    allowed: bool
    context: dict[str, str]
    claims: Claims | None = None

    def as_answer(self) -> dict[str, Any]:
        """The simple response of payload format 2.0."""
        return {"isAuthorized": self.allowed, "context": self.context}


DENIED = Decision(allowed=False, context={})


def authorize(authorization: str) -> Decision:
    """Decide on the value of an `Authorization` header.

    Raises only where AWS does not answer: the gateway then says 500, and keeps no decision.
    """
    if not authorization.isascii():
        return DENIED
    scheme, _, credential = authorization.strip().partition(" ")
    credential = credential.strip()
    if scheme.lower() != "bearer" or not credential:
        return DENIED
    if credential.startswith(OPERATOR_KEY_PREFIX):
        return _authorize_operator(credential)
    try:
        return _authorize_token(credential)
    except Unauthenticated:
        return DENIED


def _authorize_token(token: str) -> Decision:
    """One consistent read of all that decides, both tables at once; the signature; what the tenant has taken back."""
    kid, subject = tokens.unverified_kid_and_subject(token)
    tenant_id = tokens.tenant_of(kid)
    if not ids.is_well_formed(tenant_id):
        raise Unauthenticated
    tenant_at = Key(keys.tenant(tenant_id), keys.TENANT_SK)
    key_at = Key(keys.tenant(tenant_id), keys.signing_key_sk(kid))
    secret_at = Key(keys.secrets(tenant_id), keys.signing_key_sk(kid))
    revocation_at = Key(keys.user(tenant_id, subject), keys.REVOCATION_SK)
    wanted = [tenant_at, key_at] + ([revocation_at] if subject else [])
    found, secret = dynamodb.in_parallel(
        lambda: dynamodb.batch_get(settings().chat_table, wanted, consistent=True),
        lambda: dynamodb.get(settings().control_table, secret_at, consistent=True),
    )
    tenant = found.get(tenant_at)
    key = _verification_key(found.get(key_at), secret)
    if tenant is None or key is None:
        raise Unauthenticated
    context = {"tenant_id": tenant_id, "user_id": subject, "settings": text(tenant, "settings") or "{}"}
    if "block_list" in tenant:
        context["block_list"] = str(number(tenant, "block_list"))
    try:
        claims = _verify(token, key, tenant, found.get(revocation_at))
    except (TenantSuspended, TokenExpired, TokenRevoked) as refusal:
        return Decision(allowed=True, context=context | {"refusal": refusal.code})
    scope = " ".join(sorted(claims.scopes - {OPERATOR_SCOPE}))
    return Decision(allowed=True, context=context | {"scope": scope}, claims=claims)


def _verify(token: str, key: VerificationKey, tenant: RawItem, revocation: RawItem | None) -> Claims:
    """The claims of a token that holds now; the signature comes first, so that only its bearer is told why not."""
    claims = tokens.verify(token, key)
    if not claims.subject and SERVER_SCOPE not in claims.scopes:
        raise Unauthenticated("A user token names its user in sub")
    if "suspended_at" in tenant:
        raise TenantSuspended
    tokens.check_not_revoked(claims, _moment(tenant, "tokens_valid_from"), _moment(revocation, "tokens_valid_from"))
    return claims


def _verification_key(key: RawItem | None, secret: RawItem | None) -> VerificationKey | None:
    """What verifies the token; None for a key that does not exist or has been retired."""
    if key is None or ("expires_at_ms" in key and number(key, "expires_at_ms") <= clock.now_ms()):
        return None
    algorithm = required_text(key, "algorithm")
    material = text(secret or {}, "secret") if algorithm == SYMMETRIC else text(key, "public_key")
    return None if material is None else VerificationKey(algorithm, material)


def _moment(item: RawItem | None, name: str) -> int | None:
    return number_or_none(item or {}, name)


def _authorize_operator(credential: str) -> Decision:
    offered = hashlib.sha256(credential.encode()).hexdigest()
    if not hmac.compare_digest(offered, _operator_hash.get()):
        return DENIED
    return Decision(
        allowed=True,
        context={"tenant_id": OPERATOR_TENANT, "user_id": "", "settings": "{}", "scope": OPERATOR_SCOPE},
    )


class _OperatorHash:
    """The SHA-256 of the operator key, from Secrets Manager, kept 60 s."""

    def __init__(self) -> None:
        self._value, self._until = "", 0.0

    def get(self) -> str:
        if time.monotonic() >= self._until:
            client = cast("Any", dynamodb.connection().session.create_client("secretsmanager", settings().region))
            stored = client.get_secret_value(SecretId=settings().operator_secret)["SecretString"]
            self._value = str(json.loads(stored)["sha256"])
            self._until = time.monotonic() + OPERATOR_HASH_KEPT_SECONDS
        return self._value


_operator_hash = _OperatorHash()
