"""Public keys that tenants register. The only module that reads PEM with cryptography besides the authorizer's."""

import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from parley.errors import ValidationFailed
from parley.identity.algorithms import Algorithm

RSA_BITS = range(2048, 4097)
"""Shorter is broken, longer makes each verification slow."""
LARGEST_RSA_EXPONENT = 2**32 - 1
_ONE_BLOCK = re.compile(r"(?:(?!-----).)*-----BEGIN ([A-Z ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----", re.DOTALL)
"""A comment may precede the key. What follows a PEM reader passes over, though somebody may mean to register it."""


def check_public_key(algorithm: Algorithm, pem: str) -> str:
    """The key in the one form that is stored (SubjectPublicKeyInfo).

    Raises `ValidationFailed`: `private_key` for a private key, which nobody but its owner should ever see,
    `invalid_key` for what is none, `unsuitable_key` for one that is too weak or not the algorithm's.
    """
    if "PRIVATE KEY" in pem:
        raise _refusal("private_key", "This is a private key: give us the public one, and replace this pair")
    if not _ONE_BLOCK.fullmatch(pem.strip()):
        raise _refusal("invalid_key", "One public key in PEM form, and nothing after it")
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise _refusal("invalid_key", "This is no public key in PEM form") from None
    problem = _unsuitable(algorithm, key)
    if problem:
        raise _refusal("unsuitable_key", problem)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _unsuitable(algorithm: Algorithm, key: PublicKeyTypes) -> str | None:
    if algorithm == "ES256":
        fits = isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
        return None if fits else "ES256 takes a key on the curve P-256"
    if not isinstance(key, RSAPublicKey):
        return "RS256 takes an RSA key"
    if key.key_size not in RSA_BITS or key.public_numbers().e > LARGEST_RSA_EXPONENT:
        return f"An RSA key has {RSA_BITS[0]} to {RSA_BITS[-1]} bits and an exponent of at most 32 bits"
    return None


def _refusal(code: str, detail: str) -> ValidationFailed:
    return ValidationFailed([{"pointer": "/public_key", "code": code, "detail": detail}])
