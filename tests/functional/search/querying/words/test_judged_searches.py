"""Searches in fifteen languages find what people want of all that was said there, and nothing else."""

import pytest
from opensearchpy import OpenSearch

from tests.benchmarks import judged_texts
from tests.benchmarks.judged_texts import Judged
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream

HOMOGRAPHS = {("fr", "avion"): {"nous avions faim"}}
"""Found besides, since they are written as a form of the word."""


@pytest.mark.parametrize("judged", judged_texts.every(), ids=lambda judged: judged.language)
def test_a_search_finds_what_people_want_and_nothing_else(judged: Judged, opensearch: OpenSearch) -> None:
    stream = ChangeStream()
    person = engine.new_workspace("judged").person("alice")
    group = person.open_group(name=judged.language)
    for text in judged.texts.values():
        assert person.send(group, text).status == 201
    engine.index_all(opensearch, stream.take(person.tenant_id))
    for query, numbers in judged.queries.items():
        answer = person.get("/v1/search/messages", q=query, limit=50)
        found = {hit["message"]["text"] for hit in answer["data"]}
        wanted = {judged.texts[number] for number in numbers}
        assert found == wanted | HOMOGRAPHS.get((judged.language, query), set()), query
        assert all("<em>" in hit["highlights"][0] for hit in answer["data"]), query
