"""Detection of file types: what a file really is, by its first bytes.

Names and signatures are those of the standards: PNG (an animated one too), brands of ISO base media, RIFF and EBML
document types. A signature of two bytes counts only with the structure behind it, and what is declared as text and is
text is that.
"""

import re
from xml.parsers import expat
from xml.parsers.expat import errors

from parley.media.checking.sandbox import Refused
from parley.media.media_types import MEDIA_TYPES, OFFICE, OPEN_DOCUMENT, UNKNOWN

HEAD_BYTES = 8192
_WINDOW = 1024
"""How far into a file readers look for a PDF's beginning, and browsers for markup."""
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|iframe|body)\b", re.IGNORECASE)
_CFB = "application/x-cfb"
"""OLE's container: Office's older formats, and newer ones under a password."""
_LEGACY_OFFICE = frozenset({"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"})

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    *((signature, "image/tiff") for signature in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"caff\0\1", "audio/x-caf"),
    (b"%PDF-", "application/pdf"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _CFB),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_PICTURE_BRANDS = (
    ("image/avif", frozenset({b"avif", b"avis"})),
    ("image/heic", frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})),
)
_QUICKTIME_ATOMS = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_ISO_MEDIA = frozenset(
    f"{kind}/{name}" for kind in ("video", "audio") for name in ("mp4", "3gpp", "3gpp2", "quicktime")
)
_DIB_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_BITRATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
"""Of MPEG 1, and of 2 and 2.5, layer III, in kbit/s."""
_RATES = (44_100, 48_000, 32_000)


def actual_type(declared: str, head: bytes, *, is_text: bool) -> str:
    """What a file of this declared type is.

    A file may be another of its family (a PNG named JPEG), and what was declared as a download whatever it is.
    Raises `Refused` where a picture, film, sound or document was declared and something else came.
    """
    kind, detected = MEDIA_TYPES[declared].kind, detect(head)
    if kind == "text":
        return declared if is_text else _as_download(detected)
    if kind in {"file", "other"}:
        return _download(declared, detected, head, is_text=is_text)
    if kind == "vector":
        return _drawing(declared, detected, head)
    if detected is None and declared == "audio/mpeg" and not is_text and not has_markup(head):
        return declared  # what stands before the first frame may be anything: the decoder tells
    if detected is not None and _family(declared) == _family(detected):
        return declared if _same_container(declared, detected) else detected
    raise Refused("type_mismatch")


def _drawing(declared: str, detected: str | None, head: bytes) -> str:
    """What was declared as SVG: that, a packed one, or XML of which the head does not say yet what it is."""
    if detected == declared or (detected is None and _may_be_drawing(head)):
        return declared
    if detected == "application/gzip":
        return detected  # browsers show it only where a server says that it is packed
    raise Refused("type_mismatch")


def has_markup(head: bytes) -> bool:
    """Whether a page that ignores types would take this for one of its own."""
    return _MARKUP.search(head[:_WINDOW]) is not None


def detect(head: bytes) -> str | None:
    """The type that the first bytes say, by its canonical name; None for what has no signature."""
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    for look in (_container, _archive, _pdf, _bitmap, _icon, _tagged, _sound, _svg):
        found = look(head)
        if found is not None:
            return found
    return None


def _family(name: str) -> str:
    kind = MEDIA_TYPES[name].kind if name in MEDIA_TYPES else "file"
    if name.startswith("image/"):
        return "image" if name != "image/svg+xml" else kind
    return "stream" if kind in {"audio", "video"} else kind


def _same_container(declared: str, detected: str) -> bool:
    """Whether the signature cannot tell the two apart: streams do, or nothing needs to."""
    if declared in _ISO_MEDIA and detected in {"video/mp4", "audio/mp4"}:
        return declared != "video/quicktime"
    pairs = {declared, detected}
    return (
        declared == detected
        or {name.partition("/")[2] for name in pairs} in ({"webm"}, {"x-matroska"}, {"ogg"}, {"3gpp"}, {"3gpp2"})
        or (declared, detected) == ("video/mp4", "video/quicktime")  # played under this name alone
        or (declared, detected) == ("audio/aac", "audio/mpeg")  # an ID3 tag stands before either
    )


