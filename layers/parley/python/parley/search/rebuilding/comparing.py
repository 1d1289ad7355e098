"""Comparing a new index with what it should hold: as the old index, or as the table where it was filled from there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from parley.ids import MessageAddress
from parley.search.engine import administration
from parley.search.engine.indices import Family, family_of
from parley.search.indexing import change_indexer
from parley.search.indexing.change_indexer import Source
from parley.search.indexing.documents import message_key
from parley.search.rebuilding.rebuilds import FamilyProgress, Job
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.keys import Key

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

SAMPLES = 200


def scope(job: Job, *more: dict[str, Any]) -> dict[str, Any]:
    """The documents that a job is about: one tenant's, or all."""
    tenant = [] if job.tenant_id is None else [{"term": {"tenant_id": job.tenant_id}}]
    return {"bool": {"filter": [*tenant, *more]}} if tenant or more else {"match_all": {}}


def count(client: "OpenSearch", index: str, query: dict[str, Any]) -> int:
    return int(administration.within(lambda: client.count(index=index, body={"query": query}))["count"])


def differences(job: Job, progress: FamilyProgress) -> str | None:
    """What is wrong with the new index of a family, by its count and by samples; None where nothing is."""
    client = administration.patient_client()
    if job.source == "table":
        administration.within(lambda: client.indices.refresh(index=progress.new_index))
        return _against_table(client, job, progress)
    old, new = progress.old_index, progress.new_index
    administration.within(lambda: client.indices.refresh(index=f"{old},{new}"))
    before = {"range": {"created_at": {"lt": job.started_at}}}
    counts = [count(client, index, scope(job, before)) for index in (old, new)]
    if counts[1] < counts[0]:
        return f"{counts[1]} of {counts[0]} documents"
    return _against_old_index(client, job, progress)


def _sample(client: "OpenSearch", job: Job, index: str) -> list[dict[str, Any]]:
    """Documents picked at random, with their versions."""
    body = {
        "query": {
            "function_score": {"query": scope(job), "random_score": {"seed": job.started_at, "field": "_seq_no"}}
        },
        "size": SAMPLES,
        "version": True,
    }
    hits: list[dict[str, Any]] = administration.within(lambda: client.search(index=index, body=body))["hits"]["hits"]
    return hits


def _against_old_index(client: "OpenSearch", job: Job, progress: FamilyProgress) -> str | None:
    sample = _sample(client, job, progress.old_index)
    wanted = [{"_id": hit["_id"], "routing": hit["_routing"]} for hit in sample]
    if not wanted:
        return None
    copies = administration.within(lambda: client.mget(index=progress.new_index, body={"docs": wanted}))["docs"]
    for hit, copy in zip(sample, copies, strict=True):
        if not copy.get("found") or copy["_version"] < hit["_version"]:
            return f"{hit['_id']} is missing or old"
        if copy["_version"] == hit["_version"] and copy["_source"] != hit["_source"]:
            return f"{hit['_id']} differs"
    return None


def _against_table(client: "OpenSearch", job: Job, progress: FamilyProgress) -> str | None:
    """Each item that was read has a document, since none is ever removed; and samples say what their items say.

    A document of another version than the item's is no difference: the stream is on its way with one of them.
    """
    there = count(client, progress.new_index, scope(job))
    if there < progress.copied:
        return f"{there} of {progress.copied} documents"
    sample = {hit["_id"]: hit for hit in _sample(client, job, progress.new_index)}
    made, _ = change_indexer.documents_of(_sources(family_of(progress.base), list(sample)))
    for document in made.values():
        hit = sample[document.id]
        if document.version == hit["_version"] and said(document.source) != said(hit["_source"]):
            return f"{document.id} differs"
    return None


def said(source: dict[str, Any]) -> dict[str, Any]:
    """All but what depends on more than the item: the moment of a removal, and which languages were expected then."""
    return {name: value for name, value in source.items() if name not in ("removed_at", "stems", "expected")}


def _sources(family: Family, document_ids: Sequence[str]) -> list[Source]:
    """The items behind these documents, as they are now."""
    places = {at: one.partition(":")[0] for one in document_ids if (at := place(family, one)) is not None}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    return [Source(at, places[at], image) for at, image in found.items()]


def place(family: Family, document_id: str) -> Key | None:
    """Where the item of a document is stored; None for an id that none can have."""
    tenant_id, _, identity = document_id.partition(":")
    match family:
        case "messages":
            address = MessageAddress.parse(identity)
            return None if address is None else message_key(tenant_id, address)
        case "conversations":
            return Key(keys.conversation(tenant_id, identity), keys.META_SK)
        case "users":
            return Key(keys.user(tenant_id, identity), keys.USER_SK)
