"""What messages and queries cost an engine: OpenSearch beside osmem, the analysis of now beside the one before.

`python -m tests.benchmarks search_engine`. Without a JDK and the artefacts of OpenSearch there is osmem alone.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any
from unittest.mock import patch

from opensearchpy import OpenSearch

from parley.search import analysis
from parley.search.engine.indices import PROPERTIES
from parley.search.querying import hit_pages, queries, text_matching
from parley.search.querying.query_language import parse
from parley.search.querying.visibility import Visibility
from tests.benchmarks import earlier_analysis, judged_texts
from tests.benchmarks.tables import print_table
from tests.real import servers
from tests.real.servers import ServerUnavailable
from tests.support.aws import engine

TENANT = "bench"
MESSAGES = 10_000
INDEX_SIZES = (1_000, 4_000, 40_000)
SIZE_FOR_OSMEM = 4_000
"""Of more, osmem takes seconds a query."""
CONVERSATIONS = (10, 1_000, 20_000)
WORDS = {"few": "rarity", "a tenth": "tenth", "all": "note"}
EVERY = {"rarity": 500, "tenth": 10, "note": 1}
ROUNDS = 5
BATCH = 1_000
INDEX = "messages-v99"
Case = tuple[int, int, str]
"""Messages in the index, conversations of the reader, and hits as in `WORDS`."""
MOMENT = 1_795_000_000_000


def main() -> None:
    """Print both tables. Times are those of a machine that others may use too: read the ratios and how they grow."""
    measured: dict[str, dict[Case, float]] = {}
    with patch.dict("os.environ", REAL_SERVERS="opensearch"):
        try:
            servers.java()
            with engine.running_engine() as url:
                client = OpenSearch(hosts=[url], timeout=120)
                _print_costs(client)
                measured["OpenSearch"] = _query_times(client, max(INDEX_SIZES))
        except ServerUnavailable as reason:
            print(f"without OpenSearch: {reason}")
    with engine.running_engine() as url:
        measured["osmem"] = _query_times(OpenSearch(hosts=[url], timeout=120), SIZE_FOR_OSMEM)
    _print_times(measured)


def _texts(number: int) -> list[str]:
    """Messages of the fifteen languages of the judged texts, in turn, each with a number that makes it another."""
    texts = [text for judged in judged_texts.every() for text in judged.texts.values()]
    return [f"{text} {at}" for at, text in enumerate(islice(cycle(texts), number))]


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU of ours and of the engine, and bytes of the index, for a thousand messages."""

    own: float
    engine: float
    size: float


def _print_costs(client: OpenSearch) -> None:
    """Each is measured twice, by turns, and the second counts: at first a JVM compiles what it runs."""
    texts = _texts(MESSAGES)
    for _ in range(2):
        was = _cost(client, texts, lambda text: vars_of(earlier_analysis.analyze(text)))
        now = _cost(client, texts, lambda text: vars_of(analysis.analyze(text)))
    compared = (
        ("own CPU, ms", was.own, now.own),
        ("CPU of OpenSearch, ms", was.engine, now.engine),
        ("index after merging, KiB", was.size / 1024, now.size / 1024),
    )
    rows = [(name, f"{before:,.0f}", f"{after:,.0f}", f"{after / before:.2f}") for name, before, after in compared]
    print_table(f"A thousand of {MESSAGES:,} short messages in fifteen languages", ("", "was", "is", "ratio"), rows)


def vars_of(terms: Any) -> dict[str, str]:
    """The fields of a document that have any terms."""
    fields = {name: getattr(terms, name, "") for name in ("words", "forms", "stems", "bigrams")}
    return {name: said for name, said in fields.items() if said}


def _cost(client: OpenSearch, texts: Sequence[str], analyze: Callable[[str], dict[str, str]]) -> Cost:
    _make_index(client)
    for text in texts[:BATCH]:
        analyze(text)
    started, cpu = time.process_time(), _cpu_of(client)
    documents = [_document(at, CONVERSATIONS[0], analyze(text)) for at, text in enumerate(texts)]
    own = (time.process_time() - started) * 1000
    _index(client, documents)
    client.indices.forcemerge(index=INDEX, params={"max_num_segments": "1"})
    client.indices.flush(index=INDEX)
    size = client.indices.stats(index=INDEX)["indices"][INDEX]["primaries"]["store"]["size_in_bytes"]
    thousands = len(texts) / 1000
    return Cost(own / thousands, (_cpu_of(client) - cpu) / thousands, size / thousands)


