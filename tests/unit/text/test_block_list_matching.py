"""What a block list finds in a text, and that masking hides it and nothing else."""

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from parley.moderation import patterns
from parley.moderation.block_list_matching import Action, Entry, Matcher
from parley.moderation.folding import Span, clusters, fold
from parley.moderation.masking import MASK, mask, merged
from parley.moderation.patterns import MAX_MATCHES, PatternRefused
from parley.moderation.words import MAX_TOKENS, tokens


def is_listable(word: str) -> bool:
    found = tokens(fold(word).text)
    return 0 < len(found) <= MAX_TOKENS and MASK not in word and unicodedata.category(word[0])[0] != "M"


PIECES = [
    "bad",
    "BAD",
    "straße",
    "STRASSE",
    "é",
    "e\u0301",
    "ﬀ",
    "バカ",
    "\u200b",
    "\u0301",
    "हि",
    "न्दी",
    "\uff42",
    "a",
    "b",
    "d",
]
PIECES += [
    " ",
    "\n",
    "\u3000",
    "-",
    "!",
    "👩‍👩‍👧",
    "1",
    "_",
    "ㅎ",
    "\u1161",
    "ﾊ",
    "ﾞ",
    "ß",
    "İ",
    "ᾳ",
    "한글",
    "ทย",
    "\U0001f1e9",
]
texts = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=30).map("".join)
words = st.lists(st.sampled_from([piece for piece in PIECES if not piece.isspace()]), min_size=1, max_size=4).map(
    "".join
)
listed = st.lists(words.filter(is_listable), min_size=1, max_size=5)


def matcher(*entries: str, action: Action = "mask", pattern: str | None = None) -> Matcher:
    made = [Entry(each, is_pattern=False, action=action) for each in entries]
    return Matcher(made + ([Entry(pattern, is_pattern=True, action=action)] if pattern else []))


def masked(text: str, *entries: str, pattern: str | None = None) -> str:
    return matcher(*entries, pattern=pattern).examine(text).apply(text)


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("bad", "Bad, BAD; badly not-bad a bad", "***, ***; badly not-*** a ***"),
        ("bad", "\uff42\uff41\uff44 b\u200bad ba\u00add", "*** *** ***"),
        ("bad", "bad\u0301 bada", "bad\u0301 bada"),
        ("straße", "STRASSE Straße strasse", "******* ****** *******"),
        ("strasse", "Straße!", "******!"),
        ("ff", "ﬀ off", "* off"),
        ("café", "cafe\u0301 CAFÉ cafe", "**** **** cafe"),
        ("hot dog", "Hot\n  dog, hotdog, hot a dog", "***\n  ***, hotdog, hot a dog"),
        ("バカ", "あなたはバカです、ﾊﾞｶ", "あなたは**です、**"),
        ("हि", "हि हिन्दी", "* हिन्दी"),
        ("c++", "C++ c+ c", "*** c+ c"),
        ("one two", "one one two two", "one *** *** two"),
        ("two three", "one two three", "one *** *****"),
    ],
)
def test_a_word_is_found_however_it_is_written(word: str, text: str, expected: str) -> None:
    assert masked(text, word) == expected


def test_words_that_overlap_are_all_masked() -> None:
    assert masked("one two three", "one two", "two three") == "*** *** *****"


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("b+a+d+", "so BBBaaad, \uff42ad!", "so *******, ***!"),
        ("s", "Straße", "*tra*e"),
        ("d", "bad\u0301", "ba*"),
        (r"\bx\b", "x xx x", "* xx *"),
        ("^bad", "bad bad", "*** bad"),
        ("[ёж]+", "ЁЖ ёж", "** **"),
    ],
)
def test_a_pattern_is_found_in_the_folded_text(pattern: str, text: str, expected: str) -> None:
    assert masked(text, pattern=pattern) == expected


def test_a_word_that_a_pattern_lays_bare_is_masked_too() -> None:
    assert masked("badx foo", "bad", pattern="x") == "**** foo"


@given(texts, listed)
@example("e\u0301", ["é"])
def test_masking_leaves_no_listed_word(text: str, entries: list[str]) -> None:
    found = matcher(*entries)
    once = found.examine(text).apply(text)
    assert found.examine(once).masked == ()


