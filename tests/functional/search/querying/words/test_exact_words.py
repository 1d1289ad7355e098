"""What stands there as it was asked for: first among hits of the same moment, and all that a phrase finds."""

import pytest
from opensearchpy import OpenSearch

from tests.support.people.clocks import Clock
from tests.support.people.said import found, said_by


def test_of_the_same_moment_the_word_itself_comes_first_by_time_too(opensearch: OpenSearch, moved_clock: Clock) -> None:
    exact = [f"a plane of number {at}" for at in range(4)]
    related = [f"planes of number {at}" for at in range(8)]
    mixed = [text for pair in zip(related[:4], exact, strict=True) for text in pair] + related[4:]
    person = said_by(opensearch, *mixed)
    moved_clock.pass_seconds(2)
    paged: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = person.get("/v1/search/messages", q="plane", sort="recent", limit=3, **cursor)
        paged += [hit["message"]["text"] for hit in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert (set(paged[:4]), set(paged[4:])) == (set(exact), set(related))
    assert len(paged) == len(mixed)
    assert set(found(person, "planes", sort="recent")[:8]) == set(related)


@pytest.mark.parametrize(
    ("said", "sought"),
    [
        ("Herr Müller ruft an", '"Herr Mueller"'),
        ("Herr Mueller ruft an", '"Herr Müller"'),
        ("Herr Müller ruft an", '"Herr Müller"'),
        ("Müller, Köln und Aarhus", '"Mueller Koeln und Århus"'),
        ("Mueller, Köln und Århus", '"Müller Koeln und Aarhus"'),
    ],
)
def test_a_phrase_is_found_with_umlauts_in_one_letter_and_in_two(
    said: str, sought: str, opensearch: OpenSearch
) -> None:
    person = said_by(opensearch, said, "noch etwas")
    assert found(person, sought) == [said]
    assert found(person, f"-{sought}") == ["noch etwas"]


@pytest.mark.parametrize(
    ("said", "sought"),
    [
        ("Herr Muller ruft an", '"Herr Mueller"'),
        ("ruft Herr Müller an", '"Mueller Herr"'),
        ("the blue car", '"the blu car"'),
        ("the blu car", '"the blue car"'),
    ],
)
def test_a_phrase_is_not_found_with_another_letter(said: str, sought: str, opensearch: OpenSearch) -> None:
    person = said_by(opensearch, said, "noch etwas")
    assert found(person, sought) == []
    assert set(found(person, f"-{sought}")) == {said, "noch etwas"}
