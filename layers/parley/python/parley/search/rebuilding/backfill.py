"""Backfilling new indices from the table: for an index that is lost, or whose analysis has changed.

Where DynamoDB exports, an export is read file by file; elsewhere the table is scanned in segments, page by page, no
faster than a bound, so that it stays fast for its users. What is read may be stale by the time it is written: the
stream writes to the new index all the while, and versions decide. Piece by piece the job remembers how far it is.
"""

import time
from collections.abc import Mapping
from dataclasses import replace

from parley import clock
from parley.search.engine import engine_client
from parley.search.engine.routing import own_family
from parley.search.indexing import bulk, change_indexer, documents, quarantine, watermark
from parley.search.indexing.change_indexer import Source
from parley.search.indexing.documents import Document
from parley.search.rebuilding import table_exports
from parley.search.rebuilding.rebuilds import Job
from parley.search.rebuilding.table_exports import ExportFailed
from parley.settings import search_settings, settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, text

SEGMENTS = 4
PAGE_ITEMS = 2_000
PAGES_PER_SECOND = 4.0
"""A page is at most 1 MB, which costs 128 RRU: at most 512 a second, out of an on-demand table's 12,000 at least."""
WRITE_SECONDS = 60.0
EXPORTED_ITEMS = 2_000
"""Read from an export in one piece."""
SNAPSHOT_MARGIN_MS = 1_000
"""An export's moment has whole seconds: it is asked for that long after every write goes to the new indices too."""
POLL_SECONDS = 5.0


def copy(job: Job) -> Job:
    """Do the next piece of work; the last one ends the step for all families."""
    if job.export is None and (job.scans or not search_settings().export_bucket):
        return _copy_pages(job)
    try:
        return _copy_export(job)
    except ExportFailed as failure:
        return replace(job, status="failed", detail=f"export: {failure}")


def _copy_pages(job: Job) -> Job:
    """Index the next page of every segment of the table that is not at its end."""
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
    return replace(_advanced(job, copied, done=done), scans=tuple(scans))


def _copy_export(job: Job) -> Job:
    """Ask for an export, await it, index its next items; once it is read, wait for the stream to be past its moment."""
    if job.export is None:
        time.sleep(max(0, job.prepared_at + SNAPSHOT_MARGIN_MS - clock.now_ms()) / 1000)
        return replace(job, export=table_exports.request(job.id))
    if job.export.files is None:
        found = table_exports.look(job.export)
        if found.files is None:
            time.sleep(POLL_SECONDS)
        return replace(job, export=found)
    if not job.export.is_read:
        items, after = table_exports.read(job.export, limit=EXPORTED_ITEMS)
        copied: dict[str, int] = {}
        _index(job, items, copied)
        return replace(_advanced(job, copied, done=False), export=after)
    if (watermark.complete_to() or 0) < job.export.requested_at:
        time.sleep(POLL_SECONDS)
        return replace(job, detail="waits for the change stream to be past the export")
    return replace(_advanced(job, {}, done=True), detail=None)


def _advanced(job: Job, copied: Mapping[str, int], *, done: bool) -> Job:
    families = tuple(
        replace(
            one,
            copied=one.copied + copied.get(one.base, 0),
            step="compare" if done and one.step == "copy" else one.step,
        )
        for one in job.families
    )
    return replace(job, families=families)


def _index(job: Job, items: list[RawItem], copied: dict[str, int]) -> None:
    """Index what these items are, into the new indices alone, and set aside what cannot be."""
    new_indices = {one.base: one.new_index for one in job.families}
    now = clock.now_ms()
    sources = [
        Source(at := dynamodb.key_of(raw), keys.tenant_of(at.pk), raw, known_at=now)
        for raw in items
        if text(raw, "entity") in documents.ENTITIES
    ]
    mine = [one for one in sources if job.tenant_id in (None, one.tenant_id)]
    made, refused = change_indexer.documents_of(mine)
    writes: list[bulk.Write] = []
    for document in made.values():
        base = _base(document, new_indices)
        if base is not None:
            writes.append((new_indices[base], document))
            copied[base] = copied.get(base, 0) + 1
    outcome = bulk.write(writes, seconds=WRITE_SECONDS)
    if len(outcome.refused) > len(writes) // 2:
        raise engine_client.EngineFailed("the new index refuses most documents")
    for document, _, _ in outcome.refused:
        copied[_base(document, new_indices) or ""] -= 1
    quarantine.set_aside([*refused, *change_indexer.refused_sources(made, outcome)])


def _base(document: Document, new_indices: Mapping[str, str]) -> str | None:
    """The family of a job that a document belongs to: its tenant's own where there is one."""
    own = own_family(document.tenant_id)
    if document.family == "messages" and own in new_indices:
        return own
    return document.family if document.family in new_indices else None
