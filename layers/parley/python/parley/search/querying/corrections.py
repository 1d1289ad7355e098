"""`did_you_mean`: another spelling of a query that finds nothing, in words of messages that the caller may see.

The engine is asked once more, for messages that have every word of the query or one next to it (`typos`), within the
same filters and the same sight. Each is checked against the table like any hit, and the words are taken from its text
of this moment: so nothing is told that a search would not find, and what is proposed finds something.
"""

from collections import Counter
from collections.abc import Sequence

from parley.search.querying import text_matching, typos
from parley.search.querying.text_matching import Needle, Text
from parley.text.folding import fold
from parley.text.tokens import tokenize

LOOKED_AT = 20
"""Messages that words are taken from, the best first."""


def of(q: str, needles: Sequence[Needle], texts: Sequence[str]) -> str | None:
    """The query in words of texts that nearly match it; None where they have none."""
    wanted = [needle for needle in needles if text_matching.is_correctable(needle)]
    readings = Counter(reading for text in texts if (reading := _reading(wanted, Text.of(text))) is not None)
    if not readings:
        return None
    terms = [needle.terms[0] for needle in wanted]

    def slips(reading: tuple[str, ...]) -> int:
        return sum(typos.distance(term, fold(word), most=2) for term, word in zip(terms, reading, strict=True))

    best = min(readings, key=lambda reading: (slips(reading), -readings[reading]))
    return _rewritten(q, dict(zip(terms, best, strict=True)))


def _reading(wanted: Sequence[Needle], text: Text) -> tuple[str, ...] | None:
    """The word of the text that each needle may have meant, in lower case; None where one has none."""
    reading = []
    for needle in wanted:
        (term,) = needle.terms
        if text_matching.find(needle, text):
            reading.append(term)
            continue
        near = [token for token in text.tokens if typos.is_near(term, token.term)]
        if not near:
            return None
        nearest = min(near, key=lambda token: typos.distance(term, token.term, most=2))
        reading.append(text.text[nearest.start : nearest.end].lower())
    return tuple(reading)


def _rewritten(q: str, words: dict[str, str]) -> str:
    parts, at = [], 0
    for token in tokenize(q):
        word = words.get(token.term, token.term)
        if word != token.term:
            parts += [q[at : token.start], word]
            at = token.end
    return "".join([*parts, q[at:]])
