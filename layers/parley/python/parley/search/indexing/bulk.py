"""Bulk writes: many documents in one request, and what became of each.

| answer for a document | meaning |
| --- | --- |
| 2xx | indexed |
| 409 | the index has this version or a newer one: done |
| 429, 5xx, or blocked for want of disk space | tried again in place, with jitter, while time is left |
| 404 | the index is missing, which `ensure` or a rebuild mends: tried again |
| any other | the document's own fault: refused, for the quarantine |
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from parley.observability import metrics
from parley.search.engine import engine_client
from parley.search.engine.indices import is_alias
from parley.search.indexing.documents import Document

MAX_DOCUMENTS = 1_000
MAX_BYTES = 5 * 1024 * 1024
ATTEMPTS = 100
"""Time ends the attempts, not their number."""
_CONFLICT = 409
_MISSING = 404
_SUCCESS = range(200, 300)
_RETRIED_ERRORS = ("cluster_block_exception", "index_closed_exception", "process_cluster_event_timeout_exception")

Write = tuple[str, Document]
"""An index or alias, and a document for it."""


@dataclass(slots=True)
class Outcome:
    """What became of a bulk write: `refused` has the engine's error type and reason, `errors` all types by number."""

    indexed: int = 0
    superseded: int = 0
    retries: int = 0
    refused: list[tuple[Document, str, str]] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def emit(self) -> None:
        """As metrics: documents, retries, refusals, and errors, whose classes are beside them in the log."""
        emitted = metrics()
        emitted.add_metric("DocumentsIndexed", MetricUnit.Count, self.indexed)
        emitted.add_metric("DocumentsSuperseded", MetricUnit.Count, self.superseded)
        emitted.add_metric("DocumentsRefused", MetricUnit.Count, len(self.refused))
        emitted.add_metric("IndexRetries", MetricUnit.Count, self.retries)
        if self.errors:
            emitted.add_metric("IndexErrors", MetricUnit.Count, self.errors.total())
            emitted.add_metadata("index_errors", dict(self.errors))


def write(writes: Sequence[Write], *, seconds: float) -> Outcome:
    """Index documents, in as few requests as the bounds allow. Raises `EngineFailed` when time is up before that."""
    outcome = Outcome()
    try:
        for chunk in chunks(writes):
            _write_chunk(chunk, outcome, seconds=seconds)
    except engine_client.EngineFailed:
        outcome.emit()
        raise
    return outcome


def chunks(writes: Iterable[Write]) -> Iterator[list[tuple[Write, str]]]:
    """The writes with their lines, at most 1,000 documents and 5 MiB a request; one larger document goes alone."""
    chunk: list[tuple[Write, str]] = []
    size = 0
    for one in writes:
        lines = _lines(one)
        length = len(lines) if lines.isascii() else len(lines.encode())
        if chunk and (len(chunk) == MAX_DOCUMENTS or size + length > MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append((one, lines))
        size += length
    if chunk:
        yield chunk


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_quote = json.encoder.encode_basestring
_ANSWERED = {"filter_path": "errors,items.*.status,items.*.error"}
"""What is read of an answer; the rest, most of it, is neither written nor parsed."""


def _lines(one: Write) -> str:
    """The action, written by hand since its form never changes, and the document.

    An alias that is missing is no reason to make an index of its name, with whatever mapping the engine guesses.
    """
    target, document = one
    alias = ',"require_alias":true' if is_alias(target) else ""
    return (
        f'{{"index":{{"_index":{_quote(target)},"_id":{_quote(document.id)},"routing":{_quote(document.tenant_id)},'
        f'"version":{document.version},"version_type":"external"{alias}}}}}\n{_encode(document.source)}\n'
    )


def _write_chunk(chunk: list[tuple[Write, str]], outcome: Outcome, *, seconds: float) -> None:
    pending = chunk

    def attempt() -> None:
        nonlocal pending
        body = "".join(lines for _, lines in pending)
        try:
            answer = engine_client.patient_client().bulk(body=body, params=_ANSWERED)
        except Exception as error:
            outcome.errors[type(error).__name__] += 1
            raise
        if not answer["errors"]:
            outcome.indexed += len(pending)
            return
        left = [one for one, item in zip(pending, answer["items"], strict=True) if not _settle(one[0], item, outcome)]
        outcome.retries += len(left)
        pending = left
        if left:
            raise engine_client.EngineBusy

    engine_client.with_retries(attempt, attempts=ATTEMPTS, seconds=seconds)


def _settle(one: Write, item: dict[str, Any], outcome: Outcome) -> bool:
    """Account for one answer; false where the write is to be tried again."""
    ((_, result),) = item.items()
    status = int(result["status"])
    if status in _SUCCESS:
        outcome.indexed += 1
    elif status == _CONFLICT:
        outcome.superseded += 1
    else:
        error = result.get("error") or {}
        kind = str(error.get("type", "unknown"))
        outcome.errors[kind] += 1
        if (
            status in (_MISSING, engine_client.TOO_MANY_REQUESTS)
            or status >= engine_client.SERVER_ERROR
            or kind in _RETRIED_ERRORS
        ):
            return False
        outcome.refused.append((one[1], kind, str(error.get("reason", ""))))
    return True
