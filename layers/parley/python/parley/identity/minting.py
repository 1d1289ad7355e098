"""Minting user tokens, for tests and for apps too small to sign their own."""

from typing import cast

from parley import clock
from parley.errors import NoSigningSecret
from parley.identity import tokens
from parley.identity.algorithms import SYMMETRIC
from parley.identity.caller import Caller
from parley.identity.items import SigningKeyItem, SigningSecretItem
from parley.identity.schemas import MintToken, Token
from parley.settings import settings
from parley.tables import dynamodb, idempotency, keys
from parley.tables.idempotency import StoredAnswer
from parley.tables.keys import Key

TokenClaims = dict[str, str | float]


def do_mint(caller: Caller, body: MintToken, *, idempotency_key: str | None) -> tuple[Token, bool]:
    """Sign a user token with the tenant's newest HS256 key; whether the request is a repetition.

    A repetition is answered by signing the same claims again, so that no token is ever stored. `iat` has milliseconds:
    a token minted right after a revocation holds. Raises `NoSigningSecret`.
    """
    if idempotency_key is None:
        return _signed(caller.tenant_id, *_claim(caller.tenant_id, body)), False
    at = keys.idempotency(caller.tenant_id, "tokens", caller.user_id, idempotency_key)
    stored = idempotency.begin(at, idempotency.body_hash(body.model_dump(mode="json")))
    if stored is not None:
        kid, claims = cast("tuple[str, TokenClaims]", stored.body)
        return _signed(caller.tenant_id, kid, claims), True
    with idempotency.releasing(at):
        kid, claims = _claim(caller.tenant_id, body)
        token = _signed(caller.tenant_id, kid, claims)
        idempotency.finish(at, StoredAnswer(201, [kid, claims]))
    return token, False


def _claim(tenant_id: str, body: MintToken) -> tuple[str, TokenClaims]:
    """The key to sign with, and what the token says."""
    now = clock.now_ms()
    key = _newest_key(tenant_id, now)
    expires_at = now + body.ttl_seconds * 1000
    if key.expires_at_ms is not None:
        expires_at = min(expires_at, int(key.expires_at_ms))
    claims: TokenClaims = {"sub": body.user_id, "iat": now / 1000, "exp": expires_at // 1000}
    named = {"scope": body.scope, "aud": key.audience, "iss": key.issuer}
    return key.kid, claims | {name: value for name, value in named.items() if value}


def _newest_key(tenant_id: str, now: int) -> SigningKeyItem:
    """The newest HS256 key that stays, or where all are being retired the one that lives longest."""
    items, _ = dynamodb.query(
        settings().chat_table, keys.tenant(tenant_id), begins_with=keys.signing_key_sk(""), consistent=True
    )
    candidates = [key for key in map(SigningKeyItem.from_raw_data, items) if key.algorithm == SYMMETRIC]
    lasting = [key for key in candidates if key.expires_at_ms is None]
    if lasting:
        return max(lasting, key=lambda key: (key.created_at, key.kid))
    retiring = [key for key in candidates if key.expires_at_ms > now]
    if not retiring:
        raise NoSigningSecret
    return max(retiring, key=lambda key: (key.expires_at_ms, key.kid))


def _signed(tenant_id: str, kid: str, claims: TokenClaims) -> Token:
    at = Key(keys.secrets(tenant_id), keys.signing_key_sk(kid))
    secret = SigningSecretItem.at(at, consistent=True)
    if secret is None:
        raise NoSigningSecret
    return Token(
        token=tokens.sign(claims, kid=kid, secret=secret.secret),
        user_id=str(claims["sub"]),
        expires_at=clock.to_datetime(int(claims["exp"]) * 1000),
    )
