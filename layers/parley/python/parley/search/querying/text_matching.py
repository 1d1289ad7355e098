"""Whether a text is what a query asks for, and where: the engine's answer made again from the text of this moment.

A `Needle` is one word or phrase of a query. `parley.search.querying.queries` writes it as an engine query, `find`
looks for it in a text; both from the same terms, so that they agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from parley.search import analysis
from parley.search.analysis import Token
from parley.search.querying import typos
from parley.search.querying.query_language import Match

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Needle:
    """`terms` in this order next to each other; a single word may also occur as one of its `stems`.

    A negated word excludes only itself, not its relatives. `dense`: a run of characters of a script without spaces, to
    be found within any longer run. With `others`, one of them will do as well.
    """

    terms: tuple[str, ...]
    stems: frozenset[str] = frozenset()
    dense: bool = False
    negated: bool = False
    others: tuple["Needle", ...] = ()

    @property
    def excludes(self) -> bool:
        """Whether it only keeps texts out."""
        return self.negated and not self.others

    @property
    def bigrams(self) -> tuple[str, ...]:
        return tuple(first + second for first, second in pairwise(self.terms))


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its tokens and the stems of each."""

    text: str
    tokens: tuple[Token, ...]
    stems: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, text: str) -> "Text":
        tokens = tuple(analysis.tokenize(text))
        languages = analysis.languages_of(text)
        return cls(
            text,
            tokens,
            tuple(frozenset() if token.dense else analysis.token_stems(token, text, languages) for token in tokens),
        )


def needles(matches: Iterable[Match]) -> tuple[Needle, ...]:
    """What to look for, each once; a word of nothing but punctuation asks for nothing."""
    found = []
    for match in matches:
        either = [needle for one in (match, *match.others) if (needle := _needle(one)).terms]
        if either:
            found.append(replace(either[0], others=tuple(either[1:])))
    return tuple(dict.fromkeys(found))


def _needle(match: Match) -> Needle:
    tokens = analysis.tokenize(match.text)
    terms = tuple(token.term for token in tokens)
    one_run = all(token.dense for token in tokens) and all(a.end == b.start for a, b in pairwise(tokens))
    if len(tokens) == 1 and not one_run and not match.phrase and not match.negated:
        languages = ("english", "german", "turkish")
        return Needle(terms, analysis.token_stems(tokens[0], match.text, languages))
    return Needle(terms, dense=one_run, negated=match.negated)


def is_correctable(needle: Needle) -> bool:
    """Whether a needle is a word by itself that may be mistyped."""
    return bool(needle.stems) and not needle.others and typos.allowed(needle.terms[0]) > 0


def find(needle: Needle, text: Text) -> list[Span]:
    """Every place where a needle occurs, as `(start, end)` in code points."""
    tokens, terms = text.tokens, needle.terms
    if needle.stems:
        return [
            (token.start, token.end)
            for token, stems in zip(tokens, text.stems, strict=True)
            if token.term == terms[0] or not needle.stems.isdisjoint(stems)
        ]
    return [
        (tokens[at].start, tokens[at + len(terms) - 1].end)
        for at in range(len(tokens) - len(terms) + 1)
        if _stands_at(needle, tokens[at : at + len(terms)])
    ]


def _stands_at(needle: Needle, tokens: Sequence[Token]) -> bool:
    if any(token.term != term for token, term in zip(tokens, needle.terms, strict=True)):
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
            (one.negated, _prefix_places(terms, text.tokens, whole=one.phrase or one.negated))
            for one in (match, *match.others)
            if (terms := [token.term for token in analysis.tokenize(one.text)])
        ]
        if either and all(bool(places) == negated for negated, places in either):
            return None
        found += [place for negated, places in either if not negated for place in places]
    return _merged(found)


def _prefix_places(terms: Sequence[str], tokens: Sequence[Token], *, whole: bool) -> list[Span]:
    places = []
    for at in range(len(tokens) - len(terms) + 1):
        window = tokens[at : at + len(terms)]
        *exact, last = [token.term for token in window]
        if exact == list(terms[:-1]) and (last == terms[-1] if whole else last.startswith(terms[-1])):
            places.append((window[0].start, window[-1].end))
    return places
