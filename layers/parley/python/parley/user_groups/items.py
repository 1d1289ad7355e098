"""What is stored of user groups, and where."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from parley.tables import keys
from parley.tables.items import ChatItem
from parley.tables.keys import Key


class UserGroupItem(ChatItem):
    """`T#<tenant>#GROUPS` / `G#<group>`. Its version begins at the clock, and goes up with every change of members too.

    Beside the groups stand their handles, each with the group that has it (`H#<handle>`), and how many there are.
    """

    entity = UnicodeAttribute(default="user_group")
    group_id = UnicodeAttribute()
    handle = UnicodeAttribute()
    name = UnicodeAttribute()
    description = UnicodeAttribute(null=True)
    member_count = NumberAttribute(default=0)
    created_at = NumberAttribute()
    updated_at = NumberAttribute()


class UserGroupMemberItem(ChatItem):
    """`T#<tenant>#U#<user>` / `UG#<group>`: a user who is in a group. `gpk` and `gsk` list it among the group's."""

    entity = UnicodeAttribute(default="user_group_member")
    gpk = UnicodeAttribute()
    gsk = UnicodeAttribute()
    group_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    added_at = NumberAttribute()


def group_key(tenant_id: str, group_id: str) -> Key:
    return Key(keys.user_groups(tenant_id), keys.user_group_sk(group_id))


def handle_key(tenant_id: str, handle: str) -> Key:
    return Key(keys.user_groups(tenant_id), keys.user_group_handle_sk(handle))


def count_key(tenant_id: str) -> Key:
    """Where it stands how many groups a tenant has: it changes in the transaction that makes or deletes one."""
    return Key(keys.user_groups(tenant_id), keys.USER_GROUP_COUNT_SK)


def member_key(tenant_id: str, user_id: str, group_id: str) -> Key:
    return Key(keys.user(tenant_id, user_id), keys.user_group_member_sk(group_id))
