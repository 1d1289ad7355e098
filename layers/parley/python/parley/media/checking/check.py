"""The check of an uploaded file: from `processing` to `ready` or `rejected`.

It runs on events that come at least once and in any order, also before the client has said that it is done: that the
object is there says so. Two runs at once do no harm: what a run delivers lies in a folder named after its content, and
the file's item names the folder of the run that was first. Nothing is delivered but the content that was checked: each
read, and the copy out of quarantine, is bound to the ETag that the run began with. Photos and films are delivered
without their metadata (`metadata`), unless the tenant keeps it.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from parley.errors import Unavailable
from parley.media import lifecycle, storage
from parley.media.checking import detection, sandbox, scanners
from parley.media.checking.metadata.edits import Edit, apply
from parley.media.checking.sandbox import Inspection, Refused
from parley.media.items import MediaItem
from parley.media.media_types import MEDIA_TYPES
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
    tail: bytes


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
            inspection = _inspect(item, stored, Path(directory))
            _deliver(item, stored, content, inspection)
        except Refused as refused:
            _reject(item, refused.reason)
        except ObjectChanged:
            raise Unavailable("The object was replaced while it was checked") from None


def _examine(item: MediaItem, stored: StoredObject) -> _Content:
    """One pass over the bytes, in constant memory: length, hash, magic number, malware. Raises `Refused`."""
    if stored.size != int(item.size):
        raise Refused("size_mismatch")
    digest, head, tail = hashlib.sha256(), b"", b""
    with ExitStack() as stack:
        scan = stack.enter_context(scanners.clamd_scan()) if media_settings().scanner == "clamd" else None
        for chunk in storage.read_chunks(stored, CHUNK_BYTES):
            digest.update(chunk)
            if len(head) < detection.HEAD_BYTES:
                head += chunk[: detection.HEAD_BYTES - len(head)]
            tail = (tail + chunk)[-detection.TAIL_BYTES :]
            if scan is not None:
                scan.feed(chunk)
        verdict = "clean" if scan is None else scan.verdict()
    if media_settings().scanner == "guardduty":
        verdict = scanners.guardduty_verdict(storage.tags(stored.key)) or "unscannable"
    if verdict != "clean":
        raise Refused("malware" if verdict == "infected" else "unscannable")
    content = _Content(digest.hexdigest(), head, tail)
    if item.sha256 is not None and content.sha256 != item.sha256:
        raise Refused("checksum_mismatch")
    if not detection.is_type(item.content_type, head):
        raise Refused("type_mismatch")
    if detection.is_polyglot(item.content_type, head, tail):
        raise Refused("polyglot")
    return content


def _inspect(item: MediaItem, stored: StoredObject, directory: Path) -> Inspection:
    if MEDIA_TYPES[item.content_type].kind in {"text", "file"}:
        return Inspection({})
    return sandbox.inspect(
        item.content_type,
        url=storage.sign_get(stored.key, INSPECT_URL_SECONDS).url,
        etag=stored.etag,
        size=stored.size,
        directory=directory,
        keep_metadata=bool(item.keep_metadata),
    )


def _deliver(item: MediaItem, stored: StoredObject, content: _Content, inspection: Inspection) -> None:
    """Copy the file out of quarantine, put its pictures beside it, and only then say that it is ready."""
    folder = storage.checked_folder(item.tenant_id, item.media_id, _fingerprint(content, inspection.edits))
    served = _promote(item, stored, content, inspection.edits, folder + storage.ORIGINAL)
    variants: dict[str, dict[str, int]] = {storage.ORIGINAL: {"size": served.size}}
    for name, picture in inspection.pictures.items():
        body = picture.path.read_bytes()
        storage.put(folder + name, body, content_type=THUMBNAIL_TYPE, cache_control=CACHE_CONTROL)
        variants[name] = {"size": len(body), "width": picture.width, "height": picture.height}
    facts = {
        "folder": folder,
        "etag": stored.etag,
        "sha256": content.sha256,
        "served_size": served.size,
        "served_sha256": served.sha256,
        "variants": json.dumps(variants),
        **{name: value for name, value in inspection.facts.items() if value is not None},
    }
    if not lifecycle.mark_ready(item, facts, served.size):
        _withdraw(item, folder, variants)


def _fingerprint(content: _Content, edits: Sequence[Edit]) -> str:
    """Names what is delivered: this content, with these edits."""
    if not edits:
        return content.sha256[:32]
    edited = f"{content.sha256}{json.dumps([edit.to_json() for edit in edits])}"
    return hashlib.sha256(edited.encode()).hexdigest()[:32]


def _promote(item: MediaItem, stored: StoredObject, content: _Content, edits: Sequence[Edit], key: str) -> _Served:
    """Deliver the file: S3 copies it, or it is written anew without its metadata, in constant memory."""
    if not edits:
        storage.promote(stored, key, content_type=item.content_type, cache_control=CACHE_CONTROL)
        return _Served(stored.size, content.sha256)
    digest, size = hashlib.sha256(), 0

    def served() -> Iterator[bytes]:
        nonlocal size
        for chunk in apply(storage.read_chunks(stored, CHUNK_BYTES), edits):
            digest.update(chunk)
            size += len(chunk)
            yield chunk

    storage.write(key, served(), content_type=item.content_type, cache_control=CACHE_CONTROL)
    return _Served(size, digest.hexdigest())


def _withdraw(item: MediaItem, folder: str, variants: Iterable[str]) -> None:
    """Another run was first, or the file has been deleted: take back what nothing names."""
    current = lifecycle.load(item.tenant_id, item.media_id)
    if current is None or current.status != "ready" or current.folder != folder:
        storage.delete(*(folder + name for name in variants))


def _reject(item: MediaItem, reason: str) -> None:
    """`processing` → `rejected`, with its bytes back in the quota and out of S3."""
    if lifecycle.end(item, "rejected", reason=reason):
        lifecycle.purge(item)


def keys_in(message: dict[str, Any]) -> list[str]:
    """The objects that a queued message is about: an event of S3's, GuardDuty's verdict, or one of our own."""
    if "key" in message:
        return [str(message["key"])]
    if "detail" in message:
        return [str(message["detail"]["s3ObjectDetails"]["objectKey"])]
    return [unquote_plus(record["s3"]["object"]["key"]) for record in message.get("Records", [])]
