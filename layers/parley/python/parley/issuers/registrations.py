"""The issuers whose tokens a tenant accepts: seen and removed by the operator, or by the tenant's back end."""

from parley import clock, ids
from parley.audit import audit_log
from parley.errors import IssuerNotFound, Unavailable
from parley.identity.caller import Caller
from parley.issuers.items import IssuerItem, IssuerKeysItem, keys_at
from parley.issuers.schemas import Issuer, Issuers
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.expressions import Update, exists
from parley.tables.keys import Key
from parley.tables.transactions import Action
from parley.tenants.administration import check_administers
from parley.tenants.keyring import ATTEMPTS, KeyringChanged, load_keyring


def do_list(caller: Caller, tenant_id: str) -> Issuers:
    """All issuers of a tenant. Raises `TenantNotFound`."""
    check_administers(caller, tenant_id)
    load_keyring(tenant_id)
    raw, _ = dynamodb.query(settings().control_table, keys.issuers(tenant_id), consistent=True)
    fetched = {item.sk: item for item in map(IssuerKeysItem.from_raw_data, raw)}
    stored = sorted(stored_issuers(tenant_id), key=lambda item: (-item.created_at, item.issuer_id))
    return Issuers(data=[issuer_view(item, fetched.get(item.sk)) for item in stored])


def do_get(caller: Caller, tenant_id: str, issuer_id: str) -> Issuer:
    """One issuer. Raises `TenantNotFound`, `IssuerNotFound`."""
    check_administers(caller, tenant_id)
    load_keyring(tenant_id)
    item = _access(tenant_id, issuer_id)
    return issuer_view(item, IssuerKeysItem.at(keys_at(item), consistent=True))


def do_remove(caller: Caller, tenant_id: str, issuer_id: str) -> None:
    """Accept none of its tokens any more, within 60 s. Raises `TenantNotFound`, `IssuerNotFound`."""
    check_administers(caller, tenant_id)
    for _ in range(ATTEMPTS):
        keyring = load_keyring(tenant_id)
        item = _access(tenant_id, issuer_id)
        try:
            line = audit_log.line(caller, "issuer.removed", ("issuer", issuer_id), tenant_id=tenant_id)
            keyring.change([*_removal(item), line])
        except KeyringChanged:
            continue
        return
    raise Unavailable("The issuers are being changed by others")


def stored_issuers(tenant_id: str) -> list[IssuerItem]:
    raw, _ = dynamodb.query(
        settings().chat_table, keys.tenant(tenant_id), begins_with=keys.ISSUER_PREFIX, consistent=True
    )
    return [IssuerItem.from_raw_data(each) for each in raw]


def _access(tenant_id: str, issuer_id: str) -> IssuerItem:
    item = None
    if ids.is_well_formed(issuer_id):
        item = IssuerItem.at(Key(keys.tenant(tenant_id), keys.issuer_sk(issuer_id)), consistent=True)
    if item is None:
        raise IssuerNotFound
    return item


def audiences_at(item: IssuerItem) -> list[Key]:
    return [keys.issuer_audience(item.issuer, audience) for audience in item.audiences]


def _removal(item: IssuerItem) -> list[Action]:
    control = settings().control_table
    return [
        transactions.delete(item.table(), item.key, condition=exists()),
        *(transactions.delete(control, at) for at in audiences_at(item)),
        transactions.delete(control, keys_at(item)),
        counted(item, -1),
    ]


def counted(item: IssuerItem, by: int) -> Action:
    """How many registrations name this issuer: it tells a token for another audience from one of a stranger."""
    change = Update().set(entity="issuer_audience").add(registrations=by, version=1)
    return transactions.update(settings().control_table, keys.issuer_audience(item.issuer, ""), change)


def issuer_view(item: IssuerItem, fetched: IssuerKeysItem | None) -> Issuer:
    return Issuer(
        id=item.issuer_id,
        issuer=item.issuer,
        jwks_url=item.jwks_url,
        audiences=item.audiences,
        user_id_claim=item.user_id_claim,
        name_claim=item.name_claim,
        scope_claim=item.scope_claim,
        create_users=item.create_users,
        created_at=clock.to_datetime(int(item.created_at)),
        keys_fetched_at=clock.optional_datetime(item.created_at if fetched is None else fetched.fetched_at),
        keys_failure=None if fetched is None else fetched.failure,
    )
