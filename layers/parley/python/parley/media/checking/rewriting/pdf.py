"""PDF: written anew without what it says about its author, its making and its earlier versions.

Edits are appended to a PDF, so what was changed or deleted is still in it: only a new file without the old parts is rid
of them. Pages and what they draw are copied as they are.
"""

import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pikepdf

from parley.media.checking.metadata import jpeg
from parley.media.checking.metadata.byte_reading import Malformed, PositionedFile, require, size_of
from parley.media.checking.metadata.edits import apply, in_order

MAX_OBJECTS = 200_000
MAX_PICTURE_BYTES = 32 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024
_CATALOG_KEYS = """
    Type Version Extensions Pages PageLabels Names Dests ViewerPreferences PageLayout PageMode Outlines Threads
    OpenAction AA URI AcroForm StructTreeRoot MarkInfo Lang OutputIntents OCProperties Requirements Collection
    NeedsRendering AF DPartRoot
"""
_PAGE_KEYS = """
    Type Parent Resources MediaBox CropBox BleedBox TrimBox ArtBox BoxColorInfo Contents Rotate Group B Dur Trans Annots
    AA StructParents SeparationInfo Tabs TemplateInstantiated PresSteps UserUnit VP AF OutputIntents DPart PZ
"""
_KEPT = {
    "/Catalog": frozenset(f"/{name}" for name in _CATALOG_KEYS.split()),
    "/Page": frozenset(f"/{name}" for name in _PAGE_KEYS.split()),
}
"""What stays of a document and of a page, by the standard: programs add entries of their own."""
_TRAILER = frozenset({"/Root", "/Size", "/ID", "/Prev", "/XRefStm", "/Type", "/W", "/Index", "/Length", "/Filter"})
_TRAILER_OF_STREAM = frozenset({"/DecodeParms"})
_ANYWHERE = frozenset({"/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/CreatorInfo"})
_OF_ANNOTATIONS = frozenset({"/T", "/M", "/CreationDate", "/NM", "/Subj"})
"""Who wrote a note, and when. Of a field of a form `/T` is its name."""
_OF_FILES = frozenset({"/CreationDate", "/ModDate", "/Mac"})
_INFORMATION = frozenset({"/Author", "/Creator", "/Producer", "/ModDate", "/Keywords"})
_JPEG, _DEFLATED_JPEG = ["/DCTDecode"], ["/FlateDecode", "/DCTDecode"]


def rewrite(file: PositionedFile, target: Path) -> bool:
    """Write the document without its metadata; false, and nothing written, where it has none.

    Raises `Malformed` for one that cannot be changed: encrypted, signed, or beyond repair.
    """
    try:
        with pikepdf.open(cast("Any", io.BufferedReader(file))) as document:
            require(not document.is_encrypted and not _is_signed(document))
            require(len(document.pages) > 0 and not _is_source(document))
            was_linear = document.is_linearized
            found = _clean(document)
            if not found and not _has_history(file, expected=2 if was_linear else 1):
                return False
            document.save(
                target,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                compress_streams=False,
                fix_metadata_version=False,
                preserve_pdfa=False,
                deterministic_id=True,
                linearize=was_linear,
            )
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, KeyError, AttributeError, RuntimeError):
        raise Malformed from None
    return True


def _is_signed(document: pikepdf.Pdf) -> bool:
    """A signature is of the bytes, so a document that is signed is left as it is."""
    form = document.Root.get("/AcroForm")
    flags = form.get("/SigFlags", 0) if isinstance(form, pikepdf.Dictionary) else 0
    return bool(int(cast("Any", flags)) & 1) or "/Perms" in document.Root


def _is_source(document: pikepdf.Pdf) -> bool:
    """Illustrator's own files are PDF with what it needs in an entry of its own: without it none can be edited."""
    kept = document.pages[0].get("/PieceInfo")
    return isinstance(kept, pikepdf.Dictionary) and "/Illustrator" in kept


def _clean(document: pikepdf.Pdf) -> bool:
    """Remove what is metadata from every object; whether there was any."""
    found = False
    for name in set(document.trailer.keys()) - _TRAILER - _TRAILER_OF_STREAM:
        del document.trailer[name]
        found = True
    for number, each in enumerate(document.objects):
        require(number < MAX_OBJECTS)
        for inner in _dictionaries(each):
            found = _clean_dictionary(inner) or found
        if isinstance(each, pikepdf.Stream):
            found = _clean_picture(each) or found
    return found


def _dictionaries(root: Any) -> Iterator[Any]:
    """The dictionaries that are written within an object."""
    waiting, seen = [root], 0
    while waiting:
        each = waiting.pop()
        seen += 1
        require(seen < MAX_OBJECTS)
        if isinstance(each, pikepdf.Array):
            inside = list(cast("Any", each))
        elif isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            yield each
            inside = [value for _, value in each.items()]
        else:
            continue
        waiting += [
            value for value in inside if isinstance(value, pikepdf.Array | pikepdf.Dictionary) and not value.is_indirect
        ]


def _clean_dictionary(each: Any) -> bool:
    names = set(each.keys())
    kind = str(each.get("/Type", ""))
    gone = names & _ANYWHERE
    if kind in _KEPT:
        gone |= names - _KEPT[kind]
    elif {"/Subtype", "/Rect"} <= names:
        gone |= {name for name in names if ":" in name}
        gone |= names & (_OF_ANNOTATIONS - {"/T"} if str(each["/Subtype"]) == "/Widget" else _OF_ANNOTATIONS)
    elif kind == "/EmbeddedFile" or {"/Size", "/CheckSum"} & names:
        gone |= names & _OF_FILES
    for name in gone:
        del each[name]
    left_behind = not kind and bool(names & _INFORMATION)  # a description that nothing points at is not written
    return bool(gone) or left_behind


def _clean_picture(stream: pikepdf.Stream) -> bool:
    """Photos lie in a PDF as they came from the camera, with their place."""
    if str(stream.get("/Subtype", "")) != "/Image":
        return False
    filters = stream.get("/Filter")
    names = [str(each) for each in cast("Any", filters)] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if names not in (_JPEG, _DEFLATED_JPEG):
        return False
    raw = stream.read_raw_bytes()
    require(len(raw) <= MAX_PICTURE_BYTES)
    try:
        raw = zlib.decompress(raw) if names == _DEFLATED_JPEG else raw
        edits = in_order(jpeg.edits_for(io.BytesIO(raw)), len(raw))
    except (zlib.error, Malformed, ValueError, IndexError):
        return False  # readers draw nothing of it
    if edits:
        stream.write(b"".join(apply([raw], edits)), filter=pikepdf.Name.DCTDecode)
    return bool(edits)


def _has_history(file: PositionedFile, expected: int) -> bool:
    """Whether there are earlier versions in the file, or something behind its end."""
    size, found, position, last = size_of(file), 0, 0, b""
    while position < size:
        file.seek(position)
        block = last + file.read(BLOCK_BYTES)
        found += len(re.findall(rb"startxref", block))
        position += BLOCK_BYTES
        last = block[-8:]
    file.seek(max(0, size - 1024))
    end = file.read(1024)
    return found != expected or end.rpartition(b"%%EOF")[2].strip(b"\r\n \t\0") != b""
