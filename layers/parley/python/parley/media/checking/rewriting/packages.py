"""Office Open XML and OpenDocument: ZIP packages, written anew without what they say about their making.

Parts that do not change are copied as they are packed. What the archive itself says goes too: times of its entries and
its comment. A ZIP that is no document is left as it is.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from parley.media.checking.detection import detect
from parley.media.checking.metadata import compound, removal
from parley.media.checking.metadata.byte_reading import Malformed, PositionedFile, require
from parley.media.checking.metadata.edits import apply, in_order
from parley.media.checking.rewriting import parts

MAX_ENTRIES = 20_000
MAX_PART_BYTES = 48 * 1024 * 1024
"""Of a part that is looked into: it is in memory."""
MAX_DEPTH = 2
_COPY_BYTES = 1024 * 1024
_TAIL_BYTES = 22 + 65_535
"""The end of the archive's directory, with the longest comment."""
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_EPOCH = 0x21
"""The first of January 1980, as Office dates all entries."""
_IS_UTF8, _IS_ENCRYPTED = 0x800, 0x1
_MARKUP = (".xml", ".rels", ".rdf", ".vml")


@dataclass(slots=True)
class _Part:
    """`content` is set where it has changed."""

    info: zipfile.ZipInfo
    content: bytes | None = None


class _Package:
    def __init__(self, file: Any) -> None:
        self.file = file
        require(_count(file) <= MAX_ENTRIES)
        try:
            self._archive = zipfile.ZipFile(cast("IO[bytes]", file))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
            raise Malformed from None
        self.infos = self._archive.infolist()
        self.has_comment = bool(self._archive.comment)
        self.names = [info.filename for info in self.infos]

    def read(self, name: str) -> bytes:
        info = self._archive.getinfo(name)
        require(info.file_size <= MAX_PART_BYTES)
        try:
            with self._archive.open(info) as part:
                content = part.read(MAX_PART_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError):
            raise Malformed from None
        require(len(content) <= MAX_PART_BYTES)
        return content

    def is_picture_or_film(self, info: zipfile.ZipInfo) -> bool:
        with self._archive.open(info) as part:
            kind = detect(part.read(4096))
        return kind is not None and removal.is_removable(kind)

    def packed(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The bytes of an entry, as they are in the archive."""
        self.file.seek(info.header_offset)
        header = self.file.read(30)
        require(header[:4] == _LOCAL)
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        self.file.seek(info.header_offset + 30 + name_length + extra_length)
        left = info.compress_size
        while left:
            block = self.file.read(min(left, _COPY_BYTES))
            require(bool(block))
            left -= len(block)
            yield block


def _count(file: Any) -> int:
    """How many entries an archive says that it has, before they are listed in memory."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    at = tail.rfind(_END)
    require(at >= 0)
    return int.from_bytes(tail[at + 10 : at + 12], "little")


def rewrite(file: PositionedFile, target: Path, *, limit: int, is_named: bool) -> bool | None:
    """Write the document without its metadata; None for an archive that is no document, false for one without any.

    Raises `Malformed` for one that is signed, under a password, larger than `limit`, or not built as it should be; an
    archive that cannot be listed is a document only where it `is_named` so.
    """
    try:
        _Package(file)
    except Malformed:
        if is_named:
            raise
        return None
    with target.open("wb") as out:
        return _rewrite(file, out, limit=limit)


def _rewrite(file: Any, out: IO[bytes], *, limit: int, depth: int = 0) -> bool | None:
    package = _Package(file)
    changes = _changes(package)
    if changes is None:
        return None
    require(sum(info.compress_size for info in package.infos) <= limit)
    require(len(set(package.names)) == len(package.names))
    require(not any(parts.SIGNATURES.fullmatch(name) for name in package.names))
    require(not any(info.flag_bits & _IS_ENCRYPTED for info in package.infos))
    found = [_cleaned(package, info, changes.get(info.filename, ()), depth) for info in package.infos]
    is_dated = any(info.date_time[:3] > (1980, 1, 1) or info.extra or info.comment for info in package.infos)
    if not is_dated and not package.has_comment and all(part.content is None for part in found):
        return False
    _write(package, found, out)
    return True


def _changes(package: _Package) -> dict[str, tuple[parts.Change, ...]] | None:
    if "[Content_Types].xml" in package.names and any(name.startswith(parts.OFFICE_FOLDERS) for name in package.names):
        return parts.of_office(package.names, package.read)
    if package.names[:1] == ["mimetype"] and package.read("mimetype").startswith(_OPEN_DOCUMENT):
        if "META-INF/manifest.xml" in package.names:
            require(b"encryption-data" not in package.read("META-INF/manifest.xml"))
        return parts.of_open_document(package.names)
    return None


def _cleaned(package: _Package, info: zipfile.ZipInfo, changes: tuple[parts.Change, ...], depth: int) -> _Part:
    name = info.filename
    if changes:
        before = package.read(name)
        after = parts.changed(before, changes)
        return _Part(info, None if after == before else after)
    if info.is_dir() or name.lower().endswith(_MARKUP) or not info.file_size:
        return _Part(info)
    if info.file_size > MAX_PART_BYTES:
        require(not package.is_picture_or_film(info))
        return _Part(info)
    return _Part(info, _inside(package.read(name), depth))


def _inside(content: bytes, depth: int) -> bytes | None:
    """A picture, film or document within: without its metadata; None where it has none, or is something else."""
    kind = detect(content[:8192])
    if content.startswith(_LOCAL) and depth < MAX_DEPTH:
        out = io.BytesIO()
        try:
            return out.getvalue() if _rewrite(io.BytesIO(content), out, limit=len(content), depth=depth + 1) else None
        except Malformed:
            return None
    try:
        if content.startswith(compound.SIGNATURE):
            edits = in_order(compound.edits_for(io.BytesIO(content)), len(content))
        elif kind is not None and removal.is_removable(kind):
            edits = removal.edits_for(kind, io.BytesIO(content))
        else:
            return None
    except (Malformed, ValueError, IndexError):
        return None  # nothing that is drawn
    return b"".join(apply([content], edits)) if edits else None


def _write(package: _Package, found: list[_Part], out: IO[bytes]) -> None:
    """A ZIP whose entries have no dates and say their sizes at once."""
    directory = []
    for part in found:
        info = part.info
        name, flags = _name(info)
        method, crc, length, size = info.compress_type, info.CRC, info.compress_size, info.file_size
        blocks: Any = None
        if part.content is not None:
            body = _deflated(part.content) if method == zipfile.ZIP_DEFLATED else part.content
            method = method if method == zipfile.ZIP_DEFLATED else zipfile.ZIP_STORED
            crc, length, size, blocks = zlib.crc32(part.content), len(body), len(part.content), [body]
        about = struct.pack("<HHHHHIIIHH", 20, flags, method, 0, _EPOCH, crc, length, size, len(name), 0)
        at = out.tell()
        out.write(_LOCAL + about + name)
        for block in blocks or package.packed(info):
            out.write(block)
        made = struct.pack("<H", 20)
        directory.append(_CENTRAL + made + about + struct.pack("<HHHII", 0, 0, 0, 0, at) + name)
    start = out.tell()
    out.write(b"".join(directory))
    count, length = len(directory), out.tell() - start
    out.write(_END + struct.pack("<HHHHIIH", 0, 0, count, count, length, start, 0))


def _name(info: zipfile.ZipInfo) -> tuple[bytes, int]:
    try:
        return info.filename.encode("ascii"), 0
    except UnicodeEncodeError:
        return info.filename.encode(), _IS_UTF8


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()
