"""Detection of file types: its magic number, and whether it pretends to be something else as well.

Magic numbers say what a file begins as. Pictures, videos and PDFs are then parsed as that type (`inspection`), which is
the stricter test. A polyglot is a file that two parsers take for two types: what a scanner or browser makes of it would
depend on who looks, so it is refused.
"""

import re

import filetype

from parley.media.media_types import MEDIA_TYPES, canonical

HEAD_BYTES = 8192
TAIL_BYTES = 65_536 + 22
"""How far before a file's end a ZIP directory may begin to close: its record and the longest comment."""

_ZIP_END = b"PK\x05\x06"
_ZIP_END_LENGTH = 22
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|iframe|body)\b", re.IGNORECASE)
_MARKUP_WINDOW = 1024
_SVG = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<svg[\s>]", re.DOTALL)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_SAME_CONTAINER = {"audio/mp4": "video/mp4", "audio/webm": "video/webm"}
"""Containers whose magic number does not tell audio from video; the streams inside do."""


def detect(head: bytes) -> str | None:
    """The type that the first bytes say, by its canonical name; None for what has no magic number."""
    guessed = filetype.guess_mime(head)
    if guessed is not None:
        return canonical(guessed)
    return "image/svg+xml" if _SVG.match(head) else None


def is_type(declared: str, head: bytes) -> bool:
    """Whether a file that begins so can be of the declared type."""
    detected = detect(head)
    if MEDIA_TYPES[declared].kind == "text":
        return (detected is None and _is_text(head)) or (declared == "text/html" and detected == "image/svg+xml")
    if declared.startswith(_OFFICE):
        return detected in {declared, "application/zip"}
    return detected is not None and detected in {declared, _SAME_CONTAINER.get(declared, declared)}


def is_polyglot(declared: str, head: bytes, tail: bytes) -> bool:
    """Whether a file of this type is a ZIP, a PDF or a page of HTML as well."""
    kind = MEDIA_TYPES[declared].kind
    if kind in {"text", "vector"}:
        return False
    if kind != "file" and _ends_as_zip(tail):
        return True
    if declared != "application/pdf" and b"%PDF-" in head[:_MARKUP_WINDOW]:
        return True
    return kind in {"image", "audio", "video"} and _MARKUP.search(head[:_MARKUP_WINDOW]) is not None


def _ends_as_zip(tail: bytes) -> bool:
    """Whether the end holds a ZIP's closing record whose comment reaches exactly to the end of the file."""
    at = tail.rfind(_ZIP_END)
    while at >= 0:
        comment = int.from_bytes(tail[at + 20 : at + 22], "little")
        if at + _ZIP_END_LENGTH + comment == len(tail):
            return True
        at = tail.rfind(_ZIP_END, 0, at)
    return False


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters that no text has; a character cut at the end of the window is fine."""
    if b"\0" in head:
        return False
    text = head.decode(errors="replace") if len(head) < HEAD_BYTES else head[:-3].decode(errors="replace")
    return "\ufffd" not in text.removesuffix("\ufffd")
