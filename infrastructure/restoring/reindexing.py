"""Indexing a restored table anew, beside the index that searches read, and comparing the two.

The documents are made by the code that fills an index from the table. The new index is dropped in any case: a rehearsal
leaves searches as they were.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from opensearchpy import OpenSearch

from infrastructure.restoring.ledger import Item
from parley import clock
from parley.search.engine import administration, indices
from parley.search.indexing import bulk, change_indexer, documents
from parley.search.indexing.change_indexer import Source
from parley.search.indexing.documents import Document
from parley.search.rebuilding.comparing import said
from parley.tables import dynamodb, keys
from parley.tables.attributes import text

REHEARSAL = 999_999
"""The version of the rehearsal's indices: far from those that rebuilds make."""
AT_ONCE = 500
WRITE_SECONDS = 60.0


def compare(items: Iterator[Item], *, live: Mapping[str, str] | None = None) -> tuple[int, list[str]]:
    """Index the items, of a table that `CHAT_TABLE` names; how many documents, and where the live index says otherwise.

    `live` names what to compare with, by the family; by default what searches read. Deleted documents of the live index
    are tombstones there and here.
    """
    engine = administration.patient_client()
    found: list[str] = []
    count = 0
    with _new_indices(engine) as new:
        targets = live or {family: indices.read_alias(family) for family in indices.FAMILIES}
        for chunk in _chunks(items):
            made, refused = change_indexer.documents_of(chunk)
            found += [f"{each.source.sk} of {each.tenant_id} cannot be indexed: {each.reason}" for each in refused]
            outcome = bulk.write([(new[each.family], each) for each in made.values()], seconds=WRITE_SECONDS)
            found += [f"{document.id} was refused: {kind} {why}" for document, kind, why in outcome.refused]
            count += len(made)
            found += _against(engine, targets, list(made.values()))
        engine.indices.refresh(index=",".join(new.values()))
        indexed = sum(int(engine.count(index=index)["count"]) for index in new.values())
        if indexed != count:
            found.append(f"the new index has {indexed} documents of {count}")
    return count, found


@contextmanager
def _new_indices(engine: OpenSearch) -> Iterator[Mapping[str, str]]:
    made: dict[str, str] = {family: indices.index_name(family, REHEARSAL) for family in indices.FAMILIES}
    try:
        for index in made.values():
            engine.indices.delete(index=index, ignore=[404])
            indices.create(engine, index)
        yield made
    finally:
        for index in made.values():
            engine.indices.delete(index=index, ignore=[404])


def _chunks(items: Iterator[Item]) -> Iterator[list[Source]]:
    chunk: list[Source] = []
    now = clock.now_ms()
    for raw in items:
        if text(raw, "entity") in documents.ENTITIES:
            at = dynamodb.key_of(raw)
            chunk.append(Source(at, keys.tenant_of(at.pk), raw, known_at=now))
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _against(engine: OpenSearch, live: Mapping[str, str], made: Sequence[Document]) -> Iterator[str]:
    """Each document is in the live index and says the same. Its version may be lower: not every change is indexed."""
    for family, index in live.items():
        wanted = {each.id: said(each.source) for each in made if each.family == family}
        if not wanted:
            continue
        body: dict[str, Any] = {"query": {"ids": {"values": list(wanted)}}, "size": len(wanted)}
        there = {hit["_id"]: said(hit["_source"]) for hit in engine.search(index=index, body=body)["hits"]["hits"]}
        for identity, source in wanted.items():
            if identity not in there:
                yield f"{identity} is not in the live index"
            elif there[identity] != source:
                yield f"{identity} says something else in the live index"
