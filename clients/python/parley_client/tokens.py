"""Tokens that a tenant's own back end signs, with a key of `POST /v1/tenants/{tenant_id}/keys`."""

import math
import time
from dataclasses import dataclass

import jwt

TTL_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class TenantKey:
    """A signing key: its id, its secret or its private key in PEM, and its algorithm.

    Private keys need `pyjwt[crypto]`.
    """

    kid: str
    material: str
    algorithm: str = "HS256"

    def user_token(self, user_id: str, *, ttl_seconds: int = TTL_SECONDS) -> str:
        """A token for a user of the tenant: the back end has made sure who it is."""
        return self._sign({"sub": user_id}, ttl_seconds)

    def server_token(self, *, ttl_seconds: int = TTL_SECONDS) -> str:
        """A token of the back end itself. It never leaves the back end."""
        return self._sign({"scope": "server"}, ttl_seconds)

    def _sign(self, claims: dict[str, str], ttl_seconds: int) -> str:
        now = time.time()
        said = claims | {"iat": round(now, 3), "exp": math.ceil(now) + ttl_seconds}
        return jwt.encode(said, self.material, algorithm=self.algorithm, headers={"kid": self.kid})
