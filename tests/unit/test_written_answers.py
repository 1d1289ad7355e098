"""Answers as JSON: whatever a body may hold comes out as it was."""

import json

from hypothesis import given
from hypothesis import strategies as st

from parley.http.api import _to_json

TEXTS = st.text(st.characters(codec=None, exclude_categories=()))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats(allow_nan=False) | TEXTS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_reads_as_it_was(value: object) -> None:
    assert json.loads(_to_json(value)) == value


def test_texts_are_written_as_they_are_and_half_a_character_too() -> None:
    assert _to_json({"text": "naïve 👍"}) == '{"text":"naïve 👍"}'
    assert json.loads(_to_json({"custom": {"\ud800": "\udfff"}})) == {"custom": {"\ud800": "\udfff"}}
