"""What is stored about issuers: the registration beside the tenant, what leads to it and its keys in `control`."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from parley.tables import keys
from parley.tables.items import ChatItem, ControlItem
from parley.tables.keys import Key


class IssuerItem(ChatItem):
    """`T#<tenant>` / `ISSUER#<id>`. It never changes: who wants it otherwise registers another."""

    entity = UnicodeAttribute(default="issuer")
    tenant_id = UnicodeAttribute()
    issuer_id = UnicodeAttribute()
    issuer = UnicodeAttribute()
    jwks_url = UnicodeAttribute(null=True)
    audiences = JSONAttribute()
    user_id_claim = UnicodeAttribute()
    name_claim = UnicodeAttribute(null=True)
    scope_claim = UnicodeAttribute(null=True)
    create_users = BooleanAttribute(default=False)
    created_at = NumberAttribute()


class IssuerAudienceItem(ControlItem):
    """`T#_system#ISS#<hash of issuer and audience>` / `ISSUER`: the one tenant that takes these tokens.

    It is in `control`, whose changes are not streamed: which tenants share an issuer is nobody's business.
    """

    entity = UnicodeAttribute(default="issuer_audience")
    tenant_id = UnicodeAttribute()
    issuer_id = UnicodeAttribute()


class IssuerKeysItem(ControlItem):
    """`T#<tenant>#ISSUERS` / `ISSUER#<id>`: the keys as they were fetched at `fetched_at`.

    `tried_at` is when a fetch was last begun, by whichever process, `failure` what became of it if it failed.
    """

    entity = UnicodeAttribute(default="issuer_keys")
    keys = JSONAttribute(null=True)
    fetched_at = NumberAttribute(null=True)
    tried_at = NumberAttribute(null=True)
    failure = UnicodeAttribute(null=True)


def keys_at(item: IssuerItem) -> Key:
    """Where an issuer's keys are kept."""
    return Key(keys.issuers(item.tenant_id), keys.issuer_sk(item.issuer_id))
