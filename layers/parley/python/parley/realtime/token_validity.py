"""Whether the token that opened a connection still holds: it is verified once and must not outlive its revocation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parley import clock
from parley.errors import TenantSuspended, TokenExpired, TokenRevoked, UserDeactivated
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number
from parley.tables.keys import Key


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What decides whether a verified token still holds; moments in milliseconds, `issued_at` 0 where it has none."""

    kid: str
    issued_at: int
    expires_at: int


def places(tenant_id: str, user_id: str, kid: str) -> tuple[Key, Key, Key]:
    """Where the tenant, what verified the token, and the user's revocation stand."""
    return (
        Key(keys.tenant(tenant_id), keys.TENANT_SK),
        Key(keys.tenant(tenant_id), keys.verifier_sk(kid)),
        Key(keys.user(tenant_id, user_id), keys.REVOCATION_SK),
    )


def check_holds(tenant_id: str, user_id: str, token: TokenFacts) -> None:
    """Raises `TokenExpired`, `TokenRevoked`, `TenantSuspended` or `UserDeactivated` where it does not hold. 3 RRU."""
    at = places(tenant_id, user_id, token.kid)
    check(token, at, dynamodb.batch_get(settings().chat_table, at, consistent=True))


def read_places(tenant_id: str, users: Iterable[tuple[str, str]]) -> Mapping[Key, RawItem]:
    """What decides about the tokens of these users, each with the id of its key."""
    wanted = {at for user_id, kid in users for at in places(tenant_id, user_id, kid)}
    return dynamodb.batch_get(settings().chat_table, wanted, consistent=True)


def check(token: TokenFacts, at: tuple[Key, Key, Key], found: Mapping[Key, RawItem]) -> None:
    """As `check_holds`, from what has been read."""
    tenant, key, revocation = (found.get(place) for place in at)
    now = clock.now_ms()
    if tenant is None or key is None or number(key, "expires_at_ms", now + 1) <= now:
        raise TokenRevoked
    if "suspended_at" in tenant:
        raise TenantSuspended
    if token.expires_at <= now:
        raise TokenExpired
    if "deactivated_at" in (revocation or {}):
        raise UserDeactivated
    valid_from = max(number(tenant, "tokens_valid_from"), number(revocation or {}, "tokens_valid_from"))
    if token.issued_at < valid_from:
        raise TokenRevoked


def holds(token: TokenFacts, at: tuple[Key, Key, Key], found: Mapping[Key, RawItem]) -> bool:
    """Whether `check` passes."""
    try:
        check(token, at, found)
    except (TokenExpired, TokenRevoked, TenantSuspended, UserDeactivated):
        return False
    return True
