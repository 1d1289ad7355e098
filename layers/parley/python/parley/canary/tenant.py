"""The canary's own tenant: made at its first run, with a key whose secret only its partitions hold.

The canary's role reaches this tenant alone, so it holds no secret of its own and nobody has to set it up.
"""

from collections.abc import Callable
from contextlib import suppress

from parley import clock
from parley.errors import TenantExists, TenantNotFound
from parley.identity import tokens
from parley.identity.algorithms import SYMMETRIC
from parley.identity.caller import SERVER_SCOPE, Caller, Tenant
from parley.identity.items import SigningSecretItem
from parley.identity.tenant_settings import TenantSettings
from parley.tenants import administration, key_creation
from parley.tenants.keyring import load_keyring, secret_key
from parley.tenants.schemas import CreateSigningKey, CreateTenant

TENANT = "parley-canary"
TOKEN_SECONDS = 600
_MAKER = Caller(Tenant(TENANT, TenantSettings()), "", frozenset({SERVER_SCOPE}))
"""Whom the tenant's audit log names for its making: its own back end, which the canary is."""

Tokens = Callable[[str | None], str]
"""A token for a user, or for the tenant's back end."""


def tokens_of_tenant() -> Tokens:
    """What makes the tenant's tokens; the tenant and its key are made where they are not there."""
    kid, secret = _key() or _make()

    def token(user_id: str | None) -> str:
        now = clock.now_ms()
        who: dict[str, str | float] = {"scope": SERVER_SCOPE} if user_id is None else {"sub": user_id}
        claims = who | {"iat": now / 1000, "exp": now // 1000 + TOKEN_SECONDS}
        return tokens.sign(claims, kid=kid, secret=secret)

    return token


def _key() -> tuple[str, str] | None:
    """The id and the secret of a key of the tenant, if it has one."""
    try:
        ring = load_keyring(TENANT)
    except TenantNotFound:
        return None
    for key in ring.live:
        if key.algorithm == SYMMETRIC and key.expires_at_ms is None:
            stored = SigningSecretItem.at(secret_key(TENANT, key.kid), consistent=True)
            if stored is not None:
                return str(key.kid), str(stored.secret)
    return None


def _make() -> tuple[str, str]:
    with suppress(TenantExists):
        administration.do_create(_MAKER, CreateTenant(id=TENANT, name="Canary"), idempotency_key=None)
    made = key_creation.do_make(_MAKER, TENANT, CreateSigningKey(algorithm=SYMMETRIC))
    return made.kid, str(made.secret)