def _download(declared: str, detected: str | None, head: bytes, *, is_text: bool) -> str:
    if detected is None and is_text and declared == "application/vnd.ms-excel" and not head.lstrip().startswith(b"<"):
        return "text/csv"  # as Windows names it
    if detected == "application/zip" and declared.startswith((OFFICE, OPEN_DOCUMENT, "application/epub")):
        return declared
    if detected == _CFB and (declared in _LEGACY_OFFICE or declared.startswith(OFFICE)):
        return declared
    if declared == "application/zip" and _family(detected or "") == "file" and head.startswith(b"PK"):
        return declared  # a document is a ZIP too
    return _as_download(detected)


def _as_download(detected: str | None) -> str:
    """A type that no page runs; what has no known name, or could be run, is bytes."""
    known = MEDIA_TYPES.get(detected or "")
    return UNKNOWN if known is None or known.kind in {"vector", "text"} else known.name


def _container(head: bytes) -> str | None:
    if head[4:8] == b"ftyp" or (head[4:8] in _QUICKTIME_ATOMS and head[:1] == b"\0"):
        return _branded(head)
    if head[:4] in {b"RIFF", b"RF64"}:
        return _RIFF.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        return "audio/aiff"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head[:4] == b"OggS":
        return "video/ogg" if any(name in head[:512] for name in (b"\x80theora", b"OVP80", b"BBCD\0")) else "audio/ogg"
    return None


def _branded(head: bytes) -> str:
    """A file of ISO base media, by its major brand or, where that names no one kind, by the compatible ones."""
    if head[4:8] != b"ftyp":
        return "video/quicktime"  # from before there were brands
    length = max(16, min(int.from_bytes(head[:4], "big"), len(head)))
    major = head[8:12]
    brands = [major, *(head[at : at + 4] for at in range(16, length, 4))]
    for name, known in _PICTURE_BRANDS:
        if major in known or (major in {b"mif1", b"msf1", b"miaf", b"mif2"} and known & {*brands}):
            return name
    if major in {b"mif1", b"msf1"}:
        return "image/heic"
    if major == b"qt  ":
        return "video/quicktime"
    if major[:3] in {b"M4A", b"M4B", b"M4P"}:
        return "audio/mp4"
    return {b"3g2": "video/3gpp2", b"3gp": "video/3gpp", b"3ge": "video/3gpp"}.get(major[:3], "video/mp4")


def _archive(head: bytes) -> str | None:
    """A ZIP, or the document that it is: OpenDocument and EPUB say so in their first entry, Office by its folders."""
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return None
    if head[30:38] == b"mimetype":
        stated = head[38 : 38 + int.from_bytes(head[18:22], "little")].decode("ascii", "replace").strip()
        return stated if stated in MEDIA_TYPES else "application/zip"
    if b"[Content_Types].xml" in head or b"_rels/" in head:
        for folder, name in ((b"word/", "wordprocessingml.document"), (b"xl/", "spreadsheetml.sheet")):
            if folder in head:
                return OFFICE + name
        if b"ppt/" in head:
            return OFFICE + "presentationml.presentation"
    return "application/zip"


def _pdf(head: bytes) -> str | None:
    return "application/pdf" if b"%PDF-" in head[:_WINDOW] else None


def _icon(head: bytes) -> str | None:
    """Icons and cursors begin with a number of few bits, so the first picture has to be where it is said to be."""
    if head[:4] not in {b"\0\0\1\0", b"\0\0\2\0"} or len(head) < 22:  # noqa: PLR2004 - with one entry
        return None
    count, at = int.from_bytes(head[4:6], "little"), int.from_bytes(head[18:22], "little")
    picture = head[at : at + 4]
    is_one = count > 0 and 6 + 16 * count <= at and (picture in {b"\x89PNG", b"(\x00\x00\x00"})
    return "image/x-icon" if is_one else None


