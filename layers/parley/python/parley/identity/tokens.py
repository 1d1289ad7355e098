"""Tokens: what a tenant's key signs and the authorizer verifies.

A key id is `<tenant>.<name>`, so that the header of a token leads to one key of one tenant. The algorithm is the key's;
what the header says of algorithms, key addresses (`jku`, `x5u`, `jwk`) or critical extensions is never followed.
"""

from dataclasses import dataclass
from typing import Any, Literal

import jwt

from parley.errors import TokenExpired, TokenRevoked, Unauthenticated

Algorithm = Literal["HS256", "RS256", "ES256"]
SKEW_SECONDS = 30
MAX_TOKEN_LENGTH = 8192


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """An algorithm and the secret or PEM public key that goes with it."""

    algorithm: str
    material: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What Parley reads of a verified token; `issued_at` is in unix seconds."""

    subject: str
    scopes: frozenset[str]
    issued_at: float | None


def tenant_of(kid: str) -> str:
    """The tenant whose key this is; empty for an id that no tenant's key has."""
    tenant_id, dot, name = kid.partition(".")
    return tenant_id if dot and name else ""


def unverified_kid_and_subject(token: str) -> tuple[str, str]:
    """Where to look for the key and the user. Nothing here is trusted: it only says what to read.

    Raises `Unauthenticated` when this is no JWT at all.
    """
    if len(token) > MAX_TOKEN_LENGTH:
        raise Unauthenticated("The token is too long")
    try:
        unverified = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise Unauthenticated("The token is not a JWT") from None
    kid, subject = unverified["header"].get("kid"), unverified["payload"].get("sub")
    if not isinstance(kid, str) or not isinstance(subject, str | None):
        raise Unauthenticated("The token names no key")
    return kid, subject or ""


def verify(token: str, key: VerificationKey) -> Claims:
    """The claims of a token that this key signed and that has not expired, with 30 s for skewed clocks.

    Raises `TokenExpired` only for a token whose signature holds, otherwise `Unauthenticated`.
    """
    options: Any = {"require": ["exp"], "verify_aud": False, "verify_iss": False}
    try:
        payload = jwt.decode(token, key.material, algorithms=[key.algorithm], leeway=SKEW_SECONDS, options=options)
    except jwt.ExpiredSignatureError:
        raise TokenExpired from None
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise Unauthenticated("The token does not verify") from None
    scope, issued_at = payload.get("scope", ""), payload.get("iat")
    if not isinstance(scope, str):
        raise Unauthenticated("The token's scope is not a string")
    return Claims(payload.get("sub") or "", frozenset(scope.split()), issued_at)


def check_not_revoked(claims: Claims, *valid_from: int | None) -> None:
    """Refuse a token issued before any of these moments (in milliseconds), or with no `iat` once there is one.

    Raises `TokenRevoked`.
    """
    moments = [moment for moment in valid_from if moment is not None]
    if moments and (claims.issued_at is None or claims.issued_at * 1000 < max(moments)):
        raise TokenRevoked
