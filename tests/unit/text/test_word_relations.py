# ruff: noqa: RUF001 - letters of many scripts
"""No common word finds another that it is no form of; computed from lists of real words of each language.

`lemmas/<language>.txt` has the 4,000 commonest words with their lemmas as a lexicon has them (see
`tests/tools/word_lists.py`).
"""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from parley.identity.tenant_settings import Language
from parley.text import languages, stemming, vocabulary
from parley.text.folding import fold
from parley.text.vocabulary import LANGUAGES

ARTICLE = re.compile("^(?:[وبكف]?ال|لل)")
PRONOUNS = {
    "es": re.compile("(.+[aei]r)(?:[mts]e|nos|l[aeo]s?|[mts]el[ao]s?)"),
    "it": re.compile("(.+r)(?:[mtscv]i|gli|l[aeio]|ne|(?:[mtscv]e|glie)(?:l[aeio]|ne))"),
}
"""An infinitive, and pronouns that are written onto it."""
LISTS = Path(__file__).parent / "lemmas"
FORMS = {
    "en": "child children,man men,run running,note notes,rate rates,go goes,write written,play playing,house houses",
    "de": "kind kinder,haus häuser,machen gemacht,buch bücher,frau frauen,gehen geht,gross grosse,jahr jahren",
    "fr": "cheval chevaux,animal animaux,prendre pris,petit petite,ville villes,homme hommes,jour jours",
    "it": "casa case,uomo uomini,libro libri,anno anni,bello belle,parlare parla,giorno giorni",
    "es": "niño niños,casa casas,libro libros,hablar hablan,nuevo nueva,año años,día días",
    "pt": "criança crianças,casa casas,livro livros,novo nova,falar falam,ano anos,mulher mulheres",
    "nl": "kind kinderen,huis huizen,boek boeken,jaar jaren,werken gewerkt,vrouw vrouwen",
    "da": "barn børn,hus huse,bog bøger,dag dage,arbejde arbejder,år året",
    "no": "barn barna,hus huset,bok bøker,dag dager,jobbe jobber,år året",
    "sv": "barn barnen,hus huset,bok böcker,dag dagar,arbeta arbetar",
    "fi": "koira koirat,talo talossa,kirja kirjan,päivä päivää,mennä menen,vuosi vuotta",
    "tr": "kitap kitaplar,ev evde,çocuk çocuklar,gün günler,kadın kadınlar,yıl yılın",
    "pl": "książka książki,dziecko dzieci,dom domu,rok roku,kobieta kobiety,nowy nowe",
    "cs": "kniha knihy,dítě děti,dům domu,rok roku,žena ženy,nový nové",
    "ru": "книга книги,ребёнок ребёнка,дом дома,год года,женщина женщины,новый новые",
    "uk": "книга книги,дім дому,рік року,жінка жінки,новий нові",
    "ar": "كتاب الكتاب,مدينة المدينة,سنة السنة,ولد الولد,يوم الأيام",
    "hi": "लड़का लड़के,किताब किताबें,साल सालों,दोस्त दोस्तों,बच्चा बच्चे",
    "he": "ילד ילדים,ספר ספרים,שנה שנים,בית הבית",
}


def _lemmas(language: str) -> dict[str, set[str]]:
    """The lemmas of each folded word: words that fold alike are one word to a search."""
    lemmas: dict[str, set[str]] = defaultdict(set)
    for line in (LISTS / f"{language}.txt").read_text("utf-8").splitlines():
        word, lemma = line.split(" ")
        lemmas[fold(word)] |= {fold(lemma), fold(word)}
    for word, forms in vocabulary.irregular(language):
        for form in {fold(form.removeprefix("+")) for form in forms} & lemmas.keys():
            lemmas[form] |= {fold(word), *lemmas.get(fold(word), ())}
    for word in list(lemmas) if language in PRONOUNS else ():
        written_onto = PRONOUNS[language].fullmatch(word)
        verb = written_onto and f"{written_onto[1]}{'e' if language == 'it' else ''}"
        if verb is not None:
            lemmas[word].add(verb)
    if language == "ar":
        for word in list(lemmas):
            bare = ARTICLE.sub("", word)
            lemmas[word] |= lemmas.get(bare, set()) | {bare}
    return lemmas


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_common_word_finds_another(language: str) -> None:
    lemmas = _lemmas(language)
    judged = {languages.script_of(word) or "": (language,) for word in lemmas}
    documents: dict[str, list[str]] = defaultdict(list)
    for word in lemmas:
        for stem in stemming.stems_in_text(word, judged):
            documents[stem].append(word)
    met = {
        (asked, word)
        for asked in lemmas
        for stem in stemming.stems_in_query(asked, [language])
        for word in documents[stem]
        if word != asked
    }
    assert len(met) > 300, "inflections are found"
    assert sorted(pair for pair in met if not _are_related(*pair, lemmas, language)) == []


def _are_related(asked: str, word: str, lemmas: dict[str, set[str]], language: str) -> bool:
    """Whether they share a lemma; an English noun in -ing is found by its verb, an Arabic word without its article."""
    if lemmas[asked] & lemmas[word]:
        return True
    if language == "en" and word.endswith("ing"):
        return any(word.startswith(lemma[:-1]) for lemma in lemmas[asked])
    return False


@pytest.mark.parametrize("language", LANGUAGES)
def test_inflections_find_each_other(language: str) -> None:
    for pair in FORMS[language].split(","):
        one, other = map(fold, pair.split(" "))
        judged = {languages.script_of(one) or "": (language,)}
        assert stemming.stems_in_query(one, [language]) & stemming.stems_in_text(other, judged), pair


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_function_word_finds_only_itself(language: str) -> None:
    words = list(vocabulary.vocabulary(language).ranks)[:20]
    assert not any(stemming.stems_in_query(word, [language]) for word in words if language != "ar")


def test_a_tenant_may_choose_among_all_languages() -> None:
    assert set(Language.__args__) == set(LANGUAGES)  # type: ignore[attr-defined]
