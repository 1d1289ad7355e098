"""Documents: what is delivered of them says nothing of who made them, when and with what.

| what | how | what stays as it is, `unreadable` |
| --- | --- | --- |
| PDF | written anew, since edits are appended to it | signed or encrypted |
| Office Open XML, OpenDocument | parts of the package are replaced | signed or under a password |
| RTF | groups are cut out | |
| older Office | the properties are emptied in place | always: authors stand elsewhere too |

What else is an archive (EPUB among them) is as its author made it.
"""

from dataclasses import dataclass, field
from pathlib import Path

from parley.media.checking.metadata import compound, rtf
from parley.media.checking.metadata.byte_reading import PositionedFile, require, size_of
from parley.media.checking.metadata.edits import Edit, in_order
from parley.media.checking.sandbox import Metadata
from parley.media.media_types import OFFICE, OPEN_DOCUMENT

MAX_DOCUMENT_BYTES = 192 * 1024 * 1024
"""Of a file that is written anew, on the function's disk."""
_PDF, _ZIP, _RTF = "application/pdf", b"PK\x03\x04", b"{\\rtf"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the metadata: edits to apply, or a file that was written to be delivered instead."""

    metadata: Metadata
    edits: list[Edit] = field(default_factory=list)
    is_rewritten: bool = False


def is_document(content_type: str, head: bytes) -> bool:
    """Whether a file may be a document of one of these kinds, whatever it is named."""
    return content_type == _PDF or head.startswith((_ZIP, _RTF, compound.SIGNATURE))


def remove(content_type: str, file: PositionedFile, target: Path) -> Outcome:
    """Remove the metadata of a document. Raises `Malformed` where that cannot be done."""
    size = size_of(file)
    file.seek(0)
    head = file.read(len(compound.SIGNATURE))
    if content_type == _PDF:
        from parley.media.checking.rewriting import pdf  # noqa: PLC0415 - loaded for such a file alone

        require(size <= MAX_DOCUMENT_BYTES)
        return Outcome("removed", is_rewritten=pdf.rewrite(file, target))
    if head.startswith(_ZIP):
        from parley.media.checking.rewriting import packages  # noqa: PLC0415 - loaded for such a file alone

        is_named = content_type.startswith((OFFICE, OPEN_DOCUMENT))
        written = packages.rewrite(file, target, limit=MAX_DOCUMENT_BYTES, is_named=is_named)
        return Outcome("kept" if written is None else "removed", is_rewritten=bool(written))
    if head.startswith(_RTF):
        return Outcome("removed", in_order(rtf.edits_for(file), size))
    return Outcome("unreadable", in_order(compound.edits_for(file), size))
