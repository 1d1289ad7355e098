"""The algorithms that sign tokens. Apart from `tokens`, so that who only names one does not load PyJWT."""

from typing import Literal, get_args

Algorithm = Literal["HS256", "RS256", "ES256"]
SYMMETRIC: Algorithm = "HS256"
"""Signed with a secret that Parley made; the others with a private key that never leaves the tenant."""
ALGORITHMS: frozenset[str] = frozenset(get_args(Algorithm))
ISSUERS_ALGORITHMS: frozenset[str] = frozenset(
    {*(f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)), "EdDSA"}
)
"""What keys of a registered issuer may sign with. None of them takes a secret."""
