"""Whether a name begins as somebody types it, in whatever spelling."""

import unicodedata
from functools import lru_cache

from parley.text.folding import SPELLED_OUT, spelled_out
from parley.text.tokens import tokenize

_CACHED_NAMES = 10_000


def directory_form(name: str) -> str:
    """The one spelling of a name that all ways to write it share, to be sorted and to be looked for by its beginning.

    Two letters for an umlaut count as the letter, whatever they are: a beginning such as `mue` is that of `Murat` too.
    A name with no word in it is as it is written, but for case.
    """
    folded = "".join(token.term for token in tokenize(name))
    return SPELLED_OUT.sub(r"\1\2", folded) if folded else unicodedata.normalize("NFKC", name).casefold()


def begins(name: str, typed: str) -> bool:
    """Whether a name begins with what has been typed; where that has no word in it, as it is written."""
    if not _spellings(typed)[0]:
        return name.casefold().startswith(typed.casefold())
    return any(one.startswith(other) for one in _spellings(name) for other in _spellings(typed))


@lru_cache(_CACHED_NAMES)
def _spellings(name: str) -> tuple[str, str]:
    """A name's folded words without what stands between them, as they are and with umlauts in two letters."""
    tokens = tokenize(name)
    spelled = (spelled_out(name[token.start : token.end]) or token.term for token in tokens)
    return "".join(token.term for token in tokens), "".join(spelled)
