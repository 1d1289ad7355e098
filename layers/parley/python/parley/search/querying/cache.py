"""The engine's answers to repeated queries, kept for a minute.

The key is a hash of the whole engine request, which names the tenant and all that the caller may see: two callers share
an answer only where they may see the same. What is kept are positions and ids, never texts, and every hit is checked
against the table after it comes from here too. That nothing was found is not kept: who looks again for what was said a
moment ago shall find it.
"""

import hashlib
import json
import zlib
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from parley import clock
from parley.observability import metrics
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import item, required_number

KEPT_MS = 60_000
MAX_BYTES = 32 * 1024


def remembered(tenant_id: str, target: str, body: dict[str, Any], ask: Callable[[], Any]) -> Any:
    """The answer to an engine request, from the last minute or from `ask`. 0.5 RRU, and what a put costs on a miss.

    The cache is a help: where it cannot be read or written, the engine answers.
    """
    request = json.dumps([target, body], sort_keys=True, separators=(",", ":"))
    at = keys.search_cache(tenant_id, hashlib.sha256(request.encode()).hexdigest())
    now = clock.now_ms()
    kept = dynamodb.get(settings().control_table, at)
    hit = kept is not None and required_number(kept, "kept_until") > now
    metrics().add_metric("SearchCacheHits", MetricUnit.Count, int(hit))
    if kept is not None and hit:
        return json.loads(zlib.decompress(kept["answer"]["B"]))
    answer = ask()
    if not answer:
        return answer
    packed = zlib.compress(json.dumps(answer, separators=(",", ":")).encode(), 1)
    if len(packed) <= MAX_BYTES:
        dynamodb.put(
            settings().control_table,
            item(
                {
                    **at._asdict(),
                    "entity": "search_cache",
                    "answer": packed,
                    "kept_until": now + KEPT_MS,
                    "expires_at": (now + KEPT_MS) // 1000 + 60,
                }
            ),
        )
    return answer
