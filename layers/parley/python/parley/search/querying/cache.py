"""The engine's answers to repeated queries, kept for a minute, or until something of the tenant is indexed.

The key is a hash of the whole engine request, which names the tenant and all that the caller may see: two callers share
an answer only where they may see the same. What is kept are positions and ids, never texts, and every hit is checked
against the table after it comes from here too. An answer keeps what it knew: the tenant's mark when it was asked for
(`parley.search.indexing.marks`), without which it is not given again, and how far the index was complete then. That
nothing was found is not kept.
"""

import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from parley import clock
from parley.observability import metrics
from parley.search.indexing import marks, watermark
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import item, number_or_none, required_number, required_text

KEPT_MS = 60_000
MAX_BYTES = 32 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits as the engine gave them, and up to which moment in milliseconds the index was known to be complete then."""

    hits: list[Any]
    complete_to: int | None


def remembered(tenant_id: str, target: str, body: dict[str, Any], ask: Callable[[], list[Any]]) -> Answer:
    """The answer to an engine request, kept or from `ask`. At least 2 RRU, and what a put costs on a miss."""
    request = json.dumps([target, body], sort_keys=True, separators=(",", ":"))
    at, marked_at = (
        keys.search_cache(tenant_id, hashlib.sha256(request.encode()).hexdigest()),
        keys.search_mark(tenant_id),
    )
    found = dynamodb.batch_get(settings().control_table, [at, marked_at], consistent=True)
    kept, mark, now = found.get(at), marks.read(found.get(marked_at)), clock.now_ms()
    hit = kept is not None and required_number(kept, "kept_until") > now and required_text(kept, "mark") == mark.name
    metrics().add_metric("SearchCacheHits", MetricUnit.Count, int(hit))
    if kept is not None and hit:
        return Answer(json.loads(zlib.decompress(kept["answer"]["B"])), number_or_none(kept, "complete_to"))
    complete_to = watermark.cached.get()
    hits = ask()
    if hits and mark.settled_at <= now:
        packed = zlib.compress(json.dumps(hits, separators=(",", ":")).encode(), 1)
        if len(packed) <= MAX_BYTES:
            dynamodb.put(
                settings().control_table,
                item(
                    {
                        **at._asdict(),
                        "entity": "search_cache",
                        "answer": packed,
                        "mark": mark.name,
                        "complete_to": complete_to,
                        "kept_until": now + KEPT_MS,
                        "expires_at": (now + KEPT_MS) // 1000 + 60,
                    }
                ),
            )
    return Answer(hits, complete_to)
