"""The decision of the Lambda authorizer: from a bearer token to the context that every function trusts.

An HTTP API's gateway cannot say why it refuses, so a token that does not hold passes with `refusal` and nothing else:
the function answers a problem document before it looks at the body, reads nothing and spends no limit. An address of
which too much was refused is told no more: the gateway answers it 403, and no function runs. The gateway keeps the
decision for at most 60 s: so long may a token work after it was revoked, its key removed or its tenant suspended.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parley import aws, clock, ids
from parley.errors import (
    TenantSuspended,
    TokenExpired,
    TokenKeyUnknown,
    TokenMalformed,
    TokenRevoked,
    Unauthenticated,
    UserDeactivated,
)
from parley.identity import forgeries, shadow, teams, tokens
from parley.identity.algorithms import SYMMETRIC
from parley.identity.caller import OPERATOR_SCOPE, SERVER_SCOPE
from parley.identity.tokens import Claims, Unverified, VerificationKey
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number, number_or_none, required_text, text
from parley.tables.keys import Key

OPERATOR_KEY_PREFIX = "op_"
OPERATOR_TENANT = "_operator"
"""Stands where a tenant would in an operator's caller; no tenant can have this id."""
OPERATOR_HASH_KEPT_SECONDS = 60
SHOWN_OF_A_HASH = 12
"""Digits of the operator key's hash in the audit log: they tell one key from the next, and lead to neither."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the gateway lets the request through, and the context that the function finds.

    `claims` are those of a token that holds: a connection that outlives its opening is closed by them, and by what
    becomes of the `verifier`: the signing key's id, or that of the login.
    """

    allowed: bool
    context: dict[str, str]
    claims: Claims | None = None
    verifier: str = ""

    def as_answer(self) -> dict[str, Any]:
        """The simple response of payload format 2.0."""
        return {"isAuthorized": self.allowed, "context": self.context}


DENIED = Decision(allowed=False, context={})
LogIn = Callable[[str, Unverified, str], Decision]
"""Decides on a token that no key of ours signed, by the issuer that it names, for a request from an address."""


def authorize(authorization: str, *, source: str = "", log_in: LogIn | None = None) -> Decision:
    """Decide on the value of an `Authorization` header that came from the address `source`, where the gateway names it.

    Raises only where AWS does not answer: the gateway then says 500, and keeps no decision.
    """
    try:
        credential = _credential(authorization)
        if credential.startswith(OPERATOR_KEY_PREFIX):
            return _authorize_operator(credential)
        return _authorize_bearer(credential, source, log_in)
    except Unauthenticated as refusal:
        if forgeries.has_too_many(source):
            return DENIED
        forgeries.count(source)
        return Decision(allowed=True, context={"refusal": refusal.code})


def _credential(authorization: str) -> str:
    scheme, _, credential = authorization.strip().partition(" ")
    credential = credential.strip()
    if scheme.lower() != "bearer" or not credential or not authorization.isascii():
        raise Unauthenticated
    return credential


def _authorize_bearer(token: str, source: str, log_in: LogIn | None) -> Decision:
    """By the key of ours that `kid` names; where there is none, by the issuer that the token names."""
    said = tokens.unverified(token)
    try:
        return _authorize_token(token, said, source)
    except TokenKeyUnknown:
        if log_in is None or "iss" not in said.payload:
            raise
    return log_in(token, said, source)


def _authorize_token(token: str, said: Unverified, source: str) -> Decision:
    """The signature, with a key that is remembered or read; then one consistent read of all that decides."""
    kid = said.kid
    tenant_id = tokens.tenant_of(kid)
    if not ids.is_well_formed(kid) or not ids.is_well_formed(tenant_id):
        raise TokenKeyUnknown
    forgeries.check(kid, token)
    remembered = _keys.get(kid)
    known = remembered or _read_key(tenant_id, kid, source)
    subject = said.subject
    claims = _signed_claims(token, known.key)
    tenant_at, key_at = Key(keys.tenant(tenant_id), keys.TENANT_SK), _key_at(tenant_id, kid)
    revocation_at = Key(keys.user(tenant_id, subject), keys.REVOCATION_SK)
    wanted = [tenant_at] + ([key_at] if remembered else []) + ([revocation_at] if subject else [])
    found = dynamodb.batch_get(settings().chat_table, wanted, consistent=True)
    if remembered and not _is_as_known(found.get(key_at), remembered):
        _keys.drop(kid)
        return _authorize_token(token, said, source)
    return decide(tenant_id, claims, kid, found.get(tenant_at), found.get(revocation_at))


def decide(
    tenant_id: str, claims: Claims, verifier: str, tenant: RawItem | None, revocation: RawItem | None
) -> Decision:
    """The decision on a verified token, from the tenant and the user's revocation as they were read."""
    if tenant is None:
        raise TokenKeyUnknown
    context = {
        "tenant_id": tenant_id,
        "user_id": claims.subject,
        "credential": verifier.removeprefix(keys.ISSUER_PREFIX),
        "settings": text(tenant, "settings") or "{}",
    }
    if "block_list" in tenant:
        context["block_list"] = str(number(tenant, "block_list"))
    if "conversation_types" in tenant:
        context["conversation_types"] = str(number(tenant, "conversation_types"))
    try:
        _check_holds(claims, tenant, revocation)
    except (TenantSuspended, TokenExpired, TokenRevoked, UserDeactivated) as refusal:
        return Decision(allowed=True, context=context | {"refusal": refusal.code})
    scope = " ".join(sorted(claims.scopes - {OPERATOR_SCOPE}))
    if SERVER_SCOPE not in claims.scopes and json.loads(context["settings"]).get("teams"):
        context["teams"] = " ".join(_teams(tenant_id, claims.subject))
    if until := shadow.until_of(revocation):
        context["shadowed_until"] = str(until)
    return Decision(allowed=True, context=context | {"scope": scope}, claims=claims, verifier=verifier)


