"""The examples of docs/search-languages.md are true."""

import re
from pathlib import Path

import pytest

from parley.search.querying import text_matching
from parley.search.querying.query_language import Match
from parley.search.querying.text_matching import Text
from parley.text.vocabulary import LANGUAGES

PAGE = (Path(__file__).parents[3] / "docs/search-languages.md").read_text("utf-8")
EXAMPLES = re.findall(r"^\| .+ \| `(.+)` \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)


def finds(query: str, text: str) -> bool:
    return text_matching.spans(text_matching.needles(map(Match, query.split())), Text.of(text)) is not None


@pytest.mark.parametrize(("query", "found", "other"), EXAMPLES)
def test_an_example_finds_what_it_says_and_not_the_other(query: str, found: str, other: str) -> None:
    assert finds(query, found)
    assert not finds(query, other)


def test_every_language_has_an_example() -> None:
    assert re.findall(r"^\| [A-Z][a-z]+ \(([a-z]+)\)", PAGE, re.MULTILINE) == sorted(
        LANGUAGES, key=lambda code: PAGE.index(f"({code})")
    )
