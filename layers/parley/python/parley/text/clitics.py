"""Pronouns that Spanish and Italian write onto a verb: `comprarlo` is a form of `comprar`, `chiamami` of `chiamare`.

A word with a pronoun is taken for one where what is left of it is an infinitive, a gerund or an imperative of a verb
that the list of common words has forms of.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from parley.text.vocabulary import vocabulary

_PRONOUNS = {
    "es": re.compile("(?:(?:me|te|se|nos|os)?(?:lo|la|los|las|le|les)|me|te|se|nos|os)$"),
    "it": re.compile("(?:(?:me|te|se|ce|ve|glie)(?:lo|la|li|le|ne)|lo|la|li|le|ne|mi|ti|si|ci|vi|gli)$"),
}
_GERUND = {"es": ("ando", "iendo", "yendo"), "it": ("ando", "endo")}
_INFINITIVE = {"es": ("ar", "er", "ir"), "it": ("are", "ere", "ire", "rre")}
_FINITE = {
    "es": ("ando", "iendo", "yendo", "ado", "ido", "aron", "ieron", "aba", "amos", "emos", "imos"),
    "it": ("ando", "endo", "iamo", "ava", "eva", "iva", "ato", "uto", "ito"),
}
"""Endings that only verbs have, or hardly anything else: a lemma of such a form is a verb."""
_CLOSED = {"es": {"a": ("ar",), "e": ("er", "ir")}, "it": {"a": ("are",), "i": ("ere", "ire")}}
"""What an imperative that ends so is of."""
_SHORTEST = 3


def verb_of(term: str, language: str) -> str | None:
    """The verb that a folded word is a form of, with pronouns; None for any other word."""
    pronouns = _PRONOUNS.get(language)
    if pronouns is None:
        return None
    is_listed = term in vocabulary(language).lemmas
    for base in _bases(term, pronouns):
        if (verb := _of_infinitive(base, language) or _of_gerund(base, language)) is not None:
            return verb
        if not is_listed and (verb := _of_imperative(base, language)) is not None:
            return verb
    return None


def _bases(term: str, pronouns: re.Pattern[str]) -> Iterator[str]:
    """What is left of the word without pronouns, the longest of which comes first."""
    for at in range(max(_SHORTEST, len(term) - 6), len(term) - 1):
        if pronouns.match(term, at):
            yield term[:at]


def _of_infinitive(base: str, language: str) -> str | None:
    whole = base if language == "es" else f"{base}e"
    return whole if whole.endswith(_INFINITIVE[language]) and whole in _verbs(language) else None


def _of_gerund(base: str, language: str) -> str | None:
    return _listed_verb(base, language) if base.endswith(_GERUND[language]) else None


def _of_imperative(base: str, language: str) -> str | None:
    endings = _CLOSED[language].get(base[-1], ())
    regular = (verb for ending in endings if (verb := base[:-1] + ending) in _verbs(language))
    return next(regular, None) or _listed_verb(base, language)


def _listed_verb(form: str, language: str) -> str | None:
    return next((one for one in vocabulary(language).lemmas.get(form, ()) if one in _verbs(language)), None)


@lru_cache(maxsize=len(_PRONOUNS))
def _verbs(language: str) -> frozenset[str]:
    """The infinitives of which the list has a form that only a verb has."""
    infinitive, finite = _INFINITIVE[language], _FINITE[language]
    return frozenset(
        lemma
        for word, lemmas in vocabulary(language).lemmas.items()
        for lemma in lemmas
        if lemma != word and lemma.endswith(infinitive) and word.endswith(finite)
    )
