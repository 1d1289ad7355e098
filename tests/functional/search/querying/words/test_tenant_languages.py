"""The languages that a tenant names are likelier when the language of a message is judged."""

import json

import pytest
from opensearchpy import OpenSearch

from parley.identity import stored_settings
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys
from parley.tables.keys import Key
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person, Workspace
from tests.support.people.said import found


def said_in(opensearch: OpenSearch, languages: list[str] | None, *texts: str) -> Person:
    """Someone who has said this, in a tenant of those languages."""
    stream = ChangeStream()
    workspace = engine.new_workspace("words")
    named = {} if languages is None else {"languages": languages}
    at = Key(keys.tenant(workspace.tenant_id), keys.TENANT_SK)
    stored = {**at._asdict(), "entity": "tenant", "version": 1, "settings": json.dumps(named)}
    dynamodb.put(settings().chat_table, attributes.item(stored))
    stored_settings.forget()
    person = Workspace(workspace.tenant_id, workspace.tenant_settings | named).person("alice")
    group = person.open_group(name="Words")
    for text in texts:
        assert person.send(group, text).status == 201
    engine.index_all(opensearch, stream.take(person.tenant_id))
    return person


@pytest.mark.parametrize(
    ("language", "said", "sought"),
    [
        ("de", "Kinder", "Kind"),
        ("de", "Quarkspeisen", "Quarkspeise"),
        ("nl", "ideeën", "idee"),
        ("nl", "kinderen", "kind"),
        ("it", "case", "casa"),
        ("es", "gatitos", "gatito"),
        ("fr", "gares", "gare"),
        ("sv", "barnen", "barn"),
        ("uk", "книги", "книга"),
    ],
)
def test_one_word_is_taken_for_a_word_of_the_tenants_language(
    language: str, said: str, sought: str, opensearch: OpenSearch
) -> None:
    assert found(said_in(opensearch, [language], said), sought) == [said]


def test_words_on_no_list_are_english_where_no_language_is_named(opensearch: OpenSearch) -> None:
    assert found(said_in(opensearch, None, "Quarkspeisen"), "Quarkspeise") == []


def test_a_sentence_is_in_its_own_language_whatever_the_tenant_names(opensearch: OpenSearch) -> None:
    said = "I do not know what the children are doing in the garden"
    person = said_in(opensearch, ["de", "en"], said)
    assert found(person, "child") == [said]
    assert found(person, "Note") == []


def test_the_settings_of_a_tenant_are_read_once_for_many_batches(
    opensearch: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = said_in(opensearch, ["de"], "Kinder")
    read: list[Key] = []
    batch_get = dynamodb.batch_get

    def noted(table: str, places: list[Key], **options: bool) -> object:
        read.extend(places)
        return batch_get(table, places, **options)

    monkeypatch.setattr(dynamodb, "batch_get", noted)
    stream = ChangeStream()
    group = person.open_group(name="More")
    for text in ("Häuser", "Bücher"):
        assert person.send(group, text).status == 201
        engine.index_all(opensearch, stream.take(person.tenant_id))
    assert not [at for at in read if at.sk == keys.TENANT_SK]
    assert found(person, "Haus") == ["Häuser"]
