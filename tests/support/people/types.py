"""Types of conversations in tests: declared by a tenant's back end, and known to its people as the authorizer says."""

from dataclasses import replace
from typing import Any

from parley.settings import settings
from parley.tables import attributes, dynamodb, keys
from parley.tables.keys import Key
from tests.support.people.people import Person, Workspace


def put_tenant(acme: Workspace) -> None:
    """The tenant's own item, which names the version of its types."""
    at = Key(keys.tenant(acme.tenant_id), keys.TENANT_SK)
    said = {"entity": "tenant", "tenant_id": acme.tenant_id, "name": "Acme", "created_at": 1, "updated_at": 1}
    dynamodb.put(settings().chat_table, attributes.item({**at._asdict(), **said, "version": 1}))


def declare(acme: Workspace, name: str, like: str = "group", **permissions: str) -> dict[str, Any]:
    """Put a type, and give it as it is shown."""
    put = acme.server.put(f"/v1/conversation-types/{name}", {"like": like, "permissions": permissions})
    assert put.status == 200, put.text
    return dict(put.body)


def known_types(person: Person) -> Person:
    """The person as the authorizer lets them in now."""
    raw = dynamodb.get(settings().chat_table, Key(keys.tenant(person.tenant_id), keys.TENANT_SK), consistent=True)
    return replace(person, conversation_types=attributes.number(raw or {}, "conversation_types"))
