"""From a text to the terms that are indexed, and those that a query asks for: the same for both.

It happens here and not in the engine, for three reasons. Highlights and the check that a hit still matches are made
from the text as it is in the table now, so an edit can never show through a stale index. A language behaves the same on
every engine: without plugins OpenSearch folds no Arabic, and the local engine knows no emoji and no Korean. And
it can be tested without any engine. The engine gets terms separated by spaces.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from parley.text import forms, languages, stemming
from parley.text.tokens import Token, tokenize

GAP = "|"
"""Stands between runs in `bigrams`, so that no phrase matches across two of them."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the engine indexes of a text, terms separated by spaces."""

    words: str
    forms: str
    stems: str
    bigrams: str


@dataclass(frozen=True, slots=True)
class Analyzed:
    """A text's tokens in order, its other forms in no order, and the marked stems of each of both."""

    tokens: tuple[Token, ...]
    forms: tuple[Token, ...]
    stems: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, text: str, expected: Collection[str] = ()) -> "Analyzed":
        """What a text says, where texts in the `expected` languages are likelier than others."""
        tokens = tokenize(text)
        parts = forms.parts_of(text, tokens)
        judged = languages.judge(text, (token.term for token in tokens if not token.dense), expected)
        same = forms.same_forms(text, tokens)
        stems = [
            frozenset() if token.dense else stemming.stems_in_text(token.term, judged)
            for token in chain(tokens, parts, same)
        ]
        return cls(tuple(tokens), (*parts, *same), tuple(stems))

    @property
    def units(self) -> Iterable[tuple[Token, frozenset[str]]]:
        return zip(chain(self.tokens, self.forms), self.stems, strict=True)


def analyze(text: str, expected: Collection[str] = ()) -> Terms:
    """The terms of a text, where texts in the `expected` languages are likelier than others."""
    analyzed = Analyzed.of(text, expected)
    return Terms(
        words=" ".join(token.term for token in analyzed.tokens),
        forms=" ".join(sorted({form.term for form in analyzed.forms})),
        stems=" ".join(sorted(set(chain.from_iterable(analyzed.stems)))),
        bigrams=" ".join(bigrams(analyzed.tokens)),
    )


def bigrams(tokens: Sequence[Token]) -> list[str]:
    """The overlapping pairs within each run of dense tokens."""
    pairs: list[str] = []
    for first, second in pairwise(tokens):
        if first.dense and second.dense and first.end == second.start:
            pairs.append(first.term + second.term)
        elif pairs and pairs[-1] != GAP:
            pairs.append(GAP)
    return pairs[:-1] if pairs and pairs[-1] == GAP else pairs


def folded_name(name: str) -> str:
    """A name's folded words, for prefix search and completion."""
    return " ".join(token.term for token in tokenize(name))


def name_forms(name: str) -> str:
    """How else the words of a name may be written, separated by spaces."""
    tokens = tokenize(name)
    found = (*forms.same_forms(name, tokens), *forms.parts_of(name, tokens))
    return " ".join(sorted({form.term for form in found}))


def spellings(name: str) -> list[tuple[str, ...]]:
    """The words by which a name may be looked for: as they are, and as one word where they may be written so."""
    tokens = tokenize(name)
    if not tokens:
        return []
    whole = {
        (form.term,)
        for form in forms.same_forms(name, tokens)
        if form.start <= tokens[0].start and form.end >= tokens[-1].end
    }
    own = tuple(token.term for token in tokens)
    return [own, *sorted(whole - {own})]
