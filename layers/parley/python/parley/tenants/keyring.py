"""A tenant's signing keys as a whole: read in one query, changed by one writer at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from parley import clock
from parley.errors import KeyNotFound, TenantNotFound
from parley.identity.items import SigningKeyItem
from parley.settings import settings
from parley.tables import dynamodb, keys, transactions
from parley.tables.attributes import text
from parley.tables.dynamodb import TransactionRefused
from parley.tables.expressions import Update, at_version
from parley.tables.keys import Key
from parley.tables.transactions import Action
from parley.tenants.administration import tenant_key
from parley.tenants.items import KeyringItem, TenantItem
from parley.tenants.schemas import SigningKey

ATTEMPTS = 5


class KeyringChanged(Exception):
    """Another writer changed the keys since they were read."""


@dataclass(frozen=True)
class Keyring:
    """The keys as they were at `version`; None before the first key."""

    tenant_id: str
    version: int | None
    signing_keys: Sequence[SigningKeyItem]

    def find(self, kid: str) -> SigningKeyItem:
        """The key with this id. Raises `KeyNotFound`."""
        for key in self.signing_keys:
            if key.kid == kid:
                return key
        raise KeyNotFound

    @property
    def live(self) -> list[SigningKeyItem]:
        """The keys whose tokens are accepted now."""
        return [key for key in self.signing_keys if is_live(key)]

    def change(self, actions: Sequence[Action]) -> None:
        """Write all of these, if nobody has changed the keys meanwhile; raises `KeyringChanged`."""
        try:
            dynamodb.transact([self._next_version(), *actions])
        except TransactionRefused:
            raise KeyringChanged from None

    def _next_version(self) -> Action:
        return transactions.update(
            settings().chat_table,
            Key(keys.tenant(self.tenant_id), keys.KEYRING_SK),
            Update().set(entity="keyring").add(version=1),
            condition=at_version(self.version),
        )


def load_keyring(tenant_id: str) -> Keyring:
    """All keys of a tenant, newest first, expired ones too. Raises `TenantNotFound`.

    The keyring's own item sorts first, so keys are never older than the version that they were read with.
    """
    raw, _ = dynamodb.query(settings().chat_table, keys.tenant(tenant_id), begins_with=keys.KEYRING_SK, consistent=True)
    if not raw and TenantItem.at(tenant_key(tenant_id), consistent=True) is None:
        raise TenantNotFound
    version = None
    signing_keys = []
    for item in raw:
        if text(item, "sk") == keys.KEYRING_SK:
            version = int(KeyringItem.from_raw_data(item).version)
        else:
            signing_keys.append(SigningKeyItem.from_raw_data(item))
    return Keyring(tenant_id, version, sorted(signing_keys, key=lambda key: (-key.created_at, key.kid)))


def is_live(key: SigningKeyItem) -> bool:
    return key.expires_at_ms is None or int(key.expires_at_ms) > clock.now_ms()


def secret_key(tenant_id: str, kid: str) -> Key:
    """Where the secret of an HS256 key is."""
    return Key(keys.secrets(tenant_id), keys.signing_key_sk(kid))


def signing_key_view(key: SigningKeyItem) -> SigningKey:
    return SigningKey(
        kid=key.kid,
        algorithm=key.algorithm,
        public_key=key.public_key,
        audience=key.audience,
        issuer=key.issuer,
        created_at=clock.to_datetime(int(key.created_at)),
        expires_at=clock.optional_datetime(key.expires_at_ms),
    )