def _cpu_of(client: OpenSearch) -> float:
    (node,) = client.nodes.stats(metric="process")["nodes"].values()
    return float(node["process"]["cpu"]["total_in_millis"])


def _make_index(client: OpenSearch) -> None:
    client.indices.delete(index=INDEX, params={"ignore_unavailable": "true"})
    settings = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"}
    client.indices.create(
        index=INDEX,
        body={"settings": settings, "mappings": {"dynamic": "strict", "properties": PROPERTIES["messages"]}},
    )


def _document(at: int, conversations: int, terms: dict[str, str]) -> dict[str, Any]:
    return {
        "sort_key": f"{at:020}",
        "tenant_id": TENANT,
        "created_at": MOMENT + at * 1000,
        "deleted": False,
        "message_id": f"{at % conversations:026}-{at}",
        "conversation_id": f"{at % conversations:026}",
        "author_id": f"user-{at % 50}",
        "position": at,
        **terms,
    }


def _index(client: OpenSearch, documents: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(documents), BATCH):
        lines: list[str] = []
        for document in documents[start : start + BATCH]:
            lines += [json.dumps({"index": {"_index": INDEX, "_id": document["sort_key"]}}), json.dumps(document)]
        client.bulk(body="\n".join(lines) + "\n")
    client.indices.refresh(index=INDEX)


def _cases() -> Iterator[Case]:
    for size in INDEX_SIZES:
        for conversations in CONVERSATIONS:
            for hits in WORDS:
                yield size, conversations, hits


def _query_times(client: OpenSearch, largest: int) -> dict[Case, float]:
    """Milliseconds of each case up to a size of the index, the median of all rounds."""
    times: dict[Case, float] = {}
    filled: tuple[int, int] | None = None
    for case in _cases():
        size, conversations, hits = case
        if size > largest:
            break
        if filled != (size, conversations):
            _make_index(client)
            _index(client, [_document(at, conversations, vars_of(analysis.analyze(_said(at)))) for at in range(size)])
            filled = size, conversations
        asked = [_asked(client, conversations, WORDS[hits], number) for number in range(2 * ROUNDS)]
        times[case] = statistics.median(asked[ROUNDS:])
    return times


def _said(at: int) -> str:
    return " ".join([word for word, every in EVERY.items() if at % every == 0] + [f"other words of message {at}"])


def _asked(client: OpenSearch, conversations: int, word: str, number: int) -> float:
    """One search for a first page by relevance; another origin each time, so that no engine remembers the query."""
    seen = Visibility(TENANT, "reader", {f"{one:026}": 0 for one in range(conversations)}, frozenset())
    query = parse(word)
    filters = queries.Filters(query, text_matching.needles(query.matches))
    after = queries.After(hit_pages.origin_now() + number, ())
    body = queries.messages(seen, filters, size=35, recent=False, after=after)
    started = time.perf_counter()
    found = client.search(index=INDEX, body=body)
    assert found["hits"]["hits"]
    return (time.perf_counter() - started) * 1000


def _print_times(measured: dict[str, dict[Case, float]]) -> None:
    real, osmem = measured.get("OpenSearch", {}), measured["osmem"]
    rows = [
        (
            f"{case[0]:,}",
            f"{case[1]:,}",
            case[2],
            *(f"{times[case]:.1f}" if case in times else "" for times in (real, osmem)),
            f"{osmem[case] / real[case]:.1f}" if case in real and case in osmem else "",
        )
        for case in _cases()
    ]
    print_table(
        f"A first page of 25 by relevance, request and answer, median of {ROUNDS}",
        ("messages", "conversations", "hits", "OpenSearch ms", "osmem ms", "ratio"),
        rows,
    )
