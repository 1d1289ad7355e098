"""The keys that an issuer publishes (RFC 7517), each bound to one algorithm; what cannot verify is passed over."""

from collections.abc import Iterable
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from parley.identity.tokens import MAX_KID_LENGTH, VerificationKey

MOST_KEYS = 50
RSA_BITS = range(2048, 8193)
LARGEST_EXPONENT = 2**32 - 1
_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
"""What an RSA key may say of itself; one that says nothing is for the first (RFC 7518: the recommended one)."""
_OF_CURVE = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
_FAILURES = (jwt.PyJWTError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, AttributeError, OverflowError)

KeySet = dict[str, VerificationKey]


def usable_keys(published: Iterable[object]) -> KeySet:
    """The first `MOST_KEYS` keys by their ids. Of two with the same id neither is taken: it names no key."""
    found: KeySet = {}
    ambiguous = set()
    for entry in list(published)[:MOST_KEYS]:
        kid = entry.get("kid") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(kid, str) or not 0 < len(kid) <= MAX_KID_LENGTH:
            continue
        key = _usable(entry)
        if key is not None:
            ambiguous |= {kid} if kid in found else set()
            found[kid] = key
    return {kid: key for kid, key in found.items() if kid not in ambiguous}


def _usable(entry: dict[str, Any]) -> VerificationKey | None:
    """The key with its algorithm; None for a secret, a private key, one for encryption, or one too weak."""
    algorithm = _algorithm(entry)
    verifies = "verify" in entry.get("key_ops", ["verify"]) if isinstance(entry.get("key_ops", []), list) else False
    if algorithm is None or "d" in entry or entry.get("use", "sig") != "sig" or not verifies:
        return None
    try:
        pem = _pem(entry)
    except _FAILURES:
        return None
    return None if pem is None else VerificationKey(algorithm, pem)


def _algorithm(entry: dict[str, Any]) -> str | None:
    """The one algorithm that fits the kind of key, where `alg` names it or nothing."""
    kind, curve = entry.get("kty"), entry.get("crv")
    fitting: tuple[str, ...] = ()
    if kind == "RSA":
        fitting = _RSA
    elif kind == "EC" and isinstance(curve, str) and curve in _OF_CURVE:
        fitting = (_OF_CURVE[curve],)
    elif kind == "OKP" and curve == "Ed25519":
        fitting = ("EdDSA",)
    named = entry.get("alg", fitting[0] if fitting else None)
    return named if named in fitting else None


def _pem(entry: dict[str, Any]) -> str | None:
    key: Any
    if entry["kty"] == "RSA":
        key = RSAAlgorithm.from_jwk(entry)
        if not isinstance(key, RSAPublicKey) or key.key_size not in RSA_BITS:
            return None
        if key.public_numbers().e > LARGEST_EXPONENT:
            return None
    else:
        key = (ECAlgorithm if entry["kty"] == "EC" else OKPAlgorithm).from_jwk(entry)
        if not isinstance(key, EllipticCurvePublicKey | Ed25519PublicKey):
            return None
    pem: bytes = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()