def _bitmap(head: bytes) -> str | None:
    is_one = head[:2] == b"BM" and head[6:10] == bytes(4) and int.from_bytes(head[14:18], "little") in _DIB_HEADERS
    return "image/bmp" if is_one else None


def _tagged(head: bytes) -> str | None:
    """What stands behind an ID3 tag is MPEG audio, unless it says otherwise; a tag may be longer than what is read."""
    if not head.startswith(b"ID3"):
        return None
    behind = after_tags(head)
    return "audio/flac" if behind.startswith(b"fLaC") else "audio/mpeg"


def after_tags(head: bytes) -> bytes:
    """The beginning of a file without the ID3 tags before it."""
    while head.startswith(b"ID3") and len(head) >= 10:  # noqa: PLR2004 - a tag's header
        length = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        head = head[10 + length + (10 if head[5] & 0x10 else 0) :]
    return head


def _sound(head: bytes) -> str | None:
    """MPEG audio and AAC have no signature but a sync word a frame: two frames in a row are one."""
    frames = head.lstrip(b"\0")
    for name, length_of in (("audio/mpeg", _mpeg_frame), ("audio/aac", _adts_frame)):
        length = length_of(frames)
        if length and (length + 4 > len(frames) or length_of(frames[length:])):
            return name
    return None


def _mpeg_frame(data: bytes) -> int:
    """The length of a frame of layer III: MPEG 1, 2 or 2.5; 0 for anything else."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2 or data[1] & 0x18 == 0x08:  # noqa: PLR2004
        return 0
    version, bitrate, rate = data[1] >> 3 & 3, data[2] >> 4, data[2] >> 2 & 3
    if not 0 < bitrate < 15 or rate == 3:  # noqa: PLR2004 - free and reserved
        return 0
    is_first = version == 3  # noqa: PLR2004 - MPEG 1
    kilobits = _BITRATES[0 if is_first else 1][bitrate]
    hertz = _RATES[rate] >> {3: 0, 2: 1, 0: 2}[version]
    return (144 if is_first else 72) * kilobits * 1000 // hertz + (data[2] >> 1 & 1)


def _adts_frame(data: bytes) -> int:
    if len(data) < 7 or data[0] != 0xFF or data[1] & 0xF6 != 0xF0:  # noqa: PLR2004
        return 0
    length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
    return length if length >= 7 and data[2] >> 2 & 15 < 13 else 0  # noqa: PLR2004 - its header; rates


def _svg(head: bytes) -> str | None:
    """Whether the root of an XML document is an SVG drawing, whatever stands before it and in whatever encoding."""
    return "image/svg+xml" if _root(head)[0] in {"svg", "http://www.w3.org/2000/svg svg"} else None


def _may_be_drawing(head: bytes) -> bool:
    """Whether XML has no root yet where the head ends, or is in an encoding that only its decoder may read."""
    root, failure = _root(head)
    if root is not None:
        return False
    return (failure is None and len(head) == HEAD_BYTES) or failure == errors.codes[errors.XML_ERROR_UNKNOWN_ENCODING]


def _root(head: bytes) -> tuple[str | None, int | None]:
    """The name of an XML document's first element, if it comes, and the code of the error that ended the search."""
    roots: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, _attributes: object) -> None:
        roots.append(name)
        parser.StartElementHandler = None

    parser.StartElementHandler = start
    failure = None
    try:
        parser.Parse(head.lstrip(b" \t\r\n"), False)
    except expat.ExpatError as error:
        failure = error.code
    except (ValueError, LookupError):  # multi-byte encodings, and those that Python does not know
        failure = errors.codes[errors.XML_ERROR_UNKNOWN_ENCODING]
    return next(iter(roots), None), failure
