# /// script
# requires-python = ">=3.11"
# dependencies = ["wordfreq==3.1.1", "simplemma==2.0.0", "opencc-python-reimplemented==0.1.7", "pystemmer==3.1.0"]
# ///
"""Write the word lists of `parley.text` and those that its tests compare with.

`uv run tests/tools/word_lists.py`, from the root of the repository; the packages that it reads are needed for nothing
else. The words and their order come from wordfreq (CC BY-SA 4.0), their lemmas from simplemma (MIT), the variants of
Han characters from OpenCC (Apache 2.0).

A list has a word a line, the commonest first: the word, its lemma where that is another, and further lemmas of which it
may be a form (`playing` is a noun and a form of `play`).
"""

import importlib
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "layers/parley/python"))
folding: Any = importlib.import_module("parley.text.folding")
languages: Any = importlib.import_module("parley.text.vocabulary")
wordfreq: Any = importlib.import_module("wordfreq")
simplemma: Any = importlib.import_module("simplemma")
stemmer: Any = importlib.import_module("Stemmer")

DATA = ROOT / "layers/parley/python/parley/text/data"
EXPECTED = ROOT / "tests/unit/text/lemmas"
KEPT = 10_000
KEPT_OF_ENGLISH = 20_000
COMPARED = 4_000
AS_NAMED = {"no": "nb"}
SHORTEST_INFLECTED = 3
_VOWELS = re.compile("[aeiouyаеиоуыэюяіїє]")  # noqa: RUF001
WRONG = {
    "en": "don dont wan gan gon bare hes em ur ve ll ground wound bore rose inc los las sep oct saw lay laid does doe",
    "de": "arbeit markt bett google fahrt",
    "fr": "loi lois mai marie paris",
}
"""Forms that the lemmas of another word claim, and that are far commoner as words of their own."""


def main() -> None:
    DATA.mkdir(exist_ok=True)
    EXPECTED.mkdir(exist_ok=True)
    for language in languages.LANGUAGES:
        _write(language)
    _write_variants()


def _write(language: str) -> None:
    words = _common_words(language)
    ranks: dict[str, int] = {}
    for word in words:
        ranks.setdefault(word, len(ranks))
    algorithm = languages.STEMMERS.get(language)
    stem = stemmer.Stemmer(algorithm).stemWord if algorithm else lambda word: word
    told = {word: _told(word, language, ranks) for word in words}
    shared = Counter(lemma for word, lemma in told.items() if lemma != word)
    by_folded: dict[str, list[str]] = {}
    function = {folding.fold(word) for word in words[: languages.FUNCTION_WORDS]}
    for word in words:
        folded = folding.fold(word)
        if not folded or folded in by_folded:
            continue
        lemma = told[word]
        is_known = lemma in ranks or shared[lemma] > 1
        taken = is_known and folded not in function and _is_form(word, lemma, language, stem)
        lemmas = [folding.fold(lemma)] if taken and folding.fold(lemma) not in function else [folded]
        by_folded[folded] = [folded, *lemmas] if lemmas != [folded] and shared[word] > 0 else lemmas
        if language == "en" and (base := _base_of_participle(folded, by_folded)) and base not in function:
            by_folded[folded].append(base)
    lines = [" ".join([word, *(lemmas if lemmas != [word] else [])]) for word, lemmas in by_folded.items()]
    (DATA / f"{language}.txt").write_text("\n".join(lines) + "\n", "utf-8")
    expected = [f"{word} {told[word]}" for word in words[:COMPARED]]
    (EXPECTED / f"{language}.txt").write_text("\n".join(expected) + "\n", "utf-8")


def _common_words(language: str) -> list[str]:
    count = KEPT_OF_ENGLISH if language == "en" else KEPT
    listed = wordfreq.top_n_list(AS_NAMED.get(language, language), count)
    return [unicodedata.normalize("NFC", word) for word in listed if _is_word(word)]


def _is_word(word: str) -> bool:
    return all(unicodedata.category(character)[0] in "LM" for character in word)


def _told(word: str, language: str, ranks: dict[str, int]) -> str:
    """The lemma of a word: itself where it is one, else the commonest that it is a form of."""
    code = AS_NAMED.get(language, language)
    spellings = [word]
    if language == "de":  # nouns have capitals; the list writes every ß as ss
        spellings = list(dict.fromkeys([word, word.capitalize(), word.replace("ss", "ß")]))
    known = [spelling for spelling in spellings if simplemma.is_known(spelling, code)] or [word]
    lemmas = [lemma for one in known if _is_word(lemma := _lowered(simplemma.lemmatize(one, code), language))]
    if "ss" in word and language == "de" and word not in (lemmas[0], lemmas[-1]) and lemmas[0] == lemmas[-1]:
        return lemmas[0]
    if word in lemmas or not lemmas:
        return word
    return min(lemmas, key=lambda lemma: ranks.get(lemma, len(ranks)))


def _lowered(lemma: str, language: str) -> str:
    return lemma.lower().replace("ß", "ss") if language == "de" else lemma.lower()


def _is_form(word: str, lemma: str, language: str, stem: Any) -> bool:
    """Whether a word is a form of its lemma in all likelihood: they look alike, to the stemmer or by how they begin."""
    if len(word) < SHORTEST_INFLECTED or len(lemma) < 2 or word in WRONG.get(language, "").split():
        return False
    if stem(word) == stem(lemma) or language in ("ar", "he"):
        return True
    begun = [folding.fold(word), folding.fold(word.removeprefix("ge") if language in ("de", "nl") else word)]
    shared = 1 if language == "en" else 2
    return any(_begins(one, folding.fold(lemma), shared) for one in begun)


def _begins(word: str, lemma: str, shared: int) -> bool:
    """Whether both begin alike, whatever their vowels (`børn`, `barn`)."""
    consonants = [_VOWELS.sub("", one)[:2] for one in (word, lemma)]
    return word[:1] == lemma[:1] and (word[:shared] == lemma[:shared] or consonants[0] == consonants[1])


def _base_of_participle(word: str, known: dict[str, list[str]]) -> str | None:
    """The verb of a form in `-ing` that is listed as a noun."""
    if not word.endswith("ing") or known[word] != [word] or word in ("evening", "during", "morning"):
        return None
    root = word[:-3]
    candidates = [root, root + "e", root[:-1] if root[-1:] == root[-2:-1] else root]
    return next((one for one in candidates if len(one) >= SHORTEST_INFLECTED and one in known), None)


def _write_variants() -> None:
    folder = Path(str(importlib.import_module("opencc").__file__)).parent / "dictionary"
    simplified = _pairs(folder / "TSCharacters.txt")
    variants = dict(simplified)
    for name in ("JPVariants.txt", "TWVariants.txt", "HKVariants.txt"):
        for usual, variant in _pairs(folder / name).items():
            variants.setdefault(variant, simplified.get(usual, usual))
    kept = {
        one: other
        for one, other in variants.items()
        if one != other and len(one) == len(other) == 1 and ord(one) > 0x2FFF
    }
    final = {one: kept.get(other, other) for one, other in kept.items()}
    final = {one: other for one, other in final.items() if one != other}
    (DATA / "han.txt").write_text("".join(final) + "\n" + "".join(final.values()) + "\n", "utf-8")


def _pairs(path: Path) -> dict[str, str]:
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if "\t" in line]
    return {one: others.split()[0] for one, others in rows}


if __name__ == "__main__":
    main()
