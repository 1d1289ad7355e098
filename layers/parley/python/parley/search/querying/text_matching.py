"""Whether a text is what a query asks for, and where: the engine's answer made again from the text of this moment.

A `Needle` is one word or phrase of a query. `parley.search.querying.queries` writes it as an engine query, `find`
looks for it in a text; both from the same terms, so that they agree.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, product

from parley.search import analysis
from parley.search.analysis import Analyzed
from parley.search.querying import typos
from parley.search.querying.query_language import Match
from parley.text import forms, stemming
from parley.text.folding import SPELLED_OUT, fold, spelled_out
from parley.text.tokens import APOSTROPHE, Token, tokenize

Span = tuple[int, int]
_NEGATIVE = re.compile(r"[-−–]\d+")  # noqa: RUF001 - signs that are written as a minus
_TAG = re.compile(r"[#＃]\w")  # noqa: RUF001 - the full-width sign
_DIGITS = re.compile(r"\D+")
MAX_PHRASES = 16
_OF_NUMBER = re.compile(r"[+(]*\d[\d().,\-/]*")


@dataclass(frozen=True, slots=True)
class Needle:
    """`terms` in this order next to each other, or one of `forms`, which are other spellings of the same.

    `spelled` has the terms with umlauts in two letters, where there are any. A single word may also occur as one of its
    `stems`. A negated word excludes only itself, not its relatives.
    `first`: a form that comes before the word (`#tag` before `tag`). `dense`: a run of characters of a script without
    spaces, to be found within any longer run. With `others`, one of them will do as well.
    """

    terms: tuple[str, ...]
    forms: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    first: str | None = None
    dense: bool = False
    negated: bool = False
    others: tuple["Needle", ...] = ()
    spelled: tuple[str, ...] = ()

    @property
    def excludes(self) -> bool:
        """Whether it only keeps texts out."""
        return self.negated and not self.others

    @property
    def phrases(self) -> list[tuple[str, ...]]:
        """The words of a phrase in the spellings that texts may be indexed in, at most sixteen.

        A text's `Müller` is indexed as `muller`, which `Mueller` has to look for; `find` tells it from `Muller`. Since
        nothing comes after an exclusion, that excludes no such neighbour.
        """
        spelled = self.spelled or self.terms
        choices = [
            dict.fromkeys((term, other, *(() if self.negated else (SPELLED_OUT.sub(r"\1\2", term),))))
            for term, other in zip(self.terms, spelled, strict=True)
        ]
        return list(islice(product(*choices), MAX_PHRASES))

    @property
    def bigrams(self) -> tuple[str, ...]:
        return tuple(first + second for first, second in pairwise(self.terms))


@dataclass(frozen=True, slots=True)
class Text:
    """A text with what it says."""

    text: str
    analyzed: Analyzed

    @classmethod
    def of(cls, text: str, expected: Collection[str] = ()) -> "Text":
        return cls(text, Analyzed.of(text, expected))

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self.analyzed.tokens


@dataclass(frozen=True, slots=True)
class Languages:
    """In which languages the words of a query have forms.

    `possible`: no others, all that are known where it is None; `expected`: those in which a word is likelier meant.
    """

    possible: tuple[str, ...] | None = None
    expected: tuple[str, ...] = ()

    @classmethod
    def of(cls, tenant: Collection[str] | None, reader: Collection[str] = ()) -> "Languages":
        """Those of the tenant and of the reader, who means their own; any where the tenant names none."""
        return cls(None if tenant is None else tuple(dict.fromkeys((*tenant, *reader))), tuple(reader))


ANY_LANGUAGE = Languages()


def needles(matches: Iterable[Match], languages: Languages = ANY_LANGUAGE) -> tuple[Needle, ...]:
    """What to look for, each once; a word of nothing but punctuation asks for nothing."""
    found = []
    for match in _with_whole_numbers(matches):
        either = [needle for one in (match, *match.others) if (needle := _needle(one, languages)).terms]
        if either:
            found.append(replace(either[0], others=tuple(either[1:])))
    return tuple(dict.fromkeys(found))


def _with_whole_numbers(matches: Iterable[Match]) -> list[Match]:
    """Neighbours that are together a telephone number are one word."""
    joined: list[Match] = []
    run: list[Match] = []
    for match in matches:
        if match.phrase or match.negated or match.others or not _OF_NUMBER.fullmatch(match.text):
            joined += [*_one_number(run), match]
            run = []
        else:
            run.append(match)
    return joined + _one_number(run)


def _one_number(run: list[Match]) -> list[Match]:
    digits = _DIGITS.sub("", "".join(match.text for match in run))
    if len(run) > 1 and len(digits) in forms.PHONE_DIGITS:
        return [Match(" ".join(match.text for match in run))]
    return run


def _needle(match: Match, languages: Languages) -> Needle:
    text = match.text
    if _NEGATIVE.fullmatch(text):
        return Needle((f"-{fold(text[1:])}",), negated=match.negated)
    tokens = tokenize(text)
    terms = tuple(token.term for token in tokens)
    if tokens and all(token.dense for token in tokens) and all(a.end == b.start for a, b in pairwise(tokens)):
        return Needle(terms, dense=True, negated=match.negated)
    whole = frozenset(form.term for form in forms.same_forms(text, tokens) if _is_whole(form, tokens))
    if len(tokens) != 1:
        spelled = tuple(spelled_out(text[token.start : token.end]) or token.term for token in tokens)
        return Needle(terms, forms=whole, spelled=spelled, negated=match.negated)
    if match.phrase or match.negated:
        return Needle(terms, forms=whole, negated=match.negated)
    first = f"#{terms[0]}" if _TAG.match(text) else None
    return Needle(terms, whole, _stems(tokens[0], text, languages), first)


def _is_whole(form: Token, tokens: Sequence[Token]) -> bool:
    """Whether a form stands for all of the tokens, rather than for one of several."""
    return form.start <= tokens[0].start and form.end >= tokens[-1].end


def _stems(token: Token, text: str, languages: Languages) -> frozenset[str]:
    """Those of a word, and of what stands before `'s`."""
    stems = stemming.stems_in_query(token.term, languages.possible, languages.expected)
    before, *after = APOSTROPHE.split(text[token.start : token.end])
    if len(after) == 1 and fold(after[0]) == "s":
        stems |= stemming.stems_in_query(fold(before), languages.possible, languages.expected)
    return stems


def is_correctable(needle: Needle) -> bool:
    """Whether a needle is a word by itself that may be mistyped."""
    return bool(needle.stems) and not needle.others and typos.allowed(needle.terms[0]) > 0


def find(needle: Needle, text: Text) -> list[Span]:
    """Every place where a needle occurs, as `(start, end)` in code points."""
    tokens, terms = text.tokens, needle.terms
    accepted = needle.forms | ({terms[0]} if len(terms) == 1 else frozenset())
    places = [
        (unit.start, unit.end)
        for unit, stems in text.analyzed.units
        if unit.term in accepted or not needle.stems.isdisjoint(stems)
    ]
    if len(terms) == 1:
        return places
    return places + [
        (tokens[at].start, tokens[at + len(terms) - 1].end)
        for at in range(len(tokens) - len(terms) + 1)
        if _stands_at(needle, text.text, tokens[at : at + len(terms)])
    ]


def _stands_at(needle: Needle, text: str, tokens: Sequence[Token]) -> bool:
    spelled = needle.spelled or needle.terms
    for token, *either in zip(tokens, needle.terms, spelled, strict=True):
        if token.term not in either and (token.dense or spelled_out(text[token.start : token.end]) not in either):
            return False
    return not needle.dense or all(a.end == b.start and a.dense for a, b in pairwise(tokens))


def spans(wanted: Iterable[Needle], text: Text) -> list[Span] | None:
    """Where the text matches, sorted and merged; None where it does not match at all."""
    found: list[Span] = []
    for needle in wanted:
        either = [(one.negated, find(one, text)) for one in (needle, *needle.others)]
        if all(bool(places) == negated for negated, places in either):
            return None
        found += [place for negated, places in either if not negated for place in places]
    return _merged(found)


def _merged(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def prefix_spans(matches: Iterable[Match], text: Text) -> list[Span] | None:
    """Where a name matches what may be only the beginnings of its words; None where it does not."""
    found: list[Span] = []
    for match in matches:
        either = [
            (one.negated, _places_of_name(spellings, text, whole=one.phrase or one.negated))
            for one in (match, *match.others)
            if (spellings := analysis.spellings(one.text))
        ]
        if either and all(bool(places) == negated for negated, places in either):
            return None
        found += [place for negated, places in either if not negated for place in places]
    return _merged(found)


def _places_of_name(spellings: Iterable[Sequence[str]], text: Text, *, whole: bool) -> list[Span]:
    return [place for terms in spellings for place in _prefix_places(terms, text, whole=whole)]


def _prefix_places(terms: Sequence[str], text: Text, *, whole: bool) -> list[Span]:
    """The last of the terms may be the beginning of a word; a single one also of another form of a word."""
    tokens = text.tokens
    windows = [tokens[at : at + len(terms)] for at in range(len(tokens) - len(terms) + 1)]
    if len(terms) == 1:
        windows += [(form,) for form in text.analyzed.forms]
    places = []
    for window in windows:
        *exact, last = [token.term for token in window]
        if exact == list(terms[:-1]) and (last == terms[-1] if whole else last.startswith(terms[-1])):
            places.append((window[0].start, window[-1].end))
    return places
