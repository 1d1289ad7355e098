"""Tokens of issuers that tenants registered: `iss` and `aud` lead to one registration, its keys verify.

What the token says is not trusted before its signature was looked at. Whether the registration is still there is read
with every decision, beside the tenant and the user's revocation.
"""

from typing import Any

from parley.errors import TokenAudienceRefused, TokenIssuerRefused, TokenMalformed, Unauthenticated
from parley.identity import authorizer, forgeries, tokens
from parley.identity.authorizer import Decision
from parley.identity.tokens import Claims, Unverified
from parley.issuers import claims as said_claims
from parley.issuers import key_cache
from parley.issuers.items import IssuerItem
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import number, required_text
from parley.tables.keys import Key
from parley.users.profiles import do_create_absent, user_key

MAX_ISSUER_LENGTH = 255
_registered: Remembered[tuple[str, tuple[str, ...]], IssuerItem] = Remembered(most=500, kept_ms=300_000)
"""Registrations by the issuer and the audiences of a token."""


def forget() -> None:
    """Begin as a new process does."""
    _registered.clear()
    key_cache.forget()


def authorize(authorization: str, *, source: str = "") -> Decision:
    """Decide on an `Authorization` header, by our keys or those of registered issuers."""
    return authorizer.authorize(authorization, source=source, log_in=log_in)


def log_in(token: str, said: Unverified, source: str) -> Decision:
    """The decision on a token that names its issuer. Raises a kind of `Unauthenticated`."""
    issuer = said.payload["iss"]
    if not isinstance(issuer, str) or not 0 < len(issuer) <= MAX_ISSUER_LENGTH:
        raise TokenMalformed("The token's iss is no string")
    named = issuer, tuple(said_claims.audiences_of(said.payload))
    remembered = _registered.get(named)
    registered = remembered or _look_up(*named, source)
    forgeries.check(f"{registered.issuer_id} {said.kid}", token)
    claims, payload = _verified(token, said, registered)
    tenant_id = registered.tenant_id
    tenant_at = Key(keys.tenant(tenant_id), keys.TENANT_SK)
    revocation_at = Key(keys.user(tenant_id, claims.subject), keys.REVOCATION_SK)
    user_at = user_key(tenant_id, claims.subject)
    wanted = [tenant_at, registered.key, revocation_at] + ([user_at] if registered.create_users else [])
    found = dynamodb.batch_get(settings().chat_table, wanted, consistent=True)
    if registered.key not in found:
        _registered.drop(named)
        if remembered:
            return log_in(token, said, source)
        raise TokenIssuerRefused
    decision = authorizer.decide(tenant_id, claims, registered.sk, found.get(tenant_at), found.get(revocation_at))
    if registered.create_users and decision.claims and user_at not in found:
        name = said_claims.claim(payload, registered.name_claim) if registered.name_claim else None
        do_create_absent(tenant_id, claims.subject, name if isinstance(name, str) else None)
    return decision


def _look_up(issuer: str, audiences: tuple[str, ...], source: str) -> IssuerItem:
    """The registration that takes these tokens: one for each of the audiences, or none for the others."""
    unknown = f"{issuer} {audiences}"
    forgeries.check(unknown, "")
    forgeries.check_source(source)
    any_at = keys.issuer_audience(issuer, "")
    places = [keys.issuer_audience(issuer, audience) for audience in audiences]
    found = dynamodb.batch_get(settings().control_table, [any_at, *places], consistent=True)
    named = {
        (required_text(found[at], "tenant_id"), required_text(found[at], "issuer_id")) for at in places if at in found
    }
    if len(named) != 1:
        is_known = number(found.get(any_at, {}), "registrations") > 0
        forgeries.remember(unknown, TokenAudienceRefused if is_known else TokenIssuerRefused)
        raise TokenAudienceRefused if is_known else TokenIssuerRefused
    (tenant_id, issuer_id) = named.pop()
    item = IssuerItem.at(Key(keys.tenant(tenant_id), keys.issuer_sk(issuer_id)), consistent=True)
    if item is None:
        raise TokenIssuerRefused
    _registered.set((issuer, audiences), item)
    return item


def _verified(token: str, said: Unverified, registered: IssuerItem) -> tuple[Claims, dict[str, Any]]:
    """The claims of a token that a key of the registration signed. Raises a kind of `Unauthenticated`."""
    key = key_cache.find(registered, said.kid)
    try:
        payload = tokens.signed_payload(token, key)
        issued_at, expires_at = tokens.check_begun(payload)
        user_id = said_claims.user_id_of(payload, registered.user_id_claim)
    except Unauthenticated as refusal:
        forgeries.remember_token(token, type(refusal))
        raise
    scopes = said_claims.scopes_of(payload, registered.scope_claim)
    return Claims(user_id, scopes, issued_at, expires_at), payload
