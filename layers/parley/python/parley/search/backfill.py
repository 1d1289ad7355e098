"""From the table into new indices: for an index that is lost, or whose analysis has changed.

The table is scanned in segments, page by page, no faster than a bound, so that it stays fast for its users. What a page
holds may be stale by the time it is written: the stream writes to the new index all the while, and versions decide.
Position by position the job remembers how far each segment is.
"""

import time
from collections.abc import Mapping
from dataclasses import replace

from parley import clock
from parley.search import bulk, documents, engine, indexing
from parley.search.documents import Document
from parley.search.indexing import Source
from parley.search.jobs import Job
from parley.search.placement import own_family
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.dynamodb import RawItem
from parley.tables.keys import Key

SEGMENTS = 4
PAGE_ITEMS = 2_000
PAGES_PER_SECOND = 4.0
"""A page is at most 1 MB, which costs 128 RRU: at most 512 a second, out of an on-demand table's 12,000 at least."""
WRITE_SECONDS = 60.0


def copy(job: Job) -> Job:
    """Index the next page of every segment that is not at its end; the last one ends the step for all families."""
    scans = list(job.scans) or [{} for _ in range(SEGMENTS)]
    copied: dict[str, int] = {}
    for segment, position in enumerate(scans):
        if position is None:
            continue
        started = time.monotonic()
        items, more = dynamodb.scan(
            settings().chat_table, segment=segment, segments=SEGMENTS, after=position or None, limit=PAGE_ITEMS
        )
        _index(job, items, copied)
        scans[segment] = more
        time.sleep(max(0.0, 1 / PAGES_PER_SECOND - (time.monotonic() - started)))
    done = all(position is None for position in scans)
    families = tuple(
        replace(
            one,
            copied=one.copied + copied.get(one.base, 0),
            step="compare" if done and one.step == "copy" else one.step,
        )
        for one in job.families
    )
    return replace(job, families=families, scans=tuple(scans))


def _index(job: Job, items: list[RawItem], copied: dict[str, int]) -> None:
    """Index what these items are, into the new indices alone; what cannot be indexed is in quarantine already."""
    new_indices = {one.base: one.new_index for one in job.families}
    now = clock.now_ms()
    sources = [
        Source(Key(raw["pk"]["S"], raw["sk"]["S"]), raw["pk"]["S"].split("#")[1], raw, known_at=now)
        for raw in items
        if raw.get("entity", {}).get("S") in documents.ENTITIES
    ]
    mine = [one for one in sources if job.tenant_id in (None, one.tenant_id)]
    made, _ = indexing.documents_of(mine)
    writes: list[bulk.Write] = []
    for document in made.values():
        base = _base(document, new_indices)
        if base is not None:
            writes.append((new_indices[base], document))
            copied[base] = copied.get(base, 0) + 1
    outcome = bulk.write(writes, seconds=WRITE_SECONDS)
    if len(outcome.refused) > len(writes) // 2:
        raise engine.EngineFailed("the new index refuses most documents")


def _base(document: Document, new_indices: Mapping[str, str]) -> str | None:
    """The family of a job that a document belongs to: its tenant's own where there is one."""
    own = own_family(document.tenant_id)
    if document.family == "messages" and own in new_indices:
        return own
    return document.family if document.family in new_indices else None
