"""Texts that somebody has said and may search for."""

from typing import Any

from opensearchpy import OpenSearch

from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person, Workspace


def said_by(opensearch: OpenSearch, *texts: str, **settings: Any) -> Person:
    """Someone who has said this, in a tenant of their own."""
    stream = ChangeStream()
    workspace = engine.new_workspace("words")
    person = Workspace(workspace.tenant_id, workspace.tenant_settings | settings).person("alice")
    group = person.open_group(name="Words")
    for text in texts:
        assert person.send(group, text).status == 201
    engine.index_all(opensearch, stream.take(person.tenant_id))
    return person


def found(person: Person, q: str, **query: str) -> list[str]:
    return [hit["message"]["text"] for hit in person.get("/v1/search/messages", q=q, **query)["data"]]
