# ruff: noqa: RUF001 - letters of many scripts
"""Text analysis: offsets lead back to the text, and what is written otherwise is the same."""

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.search.analysis import Analyzed
from parley.search.querying import highlights, text_matching
from parley.search.querying.query_language import Match
from parley.search.querying.text_matching import Text
from parley.text import languages, tokens
from parley.text.folding import MAX_TERM
from parley.text.tokens import tokenize

WORDS = st.text(st.characters(codec="utf-8"), max_size=60)


WRITTEN = st.text(st.sampled_from("abcXYZ019 '’\"+#_-.,!@&:/()\u200b\u00adäüßøすスカ゛東东हिन्दं\n"), max_size=60)


@given(WRITTEN)
@settings(deadline=None)  # the first text has the word lists read
def test_forms_stand_where_they_say(text: str) -> None:
    analyzed = Analyzed.of(text)
    for form in analyzed.forms:
        assert 0 <= form.start < form.end <= len(text)
        assert form.term
        assert len(form.term) <= MAX_TERM
        assert not any(character.isspace() for character in form.term)


@given(WRITTEN)
@settings(deadline=None)  # the first text has the word lists read
def test_every_word_of_a_text_finds_the_text(text: str) -> None:
    whole = Text.of(text)
    for token in whole.tokens:
        (needle,) = text_matching.needles([Match(text[token.start : token.end], phrase=True)])
        assert text_matching.find(needle, whole)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("naïve", "naive"),
        ("cafe\u0301", "café"),
        ("pass\u200bword", "password"),
        ("co\u2060op", "coop"),
        ("﻿bom", "bom"),
        ("ﬁle", "file"),
        ("１２３", "123"),
        ("हिन्दी", "हिंदी"),
        ("गङ्गा", "गंगा"),
        ("चाँद", "चांद"),
        ("फ़िल्म", "फिल्म"),
        ("সঙ্গে", "সংগে"),
        ("ਪੰਜਾਬੀ", "ਪੰਜਾਬੀ"),
        ("آب", "اب"),
        ("کتاب", "كتاب"),
        ("צה״ל", 'צה"ל'),
        ("o’clock", "o'clock"),
        ("rock`n`roll", "rock'n'roll"),
    ],
)
def test_these_are_the_same_word(one: str, other: str) -> None:
    assert [token.term for token in tokenize(one)] == [token.term for token in tokenize(other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("スシ", "すし"),
        ("ｶﾞｽ", "がす"),
        ("ヴァイオリン", "ゔぁいおりん"),
        ("臺灣", "台湾"),
        ("國", "国"),
        ("戰爭", "战争"),
        ("戦", "战"),
        ("龍", "竜"),
        ("發", "发"),
        ("學", "学"),
    ],
)
def test_these_are_the_same_characters(one: str, other: str) -> None:
    assert [token.term for token in tokenize(one)] == [token.term for token in tokenize(other)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I do not know", "en"),
        ("two planes landed", "en"),
        ("Kinder spielen", "de"),
        ("Ich komme gleich", "de"),
        ("on se voit demain", "fr"),
        ("l'homme est parti", "fr"),
        ("ci vediamo domani", "it"),
        ("nos vemos mañana", "es"),
        ("a gente se vê amanhã", "pt"),
        ("we zien elkaar morgen", "nl"),
        ("vi ses i morgen", "da"),
        ("vi sees i morgen", "no"),
        ("vi ses imorgon", "sv"),
        ("nähdään huomenna", "fi"),
        ("yarın görüşürüz", "tr"),
        ("do zobaczenia jutro", "pl"),
        ("uvidíme se zítra", "cs"),
        ("увидимся завтра", "ru"),
        ("побачимося завтра, дякую", "uk"),
        ("نراك غدا", "ar"),
        ("कल मिलते हैं", "hi"),
        ("נתראה מחר", "he"),
    ],
)
def test_a_short_message_is_judged_to_be_in_its_language(text: str, language: str) -> None:
    judged = languages.judge(text, [token.term for token in tokenize(text)])
    assert language in next(iter(judged.values()))


def test_other_languages_of_a_script_are_not_taken_for_the_known_one() -> None:
    assert languages.judge("کتاب را بخوان، چرا؟", ["كتاب"]) == {}


@given(WORDS)
def test_tokens_stand_where_they_say_and_never_overlap(text: str) -> None:
    tokens = tokenize(text)
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


@given(
    st.text("aZz09 .,'`+#&*_-=/\\<>()[]{}\"?!\n\t~@:;|%^$", max_size=40)
    | st.text(st.characters(codec="ascii"), max_size=40)
)
def test_a_text_in_ascii_has_the_tokens_that_the_rule_for_all_texts_gives(text: str) -> None:
    with patch.object(tokens, "_TOKEN_IN_ASCII", tokens._token()):
        by_the_rule = tokens.tokenize(text)
    assert tokens.tokenize(text) == by_the_rule
