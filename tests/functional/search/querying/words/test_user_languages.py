"""The languages that users name: their messages are likelier to be in them, and their queries are meant in them."""

from collections.abc import Callable, Iterator

import pytest
from opensearchpy import OpenSearch

from parley import clock
from parley.identity.tenant_settings import TenantSettings
from parley.tables import dynamodb, keys
from parley.tables.keys import Key
from parley.users import languages
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person, Workspace
from tests.support.people.said import found

SEARCH = "/v1/search/messages"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    languages.forget()
    yield
    languages.forget()


def named(person: Person, *own: str) -> None:
    assert person.put("/v1/users/me", {"languages": list(own)})["languages"] == list(own)
    languages.forget()


def talk(opensearch: OpenSearch, workspace: Workspace, said: dict[str, str]) -> dict[str, Person]:
    """People who have each said this in a group of theirs, each in the language that `name_language` ends with."""
    stream = ChangeStream()
    people = {name: workspace.person(name.replace("_", "-")) for name in said}
    for name, person in people.items():
        if "_" in name:
            named(person, name.rpartition("_")[2])
    first, *others = people.values()
    group = first.open_group(*others, name="Words")
    for name, text in said.items():
        assert people[name].send(group, text).status == 201
    engine.index_all(opensearch, stream.take(first.tenant_id))
    return people


@pytest.fixture
def workspace(opensearch: OpenSearch) -> Workspace:
    return engine.new_workspace("languages")


@pytest.mark.parametrize(
    ("language", "said", "sought"),
    [
        ("de", "Quarkspeisen", "Quarkspeise"),
        ("nl", "kinderen", "kind"),
        ("it", "case", "casa"),
        ("es", "gatitos", "gatito"),
        ("fr", "gares", "gare"),
        ("sv", "barnen", "barn"),
        ("pt", "cachorrinhos", "cachorrinho"),
        ("uk", "книги", "книга"),
    ],
)
def test_one_word_is_taken_for_a_word_of_its_authors_language(
    language: str, said: str, sought: str, workspace: Workspace, opensearch: OpenSearch
) -> None:
    people = talk(opensearch, workspace, {f"writer_{language}": said})
    assert found(people[f"writer_{language}"], sought) == [said]


def test_the_same_word_of_two_authors_is_a_word_of_each_ones_language(
    workspace: Workspace, opensearch: OpenSearch
) -> None:
    """`case` is a form of the Italian casa, and an English word that has cases."""
    people = talk(opensearch, workspace, {"ugo_it": "case", "eve_en": "case!"})
    assert found(people["ugo_it"], "casa") == ["case"]
    assert "case!" in found(people["eve_en"], "cases")


@pytest.mark.parametrize(
    ("language", "query", "not_found"),
    [
        ("en", "kinds", "die Kinder spielen im Garten"),
        ("en", "boots", "das Boot ist heute im Hafen"),
        ("de", "Boote", "I left my boots at the door of the house"),
        ("en", "mans", "de man is niet thuis vandaag"),
    ],
)
def test_a_readers_word_is_meant_in_a_language_of_theirs(
    language: str, query: str, not_found: str, workspace: Workspace, opensearch: OpenSearch
) -> None:
    people = talk(opensearch, workspace, {f"reader_{language}": "hello", "other": not_found})
    assert found(people[f"reader_{language}"], query) == []


def test_a_reader_still_finds_the_forms_of_a_word_of_another_language(
    workspace: Workspace, opensearch: OpenSearch
) -> None:
    said = "die Bücher liegen noch auf dem Tisch"
    people = talk(opensearch, workspace, {"reader_en": "hello", "other": said})
    assert found(people["reader_en"], "Buch") == [said]


def test_a_reader_adds_languages_to_those_of_the_tenant(opensearch: OpenSearch) -> None:
    workspace = engine.new_workspace("union")
    workspace = Workspace(workspace.tenant_id, workspace.tenant_settings | {"languages": ["de"]})
    assert TenantSettings.model_validate(workspace.tenant_settings).languages == ("de",)
    said = {"writer_fr": "les chevaux courent dans le pré", "other": "die Kinder spielen schön im Garten"}
    people = talk(opensearch, workspace, said)
    assert found(people["writer_fr"], "cheval") == [said["writer_fr"]]
    assert found(people["writer_fr"], "Kind") == [said["other"]]
    assert found(people["other"], "cheval") == []


def test_a_sentence_is_in_its_own_language_whatever_its_author_names(
    workspace: Workspace, opensearch: OpenSearch
) -> None:
    said = "I do not know what the children are doing in the garden"
    people = talk(opensearch, workspace, {"writer_de": said})
    assert found(people["writer_de"], "children") == [said]
    assert found(people["writer_de"], "Note") == []


def test_a_message_is_shown_by_what_it_was_indexed_with(workspace: Workspace, opensearch: OpenSearch) -> None:
    """What its author names later holds for later messages: the index and the check of its hits agree."""
    people = talk(opensearch, workspace, {"ugo_it": "case"})
    named(people["ugo_it"], "en")
    assert found(people["ugo_it"], "casa") == ["case"]
    assert found(people["ugo_it"], "casa", sort="recent") == ["case"]
    assert found(people["ugo_it"], "casa") == ["case"], "from what is remembered too"


def test_a_name_of_a_language_holds_a_minute_later_and_null_takes_it_away(
    workspace: Workspace, opensearch: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "die Kinder spielen im Garten"
    people = talk(opensearch, workspace, {"reader": "hello", "other": said})
    assert found(people["reader"], "kinds") == [said]
    assert people["reader"].put("/v1/users/me", {"languages": ["en"]}).status == 200
    assert found(people["reader"], "kinds", limit="20") == [said]
    later = clock.now_ms() + languages.KEPT_MS
    monkeypatch.setattr(clock, "now_ms", lambda: later)
    assert found(people["reader"], "kinds", limit="30") == []
    assert people["reader"].put("/v1/users/me", {"languages": None})["languages"] is None
    languages.forget()
    assert found(people["reader"], "kinds", limit="40") == [said]


def test_global_search_means_words_as_search_does(workspace: Workspace, opensearch: OpenSearch) -> None:
    said = "die Kinder spielen im Garten"
    people = talk(opensearch, workspace, {"reader_en": "hello", "other": said})
    for name, hits in (("reader_en", 0), ("other", 1)):
        assert len(people[name].get("/v1/search/global", q="kinds")["messages"]["data"]) == hits


def test_the_profile_of_an_author_is_read_once_for_many_batches(
    workspace: Workspace, opensearch: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = talk(opensearch, workspace, {"writer_de": "Kinder"})["writer_de"]
    group = person.open_group(name="More")
    read: list[Key] = []
    batch_get: Callable[..., object] = dynamodb.batch_get

    def noted(table: str, places: list[Key], **options: bool) -> object:
        read.extend(places)
        return batch_get(table, places, **options)

    monkeypatch.setattr(dynamodb, "batch_get", noted)
    stream = ChangeStream()
    for text in ("Häuser", "Bücher"):
        assert person.send(group, text).status == 201
        engine.index_all(opensearch, stream.take(person.tenant_id))
    assert Key(keys.user(person.tenant_id, person.user_id), keys.USER_SK) not in read
    assert found(person, "Haus") == ["Häuser"]
