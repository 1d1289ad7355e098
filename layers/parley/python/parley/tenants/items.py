"""What is stored about tenants. Their signing keys are `parley.identity.items`: the authorizer reads them."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from parley.tables.items import ChatItem


class TenantItem(ChatItem):
    """`T#<tenant>` / `TENANT`. `settings` and `ceilings` hold only what differs from the defaults.

    `block_list` and `conversation_types` are the versions of these, `push` the ARNs of its platform applications.
    `created_with` is derived from the Idempotency-Key of the request that made it. `gpk` and `gsk` list it among the
    tenants whose messages go by their age, as long as it is one.
    """

    entity = UnicodeAttribute(default="tenant")
    gpk = UnicodeAttribute(null=True)
    gsk = UnicodeAttribute(null=True)
    tenant_id = UnicodeAttribute()
    name = UnicodeAttribute()
    settings = JSONAttribute(null=True)
    ceilings = JSONAttribute(null=True)
    push = JSONAttribute(null=True)
    block_list = NumberAttribute(null=True)
    conversation_types = NumberAttribute(null=True)
    suspended_at = NumberAttribute(null=True)
    tokens_valid_from = NumberAttribute(null=True)
    created_at = NumberAttribute()
    updated_at = NumberAttribute()
    created_with = UnicodeAttribute(null=True)


class KeyringItem(ChatItem):
    """`T#<tenant>` / `KEY`: the version of the tenant's keys as a whole; every change of one is conditional on it."""

    entity = UnicodeAttribute(default="keyring")
