"""A tenant that the operator knows, whose callers come with what the authorizer reads of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from parley.moderation.block_list_cache import lists
from parley.moderation.pre_send import endpoints
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tenants.items import TenantItem
from tests.support.people.people import Person, Workspace, new_workspace


@pytest.fixture(autouse=True)
def new_process() -> Iterator[None]:
    """A process that has met no list and no endpoint."""
    yield
    lists.forget()
    endpoints.forget()


@pytest.fixture
def acme(tables: None) -> Workspace:
    return stored(new_workspace("acme"))


@pytest.fixture
def globex(tables: None) -> Workspace:
    return stored(new_workspace("globex"))


def stored(workspace: Workspace) -> Workspace:
    item = TenantItem(
        pk=keys.tenant(workspace.tenant_id),
        sk=keys.TENANT_SK,
        tenant_id=workspace.tenant_id,
        name="Acme",
        settings=workspace.tenant_settings,
        created_at=1,
        updated_at=1,
    )
    dynamodb.put(settings().chat_table, item.serialize())
    return workspace


def known(person: Person) -> Person:
    """The person as the authorizer lets them in now."""
    item = TenantItem.read(
        dynamodb.get(settings().chat_table, keys.Key(keys.tenant(person.tenant_id), keys.TENANT_SK), consistent=True)
    )
    assert item is not None
    return replace(person, tenant_settings=item.settings, block_list=int(item.block_list or 0))


@pytest.fixture
def server(acme: Workspace) -> Person:
    return acme.server


def put_list(server: Person, *entries: dict[str, Any] | str, action: str = "mask") -> None:
    """Put a block list; a text is a word."""
    body = {"action": action, "entries": [{"word": each} if isinstance(each, str) else each for each in entries]}
    answer = server.put("/v1/moderation/block-list", body)
    assert answer.status == 200, answer.text


def queue(server: Person) -> list[dict[str, Any]]:
    answer = server.get("/v1/moderation/flags", limit=100)
    assert answer.status == 200, answer.text
    return list(answer["data"])
