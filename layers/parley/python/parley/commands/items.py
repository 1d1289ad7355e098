"""What is stored about commands: the command. What signs its calls is `parley.outbound.items`."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from parley.tables import keys
from parley.tables.items import ChatItem
from parley.tables.keys import Key


class CommandItem(ChatItem):
    """`T#<tenant>#COMMANDS` / `COMMAND#<name>`. `role` is the lowest that may run it."""

    entity = UnicodeAttribute(default="command")
    name = UnicodeAttribute()
    url = UnicodeAttribute()
    description = UnicodeAttribute()
    usage = UnicodeAttribute(null=True)
    role = UnicodeAttribute()
    enabled = BooleanAttribute()
    created_at = NumberAttribute()
    updated_at = NumberAttribute()


def command_key(tenant_id: str, name: str) -> Key:
    return Key(keys.commands(tenant_id), keys.command_sk(name))


def names_key(tenant_id: str) -> Key:
    """Where the set of the names of a tenant's commands is: it changes in the transaction that makes or removes one."""
    return Key(keys.commands(tenant_id), keys.COMMAND_NAMES_SK)


def secret_key(tenant_id: str, name: str) -> Key:
    """Where in `control` the secret that signs a command's calls is."""
    return Key(keys.commands(tenant_id), keys.command_sk(name))


def endpoint_key(tenant_id: str, name: str) -> Key:
    """Where the circuit of a command's server is, in `control`."""
    return Key(keys.command_endpoint(tenant_id, name), keys.ENDPOINT_SK)
