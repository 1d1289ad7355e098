"""From the table into new indices: for an index that is lost, or whose analysis has changed.

The table is scanned in segments, page by page, no faster than a bound, so that it stays fast for its users. What a page
holds may be stale by the time it is written: the stream writes to the new index all the while, and versions decide.
Position by position the job remembers how far each segment is.
"""

import time
from dataclasses import replace

from parley.search import bulk, documents, engine, indexing
from parley.search.indexing import Source
from parley.search.jobs import FamilyProgress, Job
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
            copied=one.copied + copied.get(one.base.partition(".")[0], 0),
            step="compare" if done and one.step == "copy" else one.step,
        )
        for one in job.families
    )
    return replace(job, families=families, scans=tuple(scans))


def _index(job: Job, items: list[RawItem], copied: dict[str, int]) -> None:
    """Index what these items are, into the new indices alone; what cannot be indexed is in quarantine already."""
    targets: dict[str, FamilyProgress] = {one.base.partition(".")[0]: one for one in job.families}
    sources = [
        Source(Key(raw["pk"]["S"], raw["sk"]["S"]), raw["pk"]["S"].split("#")[1], raw)
        for raw in items
        if raw.get("entity", {}).get("S") in documents.ENTITIES
    ]
    mine = [one for one in sources if job.tenant_id in (None, one.tenant_id)]
    made, _ = indexing.documents_of(mine)
    writes = [
        (targets[document.family].new_index, document) for document in made.values() if document.family in targets
    ]
    for _, document in writes:
        copied[document.family] = copied.get(document.family, 0) + 1
    outcome = bulk.write(writes, seconds=WRITE_SECONDS)
    if len(outcome.refused) > len(writes) // 2:
        raise engine.EngineFailed("the new index refuses most documents")
