"""The indexer: changes of `chat` become documents, in whatever order and however often they come.

A batch reads the placement before it writes and again after. A rebuild first says that its new index is written too and
then copies, so what a batch missed because it read too early, it writes now: no batch needs to be waited for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from parley import clock
from parley.identity import stored_settings
from parley.search.engine import routing
from parley.search.engine.routing import Placement
from parley.search.indexing import bulk, documents, marks, quarantine, watermark
from parley.search.indexing.bulk import Outcome
from parley.search.indexing.documents import Document, Unindexable, document_of
from parley.search.indexing.quarantine import Refused
from parley.search.schemas import Redriven
from parley.settings import settings
from parley.streams.changes import Change, newest
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, required_text, text
from parley.tables.keys import Key
from parley.users import languages

HEARTBEAT = "search_heartbeat"
"""The entity of an item that is written every minute, so that a quiet shard shows how far it is."""
ENTITIES = frozenset({*documents.ENTITIES, HEARTBEAT})


@dataclass(frozen=True, slots=True)
class Source:
    """An item to index: its key, its tenant, its image, whether it is gone, and when that became known."""

    key: Key
    tenant_id: str
    image: RawItem
    removed: bool = False
    known_at: int = 0


def apply(changes: Sequence[Change], *, seconds: float) -> list[Change]:
    """Index a batch of changes of one shard; what cannot be indexed goes to quarantine.

    Raises `EngineFailed` where the engine does not take it within `seconds`: the batch comes again.
    """
    batch, before = dynamodb.in_parallel(lambda: watermark.begin(changes), routing.load)
    relevant = [
        change
        for change in changes
        if change.entity in documents.ENTITIES and documents.is_relevant(change.entity, change.old, change.new)
    ]
    sources = [source_of(change) for change in newest(relevant)]
    index(sources, seconds=seconds, before=before)
    watermark.finish(batch, ())
    return []


def source_of(change: Change) -> Source:
    """The item that a change is about."""
    removed = change.op == "remove"
    return Source(change.key, change.tenant_id, change.image, removed=removed, known_at=change.occurred_at)


def index(sources: Sequence[Source], *, seconds: float, before: Placement | None = None) -> list[Refused]:
    """Index these items wherever they belong now; set aside what cannot be, and return it.

    `before` is the placement as it was read a moment ago.
    """
    if not sources:
        return []
    made, refused = documents_of(sources)
    before = routing.load() if before is None else before
    outcome = bulk.write(_writes(made.values(), before), seconds=seconds)
    after = routing.load()
    if after.version != before.version:
        known = set(_names(_writes(made.values(), before)))
        missing = [one for one in _writes(made.values(), after) if (one[0], one[1].id) not in known]
        later = bulk.write(missing, seconds=seconds)
        outcome.refused += later.refused
    refused += refused_sources(made, outcome)
    quarantine.set_aside(refused)
    marks.put(source.tenant_id for source in sources)
    outcome.emit()
    return refused


def _writes(made: Iterable[Document], where: Placement) -> list[bulk.Write]:
    return [
        (target, document) for document in made for target in where.write_targets(document.family, document.tenant_id)
    ]


def _names(writes: Iterable[bulk.Write]) -> Iterable[tuple[str, str]]:
    return ((target, document.id) for target, document in writes)


@dataclass(frozen=True, slots=True)
class Context:
    """What documents are made of beside their items: the media that messages carry, and the languages to expect."""

    media_types: Mapping[str, str]
    expected: Mapping[Key, tuple[str, ...]]

    def languages_of(self, at: Key) -> tuple[str, ...]:
        """The languages that the message there is the likelier to be in."""
        return self.expected.get(at, ())

    def document_of(self, source: Source) -> Document:
        """Raises `Unindexable`."""
        return document_of(
            source.tenant_id,
            source.image,
            removed=source.removed,
            removed_at=source.known_at,
            media_types=self.media_types,
            languages=self.languages_of(source.key),
        )


def context_of(sources: Sequence[Source]) -> Context:
    """What these items need; see `_expected` and `_media_types` for what it costs."""
    return Context(_media_types(sources), _expected([source for source in sources if _is_text(source)]))


def documents_of(sources: Sequence[Source]) -> tuple[dict[Key, Document], list[Refused]]:
    """The documents of these items by their keys, and those that none can be made of."""
    context = context_of(sources)
    made: dict[Key, Document] = {}
    refused: list[Refused] = []
    for source in sources:
        try:
            made[source.key] = context.document_of(source)
        except Unindexable as error:
            refused.append(Refused(source.key, source.tenant_id, "unindexable", str(error)))
    return made, refused


def _is_text(source: Source) -> bool:
    """Whether something was said there, in some language."""
    return not source.removed and text(source.image, "entity") == "message"


def _expected(messages: Sequence[Source]) -> dict[Key, tuple[str, ...]]:
    """The languages that each message is the likelier to be in: those of its author, or else of its tenant.

    What is not remembered costs 0.5 RRU an author and a tenant, read at once.
    """
    if not messages:
        return {}
    authors = {one.key: (one.tenant_id, text(one.image, "author_id") or "") for one in messages}
    of_authors, of_tenants = dynamodb.in_parallel(
        lambda: languages.of_all([author for author in authors.values() if author[1]]),
        lambda: stored_settings.of_all(one.tenant_id for one in messages),
    )
    return {key: of_authors.get(author) or of_tenants[author[0]].languages or () for key, author in authors.items()}


def _media_types(sources: Sequence[Source]) -> dict[str, str]:
    """The content types of the media that these messages carry: a join when indexing, since they never change."""
    places = {
        Key(keys.media(source.tenant_id, media_id), keys.META_SK): media_id
        for source in sources
        for media_id in documents.media_ids(source.image)
    }
    if not places:
        return {}
    found = dynamodb.batch_get(settings().chat_table, places)
    return {places[at]: required_text(raw, "content_type") for at, raw in found.items() if "content_type" in raw}


def refused_sources(made: dict[Key, Document], outcome: Outcome) -> list[Refused]:
    """The items behind the refused documents, each once."""
    by_document = {(document.family, document.id): key for key, document in made.items()}
    refused: dict[Key, Refused] = {}
    for document, error, reason in outcome.refused:
        source = by_document[document.family, document.id]
        refused[source] = Refused(source, document.tenant_id, error, reason)
    return list(refused.values())


def do_redrive(*, seconds: float) -> Redriven:
    """Try everything in quarantine again, from the table as it is now.

    What is gone from the table, or of a kind that is not indexed, is forgotten.
    """
    sources = [Key(item.source_pk, item.source_sk) for item in quarantine.every()]
    found = dynamodb.batch_get(settings().chat_table, sources, consistent=True) if sources else {}
    now = clock.now_ms()
    there = [
        Source(key, keys.tenant_of(key.pk), image, known_at=now)
        for key, image in found.items()
        if text(image, "entity") in documents.ENTITIES
    ]
    refused = index(there, seconds=seconds)
    failing = {one.source for one in refused}
    quarantine.release([key for key in sources if key not in failing])
    return Redriven(indexed=len(sources) - len(failing), failed=len(failing))