def _teams(tenant_id: str, user_id: str) -> list[str]:
    """The user's teams as they are now, never as a token says: 1 RRU, of tenants that have teams on alone."""
    user = dynamodb.get(settings().chat_table, Key(keys.user(tenant_id, user_id), keys.USER_SK), consistent=True)
    return sorted(teams.of_user(user or {}))


@dataclass(frozen=True, slots=True)
class _KnownKey:
    created_at: int
    key: VerificationKey


KEYS_KEPT_MS = 300_000
_keys: Remembered[str, _KnownKey] = Remembered(most=1_000, kept_ms=KEYS_KEPT_MS)
"""Keys that exist. Whether one still does is read with every decision: this is for what nobody signed."""


def forget() -> None:
    """Begin as a new process does."""
    _keys.clear()


def _key_at(tenant_id: str, kid: str) -> Key:
    return Key(keys.tenant(tenant_id), keys.signing_key_sk(kid))


def _read_key(tenant_id: str, kid: str, source: str) -> _KnownKey:
    """The key, from both tables at once. One that is not there is remembered as such, for seconds."""
    forgeries.check_source(source)
    at = _key_at(tenant_id, kid)
    found, secret = dynamodb.in_parallel(
        lambda: dynamodb.batch_get(settings().chat_table, [at], consistent=True),
        lambda: dynamodb.get(
            settings().control_table, Key(keys.secrets(tenant_id), keys.signing_key_sk(kid)), consistent=True
        ),
    )
    item = found.get(at)
    key = None if item is None or _has_ended(item) else _verification_key(item, secret)
    if item is None or key is None:
        forgeries.remember_key(kid)
        raise TokenKeyUnknown
    known = _KnownKey(number(item, "created_at"), key)
    _keys.set(kid, known)
    return known


def _is_as_known(item: RawItem | None, known: _KnownKey) -> bool:
    return item is not None and not _has_ended(item) and number(item, "created_at") == known.created_at


def _has_ended(key: RawItem) -> bool:
    return "expires_at_ms" in key and number(key, "expires_at_ms") <= clock.now_ms()


def _verification_key(key: RawItem, secret: RawItem | None) -> VerificationKey | None:
    """What verifies the token; None for a secret that is gone."""
    algorithm = required_text(key, "algorithm")
    material = text(secret or {}, "secret") if algorithm == SYMMETRIC else text(key, "public_key")
    if material is None:
        return None
    return VerificationKey(algorithm, material, audience=text(key, "audience"), issuer=text(key, "issuer"))


def _signed_claims(token: str, key: VerificationKey) -> Claims:
    """What the token says, which its key signed. One that it did not sign is remembered, for seconds."""
    try:
        claims = tokens.verify(token, key)
    except Unauthenticated as refusal:
        forgeries.remember_token(token, type(refusal))
        raise
    if not claims.subject and SERVER_SCOPE not in claims.scopes:
        raise TokenMalformed("A user token names its user in sub")
    return claims


def _check_holds(claims: Claims, tenant: RawItem, revocation: RawItem | None) -> None:
    """Refuse what the tenant has taken back; its signature was looked at before, so only its bearer is told why."""
    tokens.check_not_expired(claims)
    if "suspended_at" in tenant:
        raise TenantSuspended
    if "deactivated_at" in (revocation or {}):
        raise UserDeactivated
    tokens.check_not_revoked(claims, _moment(tenant, "tokens_valid_from"), _moment(revocation, "tokens_valid_from"))


def _moment(item: RawItem | None, name: str) -> int | None:
    return number_or_none(item or {}, name)


def _authorize_operator(credential: str) -> Decision:
    offered = hashlib.sha256(credential.encode()).hexdigest()
    if not hmac.compare_digest(offered, _operator_hash.get()):
        raise Unauthenticated
    return Decision(
        allowed=True,
        context={
            "tenant_id": OPERATOR_TENANT,
            "user_id": "",
            "credential": offered[:SHOWN_OF_A_HASH],
            "settings": "{}",
            "scope": OPERATOR_SCOPE,
        },
    )


class _OperatorHash:
    """The SHA-256 of the operator key, from Secrets Manager, kept 60 s."""

    def __init__(self) -> None:
        self._value, self._until = "", 0.0

    def get(self) -> str:
        if time.monotonic() >= self._until:
            client = aws.client("secretsmanager")
            stored = client.get_secret_value(SecretId=settings().operator_secret)["SecretString"]
            self._value = str(json.loads(stored)["sha256"])
            self._until = time.monotonic() + OPERATOR_HASH_KEPT_SECONDS
        return self._value


_operator_hash = _OperatorHash()
