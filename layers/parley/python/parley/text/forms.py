# ruff: noqa: RUF001 - letters that look alike are what it is about
"""How else what stands in a text may be written, each form with its place: what `Müller`, `e-mail`, `1,000` also are.

Two kinds. `same_forms` are other spellings of the same: whoever writes one means the other, in texts and in queries.
`parts_of` are words within words (`name` in `getUserName`): they are found, but do not look for the whole.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from parley.text.folding import MAX_TERM, fold, spelled_out
from parley.text.tokens import APOSTROPHE, CONTRACTED, Token
from parley.text.vocabulary import vocabulary

_JOINERS = frozenset("-‐‑‒–_.·'’‘ʼ+&")
"""What may stand between the parts of one word."""
_MAX_PARTS = 4
_DIGITS = re.compile(r"\D+")
_GROUPED = re.compile(
    r"(?<![\d.,])\d{1,3}(?:([.,'’_\u00a0\u202f\u2009 ])\d{3}(?:\1\d{3})*|(?:,\d\d)+,\d{3})(?![\d]|[.,]\d{3})"
)
"""A number with separators of thousands, or as in India of lakhs."""
_SEPARATED = re.compile(r"(?<![\w.])\+?\(?\d+\)?(?:[ \-‐‑–./()\u00a0\u202f]{1,2}\(?\d+\)?)+(?!\w)")
PHONE_DIGITS = range(7, 16)
_NEGATIVE = re.compile(r"(?<![^\s(\[=:,;])[-−–](\d+)(?!\d)")
_TAG = re.compile(r"(?<![\w#&])[#＃]\w")
_AMPERSAND = re.compile(r"(?<!\w)([A-Z]{1,2}) & ([A-Z]{1,2})(?!\w)")
_CAMEL = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]|[A-Za-z]\d|\d[A-Za-z]")
_CAMEL_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LETTERS = re.compile(r"[A-Za-z]+")
_SHORTEST_PART = 3
_SHORTEST_NUMBER = 2
_NAMES = frozenset({".net"})
"""What is not the word behind its symbol."""


def same_forms(text: str, tokens: Sequence[Token]) -> list[Token]:
    """Other spellings of the same: joined parts, umlauts in two letters, numbers without separators."""
    found: list[Token] = [*_joined(text, tokens), *_numbers(text)]
    for token in tokens:
        if not token.dense and (spelled := spelled_out(text[token.start : token.end])):
            found.append(Token(spelled, token.start, token.end))
        if "&" in token.term:
            found.append(Token(token.term.replace("&", ""), token.start, token.end))
    if "&" in text:
        found += [Token(f"{one[1]}&{one[2]}".lower(), one.start(), one.end()) for one in _AMPERSAND.finditer(text)]
    return [form for form in found if len(form.term) <= MAX_TERM]


def _joined(text: str, tokens: Sequence[Token]) -> Iterator[Token]:
    """Parts with a hyphen, a dot or the like between them: each two, and the whole."""
    start = 0
    for at in range(1, len(tokens) + 1):
        if at < len(tokens) and _are_joined(text, tokens[at - 1], tokens[at]):
            continue
        chain = tokens[start:at]
        start = at
        if len(chain) > 1:
            for first, second in pairwise(chain):
                yield Token(first.term + second.term, first.start, second.end)
                if text[first.end] == "." and second.term.isalpha():
                    yield Token(f".{second.term}", first.end, second.end)
        if 2 < len(chain) <= _MAX_PARTS:  # noqa: PLR2004 - two have been joined already
            yield Token("".join(token.term for token in chain), chain[0].start, chain[-1].end)


def _are_joined(text: str, first: Token, second: Token) -> bool:
    if first.dense or second.dense or second.start != first.end + 1 or text[first.end] not in _JOINERS:
        return False
    if first.term[-1].isdigit() and second.term[0].isdigit():
        return False
    return first.term[-1].isalnum() and second.term[0].isalnum()


def _numbers(text: str) -> Iterator[Token]:
    """Numbers without what groups their digits, and with the minus before them."""
    if not any(map(str.isdigit, text)):
        return
    for match in _GROUPED.finditer(text):
        yield Token(fold(_DIGITS.sub("", match.group())), match.start(), match.end())
    for match in _SEPARATED.finditer(text):
        digits = fold(_DIGITS.sub("", match.group()))
        if len(digits) in PHONE_DIGITS:
            yield Token(digits, match.start(), match.end())
    for match in _NEGATIVE.finditer(text):
        yield Token(f"-{fold(match[1])}", match.start(), match.end())


def parts_of(text: str, tokens: Sequence[Token]) -> list[Token]:
    """Words within words: of an identifier, before or after an apostrophe, after a dot; and tags with their sign."""
    found: list[Token] = []
    for token in tokens:
        if token.dense:
            continue
        raw = text[token.start : token.end]
        if not token.term.isalnum():
            found += _bare(token)
        if APOSTROPHE.search(raw):
            found += _around_apostrophe(raw, token.start)
        if raw.isascii() and _CAMEL.search(raw):
            found += _of_identifier(raw, token.start)
    if "#" in text or "＃" in text:
        by_start = {token.start: token for token in tokens}
        tagged = [(match.start(), by_start.get(match.start() + 1)) for match in _TAG.finditer(text)]
        found += [Token(f"#{token.term}", start, token.end) for start, token in tagged if token is not None]
    return [form for form in found if len(form.term) <= MAX_TERM]


def _bare(token: Token) -> Iterator[Token]:
    """The word of a name with a symbol, unless it is a letter or another word: `env` of `.env`, no `net` of `.NET`."""
    bare = token.term.strip(".+#")
    if bare.isalnum() and len(bare) >= _SHORTEST_PART and token.term not in _NAMES:
        yield Token(bare, token.start, token.end)


def _around_apostrophe(raw: str, start: int) -> Iterator[Token]:
    at = 0
    pieces = APOSTROPHE.split(raw)
    is_negated = fold(pieces[-1]) == "t" and fold(pieces[0]).endswith("n")
    for number, piece in enumerate(pieces):
        term = fold(piece)
        shortest = _SHORTEST_PART if number else _SHORTEST_NUMBER
        if len(term) >= shortest and not is_negated and not (number and term in CONTRACTED):
            yield Token(term, start + at, start + at + len(piece))
        at += len(piece) + 1


def _of_identifier(raw: str, start: int) -> Iterator[Token]:
    """The words of `getUserName`; function words are none (`YouTube`)."""
    english = vocabulary("en").lemmas
    for match in chain(_CAMEL_PART.finditer(raw), _LETTERS.finditer(raw)):
        term = match.group().lower()
        shortest = _SHORTEST_NUMBER if term.isdigit() else _SHORTEST_PART
        if len(term) >= shortest and len(term) < len(raw) and english.get(term, (term,)):
            yield Token(term, start + match.start(), start + match.end())
