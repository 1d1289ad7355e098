"""What a search finds against what people want, and what analysing costs, with the analysis before beside it.

`python -m tests.benchmarks search_quality`. Recall: of what is wanted, how much is found; precision: of what is found,
how much is wanted. The judged pairs are in `judged/`.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle, islice, pairwise

from parley.search import analysis
from parley.search.querying import text_matching
from parley.search.querying.query_language import Match
from parley.search.querying.text_matching import Text
from tests.benchmarks import earlier_analysis, judged_texts
from tests.benchmarks.tables import print_table

MESSAGES = 1_000
WANTED_PRECISION, WANTED_RECALL = 0.98, 0.95


@dataclass
class Score:
    """Pairs that were found and wanted, found, and wanted."""

    right: int = 0
    found: int = 0
    wanted: int = 0

    def add(self, *, found: bool, wanted: bool) -> None:
        self.right += found and wanted
        self.found += found
        self.wanted += wanted

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0


def main() -> None:
    """Print both tables; fail where a search has become worse than it may be."""
    now, before, rows, pairs = Score(), Score(), [], 0
    for judged in judged_texts.every():
        own, earlier = Score(), Score()
        for query, wanted in judged.queries.items():
            for number, text in judged.texts.items():
                for finds, scores in ((_finds, (own, now)), (_found_before, (earlier, before))):
                    found = finds(query, text)
                    for score in scores:
                        score.add(found=found, wanted=number in wanted)
        pairs += judged.pairs
        rows.append((judged.language, f"{judged.pairs:,}", *_shown(earlier), *_shown(own)))
    rows.append(("all", f"{pairs:,}", *_shown(before), *_shown(now)))
    print_table(
        "Judged pairs of a query and a text", ("", "pairs", "precision was", "recall was", "precision", "recall"), rows
    )
    _print_costs()
    assert now.precision >= WANTED_PRECISION, now.precision
    assert now.recall >= WANTED_RECALL, now.recall


def _shown(score: Score) -> tuple[str, str]:
    return f"{score.precision:.3f}", f"{score.recall:.3f}"


def _finds(query: str, text: str) -> bool:
    needles = text_matching.needles(map(Match, query.split()))
    return text_matching.spans(needles, Text.of(text)) is not None


def _found_before(query: str, text: str) -> bool:
    tokens = earlier_analysis.tokenize(text)
    languages = earlier_analysis.languages_of(text)
    return all(_word_found_before(word, text, tokens, languages) for word in query.split())


def _word_found_before(word: str, text: str, tokens: list[earlier_analysis.Token], languages: tuple[str, ...]) -> bool:
    asked = earlier_analysis.tokenize(word)
    if len(asked) == 1 and not asked[0].dense:
        stems = earlier_analysis.token_stems(asked[0], word, ("english", "german", "turkish"))
        return any(
            not one.dense and not stems.isdisjoint(earlier_analysis.token_stems(one, text, languages)) for one in tokens
        )
    terms = [one.term for one in asked]
    is_dense = all(one.dense for one in asked)
    windows = (tokens[at : at + len(terms)] for at in range(len(tokens) - len(terms) + 1))
    return any(
        [one.term for one in window] == terms and (not is_dense or all(a.end == b.start for a, b in pairwise(window)))
        for window in windows
    )


def _print_costs() -> None:
    """The texts of all languages in turn, until there are a thousand; the caches are warm, as an indexer's are."""
    texts = [text for judged in judged_texts.every() for text in judged.texts.values()]
    english = [text for judged in judged_texts.every() if judged.language == "en" for text in judged.texts.values()]
    rows = []
    for name, chosen in (("all languages", texts), ("English", english)):
        messages = list(islice(cycle(chosen), MESSAGES))
        for label, analyze in (("was", _terms_before), ("is", _terms)):
            for text in messages:
                analyze(text)
            started = time.process_time()
            size = sum(len(term.encode()) for text in messages for term in analyze(text))
            spent = time.process_time() - started
            rows.append((f"{name}, {label}", f"{spent * 1000:.0f}", f"{size / 1024:.0f}"))
    print_table(f"Analysing {MESSAGES:,} messages", ("", "CPU ms", "terms KiB"), rows)


def _terms(text: str) -> Iterable[str]:
    terms = analysis.analyze(text)
    return terms.words, terms.forms, terms.stems, terms.bigrams


def _terms_before(text: str) -> Iterable[str]:
    terms = earlier_analysis.analyze(text)
    return terms.words, terms.stems, terms.bigrams
