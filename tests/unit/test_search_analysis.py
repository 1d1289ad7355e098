"""Text analysis: the fast way and the general way agree, and offsets lead back to the text."""

import string

from hypothesis import example, given
from hypothesis import strategies as st

from parley.search import analysis
from parley.search.querying import highlights, text_matching
from parley.search.querying.query_language import Match
from parley.search.querying.text_matching import Text

WRITTEN = st.text(st.sampled_from(string.ascii_letters + string.digits + " '+#_-.,!@:/\n"), max_size=80)
WORDS = st.text(st.characters(codec="utf-8"), max_size=60)


@given(WRITTEN)
@example("c++ C# c+++ xc++ it's James' d'accord 'quoted' C++x a#b O'Neill's snake_case " + "x" * 100)
def test_ascii_is_analysed_as_any_text_is(text: str) -> None:
    assert analysis.analyze(text) == analysis.analyze_tokens(text)


@given(WORDS)
def test_tokens_stand_where_they_say_and_never_overlap(text: str) -> None:
    tokens = analysis.tokenize(text)
    ends = [0, *(token.end for token in tokens)]
    for token, before in zip(tokens, ends, strict=False):
        assert before <= token.start < token.end <= len(text)
        assert token.term
        assert not any(character.isspace() for character in token.term)


@given(WORDS, WORDS)
def test_a_word_is_found_in_the_text_that_it_was_taken_from(before: str, after: str) -> None:
    text = f"{before} needle {after}"
    needles = text_matching.needles([Match("needle")])
    spans = text_matching.spans(needles, Text.of(text))
    assert spans
    fragments = highlights.fragments(Text.of(text), spans)
    assert any("<em>" in fragment for fragment in fragments)


@given(WORDS)
def test_a_fragment_has_no_markup_but_its_own(text: str) -> None:
    hostile = f"<script>alert('x')</script> needle {text}"
    shown = highlights.fragments(
        Text.of(hostile), text_matching.spans(text_matching.needles([Match("needle")]), Text.of(hostile)) or []
    )
    for fragment in shown:
        bare = fragment.replace(highlights.OPEN, "").replace(highlights.CLOSE, "")
        assert "<" not in bare
        assert ">" not in bare
        assert "'" not in bare
