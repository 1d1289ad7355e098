"""The check of an uploaded file: from `processing` to `ready` or `rejected`.

It runs on events that come at least once and in any order, also before the client has said that it is done: that the
object is there says so. Two runs at once do no harm: what a run delivers lies in a folder named after its content, and
the file's item names the folder of the run that was first. Nothing is delivered but the content that was checked: each
read, and the copy out of quarantine, is bound to the ETag that the run began with.

Only danger (malware, what a browser would run) and a broken promise (size, hash, type) reject a file. What no decoder
reads is kept without a preview. Photos, films and recordings are delivered without their metadata (`metadata`), unless
the tenant keeps it; where it cannot be removed, the tenant's setting decides.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from parley.errors import Unavailable
from parley.media import lifecycle, storage, summaries, tombstones
from parley.media.checking import detection, sandbox, scanners
from parley.media.checking.charsets import TextReader
from parley.media.checking.metadata.edits import apply
from parley.media.checking.rewriting import documents
from parley.media.checking.sandbox import Inspection, Refused
from parley.media.items import MediaItem
from parley.media.media_types import MEDIA_TYPES, UNKNOWN, allowed_type
from parley.media.storage import ObjectChanged, StoredObject
from parley.settings import media_settings

CHUNK_BYTES = 1024 * 1024
CACHE_CONTROL = "private, max-age=31536000, immutable"
THUMBNAIL_TYPE = "image/webp"
INSPECT_URL_SECONDS = 300


@dataclass(frozen=True, slots=True)
class _Content:
    """What one pass over the bytes tells."""

    sha256: str
    head: bytes
    content_type: str
    charset: str | None


@dataclass(frozen=True, slots=True)
class _Served:
    """The original as it is delivered."""

    size: int
    sha256: str


def check(key: str) -> None:
    """Check the object that lies at a key in quarantine.

    Raises `Unavailable` for what may work later: the event is then delivered again, and in the end goes to the
    dead-letter queue; the sweeper repeats the check or rejects the file.
    """
    address = storage.parse_quarantine_key(key)
    if address is None:
        return
    item = lifecycle.load(*address)
    stored = storage.head(key)
    if item is None or item.status not in {"uploading", "processing"}:
        if stored is not None:
            storage.delete(key)  # posted again after its check, or what an aborted upload still brought
        return
    if stored is None:
        if item.status == "processing":
            raise Unavailable("The uploaded object is not there")
        return
    if item.status == "uploading" and not lifecycle.mark_processing(item):
        check(key)  # the client has just completed it, or ended it: look again
        return
    item.status = "processing"
    if not scanner_is_pending(key):
        _check(item, stored)
        storage.delete(key)


def scanner_is_pending(key: str) -> bool:
    """Whether GuardDuty has yet to say something: its event brings the file back here."""
    return media_settings().scanner == "guardduty" and scanners.guardduty_verdict(storage.tags(key)) is None


def _check(item: MediaItem, stored: StoredObject) -> None:
    with tempfile.TemporaryDirectory(prefix="check-") as directory:
        try:
            content = _examine(item, stored)
            inspection = _inspect(item, stored, content, Path(directory))
            content = _settled(item, content, inspection)
            _deliver(item, stored, content, inspection)
        except Refused as refused:
            _reject(item, refused.reason)
        except ObjectChanged:
            raise Unavailable("The object was replaced while it was checked") from None


def _examine(item: MediaItem, stored: StoredObject) -> _Content:
    """One pass over the bytes, in constant memory: length, hash, type, encoding, malware. Raises `Refused`."""
    if stored.size != int(item.size):
        raise Refused("size_mismatch")
    digest, head, text = hashlib.sha256(), b"", TextReader()
    with ExitStack() as stack:
        scan = stack.enter_context(scanners.clamd_scan()) if media_settings().scanner == "clamd" else None
        for chunk in storage.read_chunks(stored, CHUNK_BYTES):
            digest.update(chunk)
            if len(head) < detection.HEAD_BYTES:
                head += chunk[: detection.HEAD_BYTES - len(head)]
            text.feed(chunk)
            if scan is not None:
                scan.feed(chunk)
        text.end()
        verdict = "clean" if scan is None else scan.verdict()
    if media_settings().scanner == "guardduty":
        verdict = scanners.guardduty_verdict(storage.tags(stored.key)) or "unscannable"
    if verdict != "clean":
        raise Refused("malware" if verdict == "infected" else "unscannable")
    sha256 = digest.hexdigest()
    if item.sha256 is not None and sha256 != item.sha256:
        raise Refused("checksum_mismatch")
    content_type = detection.actual_type(item.content_type, head, is_text=text.is_text)
    return _Content(sha256, head, content_type, text.charset)


def _inspect(item: MediaItem, stored: StoredObject, content: _Content, directory: Path) -> Inspection:
    kind = MEDIA_TYPES[content.content_type].kind
    if kind == "text" or (kind in {"file", "other"} and not documents.is_document(content.content_type, content.head)):
        return Inspection()
    return sandbox.inspect(
        content.content_type,
        url=storage.sign_get(stored.key, INSPECT_URL_SECONDS).url,
        etag=stored.etag,
        size=stored.size,
        directory=directory,
        keep_metadata=bool(item.keep_metadata),
    )


def _settled(item: MediaItem, content: _Content, inspection: Inspection) -> _Content:
    """The content with its final type. Raises `Refused` for one that the tenant does not take."""
    name = inspection.content_type or content.content_type
    if inspection.preview == "failed":
        if detection.has_markup(content.head) and name != "image/svg+xml":
            raise Refused("polyglot")  # no picture, but a page
        if name == "image/svg+xml":
            name = UNKNOWN  # nobody has seen that it runs nothing
    if inspection.metadata == "unreadable" and item.reject_unreadable:
        raise Refused("metadata_unreadable")
    if name != item.content_type and allowed_type(name, item.accepted) is None:
        raise Refused("type_mismatch")
    return replace(content, content_type=name, charset=content.charset if MEDIA_TYPES[name].kind == "text" else None)


def _served_as(content: _Content) -> str:
    return content.content_type + (f"; charset={content.charset}" if content.charset else "")


def _deliver(item: MediaItem, stored: StoredObject, content: _Content, inspection: Inspection) -> None:
    """Copy the file out of quarantine, put its pictures beside it, and only then say that it is ready."""
    folder = storage.checked_folder(item.tenant_id, item.media_id, _fingerprint(content, inspection))
    served = _promote(stored, content, inspection, folder + storage.ORIGINAL)
    variants: dict[str, dict[str, int]] = {storage.ORIGINAL: {"size": served.size}}
    for name, picture in inspection.pictures.items():
        body = picture.path.read_bytes()
        storage.put(folder + name, body, content_type=THUMBNAIL_TYPE, cache_control=CACHE_CONTROL)
        variants[name] = {"size": len(body), "width": picture.width, "height": picture.height}
    found: dict[str, Any] = {
        "folder": folder,
        "etag": stored.etag,
        "sha256": content.sha256,
        "content_type": content.content_type,
        "charset": content.charset,
        "metadata": inspection.metadata,
        "preview": inspection.preview,
        "reason": inspection.reason,
        "served_size": served.size,
        "served_sha256": served.sha256,
        "variants": json.dumps(variants),
        **inspection.facts,
    }
    facts = {name: value for name, value in found.items() if value is not None}
    ready = lifecycle.mark_ready(item, facts, served.size)
    if ready is None:
        _withdraw(item, folder, variants)
    elif ready.attach_token:
        summaries.show(ready, summaries.AT_ONCE)


def _fingerprint(content: _Content, inspection: Inspection) -> str:
    """Names what is delivered: this content, as this type, with these edits or written anew like this."""
    edited = f"{content.sha256}{_served_as(content)}{json.dumps([edit.to_json() for edit in inspection.edits])}"
    if inspection.rewritten is not None:
        with inspection.rewritten.open("rb") as file:
            edited += hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(edited.encode()).hexdigest()[:32]


def _promote(stored: StoredObject, content: _Content, inspection: Inspection, key: str) -> _Served:
    """Deliver the file: S3 copies it, or it is written anew without its metadata, in constant memory."""
    if inspection.rewritten is None and not inspection.edits:
        storage.promote(stored, key, content_type=_served_as(content), cache_control=CACHE_CONTROL)
        return _Served(stored.size, content.sha256)
    digest, size = hashlib.sha256(), 0

    def served() -> Iterator[bytes]:
        nonlocal size
        for chunk in _chunks(stored, inspection):
            digest.update(chunk)
            size += len(chunk)
            yield chunk

    storage.write(key, served(), content_type=_served_as(content), cache_control=CACHE_CONTROL)
    return _Served(size, digest.hexdigest())


def _chunks(stored: StoredObject, inspection: Inspection) -> Iterator[bytes]:
    """The bytes that are delivered."""
    if inspection.rewritten is None:
        yield from apply(storage.read_chunks(stored, CHUNK_BYTES), inspection.edits)
        return
    with inspection.rewritten.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _withdraw(item: MediaItem, folder: str, variants: Iterable[str]) -> None:
    """Another run was first, or the file has been deleted: take back what nothing names."""
    current = lifecycle.load(item.tenant_id, item.media_id)
    if current is None or current.status != "ready" or current.folder != folder:
        storage.delete(*(folder + name for name in variants))


def _reject(item: MediaItem, reason: str) -> None:
    """`processing` → `rejected`, with its bytes back in the quota and out of S3."""
    if lifecycle.end(item, "rejected", reason=reason):
        lifecycle.purge(item)
        current = lifecycle.load(item.tenant_id, item.media_id)
        if current is not None and current.attach_token:
            tombstones.show(current, "rejected")


def keys_in(message: dict[str, Any]) -> list[str]:
    """The objects that a queued message is about: an event of S3's, GuardDuty's verdict, or one of our own."""
    if "key" in message:
        return [str(message["key"])]
    if "detail" in message:
        return [str(message["detail"]["s3ObjectDetails"]["objectKey"])]
    return [unquote_plus(record["s3"]["object"]["key"]) for record in message.get("Records", [])]
