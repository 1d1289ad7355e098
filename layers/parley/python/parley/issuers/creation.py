"""Registering an issuer: once its keys could be fetched, and for audiences that no other tenant has with it."""

from parley import clock, ids
from parley.audit import audit_log
from parley.errors import IssuerExists, IssuerUnusable, TooManyIssuers, Unavailable
from parley.identity.caller import Caller
from parley.issuers import key_cache
from parley.issuers.fetching import FetchFailed, fetch_keys
from parley.issuers.items import IssuerAudienceItem, IssuerItem, keys_at
from parley.issuers.published import KeySet
from parley.issuers.registrations import audiences_at, counted, issuer_view, stored_issuers
from parley.issuers.schemas import CreateIssuer, Issuer
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.keys import Key
from parley.tables.transactions import Action
from parley.tenants.administration import check_administers
from parley.tenants.keyring import ATTEMPTS, KeyringChanged, load_keyring

MOST_ISSUERS = 10


def do_create(caller: Caller, tenant_id: str, body: CreateIssuer) -> Issuer:
    """Accept an issuer's tokens for these audiences, once its keys could be fetched.

    The same registration once more, as a request makes it that is repeated after a crash, is the one that is there. No
    other tenant takes tokens of the same issuer for the same audience, so `iss` and `aud` lead to one tenant.
    Raises `TenantNotFound`, `TooManyIssuers`, `IssuerExists`, `IssuerUnusable`.
    """
    check_administers(caller, tenant_id)
    item = _item(tenant_id, body)
    if made := _existing(tenant_id, item):
        return issuer_view(made, None)
    try:
        found = fetch_keys(item.issuer, item.jwks_url)
    except FetchFailed as failed:
        raise IssuerUnusable(f"The issuer's keys cannot be had: {failed}", reason=str(failed)) from None
    for _ in range(ATTEMPTS):
        keyring = load_keyring(tenant_id)
        if made := _existing(tenant_id, item):
            return issuer_view(made, None)
        try:
            line = audit_log.line(caller, "issuer.created", ("issuer", item.issuer_id), tenant_id=tenant_id)
            keyring.change([*_creation(item, found), line])
        except KeyringChanged:
            continue
        return issuer_view(item, None)
    raise Unavailable("The issuers are being changed by others")


def _item(tenant_id: str, body: CreateIssuer) -> IssuerItem:
    issuer_id = ids.new_id()
    said = body.model_dump() | {"audiences": list(dict.fromkeys(body.audiences))}
    at = Key(keys.tenant(tenant_id), keys.issuer_sk(issuer_id))
    return IssuerItem(pk=at.pk, sk=at.sk, tenant_id=tenant_id, issuer_id=issuer_id, created_at=clock.now_ms(), **said)


def _existing(tenant_id: str, item: IssuerItem) -> IssuerItem | None:
    """The tenant's registration that says the same; None where there is room for one.

    Raises `TenantNotFound`, `TooManyIssuers`, `IssuerExists`.
    """
    load_keyring(tenant_id)
    stored = stored_issuers(tenant_id)
    for other in stored:
        if all(getattr(other, name) == getattr(item, name) for name in CreateIssuer.model_fields):
            return other
    if len(stored) >= MOST_ISSUERS:
        raise TooManyIssuers(f"A tenant has at most {MOST_ISSUERS} issuers")
    if dynamodb.batch_get(settings().control_table, audiences_at(item), consistent=True):
        raise IssuerExists
    return None


def _creation(item: IssuerItem, found: KeySet) -> list[Action]:
    control, now = settings().control_table, clock.now_ms()
    fetched = key_cache.fetched(found).set(entity="issuer_keys", tried_at=now).add(version=1)
    taken = [
        IssuerAudienceItem(pk=at.pk, sk=at.sk, tenant_id=item.tenant_id, issuer_id=item.issuer_id)
        for at in audiences_at(item)
    ]
    return [
        transactions.put_if_absent(item.table(), item.serialize()),
        *(transactions.put_if_absent(control, each.serialize()) for each in taken),
        transactions.update(control, keys_at(item), fetched),
        counted(item, 1),
    ]
