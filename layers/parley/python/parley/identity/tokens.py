"""Tokens: what a tenant's key signs and the authorizer verifies.

A key id is `<tenant>.<name>`, so that the header of a token leads to one key of one tenant. The algorithm is the key's;
what the header says of algorithms, key addresses (`jku`, `x5u`, `jwk`) or critical extensions is never followed.

PyJWT checks the signature alone. The claims are checked here, since PyJWT takes `true`, `"12"` and 1.5e308 for dates.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from parley import clock, ids
from parley.errors import (
    TokenAudienceRefused,
    TokenExpired,
    TokenIssuerRefused,
    TokenMalformed,
    TokenNotYetValid,
    TokenRevoked,
    TokenSignatureInvalid,
)
from parley.identity.algorithms import ALGORITHMS, ISSUERS_ALGORITHMS, SYMMETRIC

SKEW_MS = 30_000
MAX_TOKEN_LENGTH = 8192
MAX_KID_LENGTH = 255
LATEST_SECOND = 10**11
"""The year 5138; a later date is a mistake, milliseconds for example."""

_JWS = jwt.PyJWS(options={"enforce_minimum_key_length": True})
_FAILURES = (jwt.PyJWTError, UnsupportedAlgorithm, ValueError, TypeError, RecursionError)


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """An algorithm, the secret or PEM public key that goes with it, and what its tokens have to say of themselves."""

    algorithm: str
    material: str
    audience: str | None = None
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """What Parley reads of a verified token; moments are in milliseconds."""

    subject: str
    scopes: frozenset[str]
    issued_at: int | None
    expires_at: int


def tenant_of(kid: str) -> str:
    """The tenant whose key this is; empty for an id that no tenant's key has."""
    tenant_id, dot, name = kid.partition(".")
    return tenant_id if dot and name else ""


@dataclass(frozen=True, slots=True)
class Unverified:
    """What a token says before its signature is looked at. Nothing here is trusted: it only says what to read."""

    kid: str
    payload: dict[str, Any]

    @property
    def subject(self) -> str:
        """The user that it names, empty where there is none. Raises `TokenMalformed`."""
        return _subject(self.payload)


def unverified(token: str) -> Unverified:
    """Where to look for the key and the user. Raises `TokenMalformed` when this is no JWT that names a key."""
    if len(token) > MAX_TOKEN_LENGTH:
        raise TokenMalformed("The token is too long")
    try:
        decoded = _JWS.decode_complete(token, options={"verify_signature": False})
        kid, payload = decoded["header"].get("kid"), _parse(decoded["payload"])
    except _FAILURES:
        raise TokenMalformed("The token is not a JWT") from None
    if not isinstance(kid, str) or not 0 < len(kid) <= MAX_KID_LENGTH:
        raise TokenMalformed("The token names no key")
    return Unverified(kid, payload)


def verify(token: str, key: VerificationKey) -> Claims:
    """The claims of a token that this key signed, for us, and that has begun to hold, with 30 s for skewed clocks.

    Whether it still holds is `check_not_expired`'s. Raises a kind of `Unauthenticated`.
    """
    payload = signed_payload(token, key)
    scope = payload.get("scope", "")
    if not isinstance(scope, str):
        raise TokenMalformed("The token's scope is not a string")
    issued_at, expires_at = check_begun(payload)
    _check_audience(payload, key)
    return Claims(_subject(payload), frozenset(scope.split()), issued_at, expires_at)


def signed_payload(token: str, key: VerificationKey) -> dict[str, Any]:
    """What a token says that this key signed, by the key's own algorithm. Raises `TokenSignatureInvalid`."""
    if key.algorithm not in ALGORITHMS | ISSUERS_ALGORITHMS:
        raise TokenSignatureInvalid("The key's algorithm is unknown")
    try:
        material: Any = key.material if key.algorithm == SYMMETRIC else _public_key(key.material)
        return _parse(_JWS.decode_complete(token, material, algorithms=[key.algorithm])["payload"])
    except _FAILURES:
        raise TokenSignatureInvalid from None


def check_begun(payload: dict[str, Any]) -> tuple[int | None, int]:
    """When the token was issued and when it expires. Raises `TokenMalformed`, `TokenNotYetValid`."""
    expires_at, not_before, issued_at = (_moment(payload, name) for name in ("exp", "nbf", "iat"))
    if expires_at is None:
        raise TokenMalformed("The token never expires")
    now = clock.now_ms()
    if any(moment is not None and moment > now + SKEW_MS for moment in (not_before, issued_at)):
        raise TokenNotYetValid
    return issued_at, expires_at


def check_not_expired(claims: Claims) -> None:
    """Raises `TokenExpired`; clocks may differ by 30 s."""
    if claims.expires_at <= clock.now_ms() - SKEW_MS:
        raise TokenExpired


def check_not_revoked(claims: Claims, *valid_from: int | None) -> None:
    """Refuse a token issued before any of these moments (in milliseconds), or with no `iat` once there is one.

    A token whose `iat` has whole seconds is refused until the second of the revocation is over. Raises `TokenRevoked`.
    """
    moments = [moment for moment in valid_from if moment is not None]
    if moments and (claims.issued_at is None or claims.issued_at < max(moments)):
        raise TokenRevoked


def sign(claims: dict[str, str | float], *, kid: str, secret: str) -> str:
    """The HS256 token with these claims; the same claims always give the same token."""
    return _JWS.encode(_compact(claims), secret, algorithm=SYMMETRIC, headers={"kid": kid})


def _compact(claims: dict[str, str | float]) -> bytes:
    return json.dumps(claims, separators=(",", ":")).encode()


@lru_cache(maxsize=256)
def _public_key(pem: str) -> PublicKeyTypes:
    """The key of a PEM, parsed once; PyJWT would first try whether it is a private one."""
    return load_pem_public_key(pem.encode())


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _parse(payload: bytes) -> dict[str, Any]:
    parsed = json.loads(payload, parse_constant=_refuse_constant)
    if not isinstance(parsed, dict):
        raise TypeError("a payload is an object")
    return parsed


def _subject(payload: dict[str, Any]) -> str:
    """The user that a token names. An absent subject is empty; one that is there has to be a user id."""
    if "sub" not in payload:
        return ""
    subject = payload["sub"]
    if not isinstance(subject, str) or not ids.is_user_id(subject):
        raise TokenMalformed("The token's sub is no user id")
    return subject


def _check_audience(payload: dict[str, Any], key: VerificationKey) -> None:
    """Refuse what was made for somebody else or by somebody else (RFC 7519, 4.1.1 and 4.1.3).

    A key that names its audience or its issuer wants it in every token. Where it names no audience we are in none; an
    issuer says nothing then, since the key alone decides.
    """
    if "aud" in payload:
        audience = payload["aud"]
        audiences = audience if isinstance(audience, list) else [audience]
        if key.audience is None or key.audience not in audiences:
            raise TokenAudienceRefused
        if not all(isinstance(each, str) for each in audiences):
            raise TokenMalformed("The token's aud holds what is no string")
    elif key.audience is not None:
        raise TokenAudienceRefused("The token names no audience")
    if key.issuer is not None and payload.get("iss") != key.issuer:
        raise TokenIssuerRefused


def _moment(payload: dict[str, Any], name: str) -> int | None:
    """A date of the payload in milliseconds; fractions of a second are allowed (RFC 7519)."""
    if name not in payload:
        return None
    value = payload[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LATEST_SECOND:
        raise TokenMalformed(f"The token's {name} is no date")
    return round(value * 1000)
