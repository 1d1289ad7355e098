"""What `docs/search.md` promises: every query of its tables is asked."""

import re
from pathlib import Path

import pytest
from opensearchpy import OpenSearch

from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person

DOCUMENT = (Path(__file__).parents[4] / "docs" / "search.md").read_text()
PATH = "/v1/search/messages"


def rows(header: str) -> list[list[str]]:
    """The cells of every table that has this header."""
    found = []
    for table in re.findall(rf"^{re.escape(header)}\n\|[ |-]+\|\n((?:\|.*\|\n)+)", DOCUMENT, re.MULTILINE):
        found += [[cell.strip() for cell in row.strip("|").split(" |")] for row in table.splitlines()]
    return found


EXAMPLES = [
    (query.strip("`"), [text for text in finds.split(" · ") if text], [text for text in misses.split(" · ") if text])
    for query, finds, misses in rows("| query | finds | does not find |")
]
REFUSED = [(query.strip("`"), because) for query, because in rows("| refused | because |")]


@pytest.fixture(scope="module")
def ada(opensearch: OpenSearch) -> Person:
    stream = ChangeStream()
    workspace = engine.new_workspace("document")
    ada, ben = workspace.person("ada"), workspace.person("ben")
    group = ben.open_group(ada, name="examples")
    for text in sorted({text for _, finds, misses in EXAMPLES for text in finds + misses}):
        assert ben.send(group, text).status == 201
    engine.index_all(opensearch, stream.take())
    return ada


def test_the_tables_are_read() -> None:
    assert len(EXAMPLES) > 35
    assert len(REFUSED) > 8


@pytest.mark.parametrize(("query", "finds", "misses"), EXAMPLES, ids=[query for query, _, _ in EXAMPLES])
def test_an_example_finds_what_it_says(query: str, finds: list[str], misses: list[str], ada: Person) -> None:
    found = ada.get(PATH, q=query, limit=100)
    assert found.status == 200, found.text
    texts = {hit["message"]["text"] for hit in found["data"]}
    assert set(finds) <= texts
    assert texts.isdisjoint(misses)


@pytest.mark.parametrize(("query", "because"), REFUSED, ids=[query for query, _ in REFUSED])
def test_a_refused_query_is_told_why_and_is_text_in_quotation_marks(query: str, because: str, ada: Person) -> None:
    refused = ada.get(PATH, q=query)
    assert (refused.status, refused.code) == (400, "invalid_query")
    assert because in refused["detail"]
    assert ada.get(PATH, q=f'"{query}"').status == 200