@given(texts, listed, st.sampled_from(["a+", "[bd]", "ba", r"\pL\d", "ss"]))
def test_masking_leaves_no_listed_word_beside_patterns(text: str, entries: list[str], pattern: str) -> None:
    once = masked(text, *entries, pattern=pattern)
    assert matcher(*entries).examine(once).masked == ()
    assert len(fold(text).text) > MAX_MATCHES or matcher(pattern=pattern).examine(once).masked == ()


@given(texts, listed, st.sampled_from([None, "a+", "[bd]", "ss"]))
def test_masking_keeps_everything_else(text: str, entries: list[str], pattern: str | None) -> None:
    """Outside of what is found each code point stays; inside, each cluster becomes a mask or was white space."""
    verdict = matcher(*entries, pattern=pattern).examine(text)
    result, spans = verdict.apply(text), merged(verdict.masked)
    position = 0
    for span in [*spans, Span(len(text), len(text))]:
        kept = text[position : span.start]
        assert result.startswith(kept)
        result = result[len(kept) :]
        for cluster in clusters(text[span.start : span.end]):
            part = text[span.start + cluster.start : span.start + cluster.end]
            assert result.startswith(part if part.isspace() else MASK)
            result = result[len(part if part.isspace() else MASK) :]
        position = span.end
    assert result == ""


@given(texts, st.text(alphabet="xyz", min_size=1, max_size=3), texts)
def test_a_word_that_stands_alone_is_found(before: str, word: str, after: str) -> None:
    text = f"{before} {word} ({after}"
    places = [fold(text).source(span) for _, span in matcher(word).words.find(fold(text).text)]
    assert Span(len(before) + 1, len(before) + 1 + len(word)) in places


@given(texts)
def test_folding_by_clusters_is_folding(text: str) -> None:
    """Where nothing invisible is in a text, the folded text is what Unicode makes of the whole of it."""
    assume(all(fold(each).text for each in text))
    whole = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    assert fold(text).text == whole


@given(texts, st.data())
def test_what_is_found_came_from_whole_clusters(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    assume(folded.text)
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    source = folded.source(Span(start, end))
    borders = {0, len(text)} | {cluster.start for cluster in clusters(text)}
    assert {source.start, source.end} <= borders
    assert folded.text[start:end] in fold(text[source.start : source.end]).text


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "(",
        "a(?=b)",
        r"\1",
        "a*",
        "(^|$)",
        r"\b",
        r"x?\b",
        "a|",
        "(?m)^",
        r"\pL{100}",
        "\uff42ad",
        "e\u0301",
        "straße",
        "[ß]",
        r"\B",
    ],
)
def test_a_pattern_that_cannot_be_listed_is_refused(pattern: str) -> None:
    with pytest.raises(PatternRefused):
        patterns.check(pattern)


@pytest.mark.parametrize("pattern", ["a", r"\pL+", "(a*)*b", "(?i)B", "[^a]b", r"(a|b)*a(a|b){12}", r"\bbad\b", "é"])
def test_a_pattern_that_can_be_listed_is_taken(pattern: str) -> None:
    assert 0 < patterns.check(pattern) <= patterns.MAX_PROGRAM


@pytest.mark.parametrize(("pattern", "text"), [("a|.*z", "a" * 300), ("é|.*z", "é" * 300)])
def test_a_text_with_very_many_matches_is_masked_to_its_end(pattern: str, text: str) -> None:
    found = matcher(pattern=pattern)
    assert found.examine(text).apply(text) == MASK * len(text)
    assert found.patterns.scanned <= (MAX_MATCHES + 1) * len(text.encode())


def test_an_entry_that_refuses_wins() -> None:
    found = Matcher([Entry("bad", False, "mask"), Entry("worse", False, "refuse"), Entry("odd", False, "flag")])
    assert found.examine("bad and odd, and worse").refused
    verdict = found.examine("bad and odd, very ODD")
    assert verdict.apply("bad and odd, very ODD") == "*** and odd, very ODD"
    assert [(each.source, each.reason) for each in verdict.findings] == [("block_list", "odd")]


@given(texts, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5))
def test_spans_that_overlap_are_masked_once(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [Span(min(a, b), max(a, b)) for a, b in pairs if max(a, b) <= len(text)]
    assert mask(text, spans) == mask(text, merged(spans))
