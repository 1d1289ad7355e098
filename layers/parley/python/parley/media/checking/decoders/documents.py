"""PDF: that it can be read, and how many pages it has."""

import io
from typing import Any

from pypdf import PdfReader

from parley.media.checking.sandbox import Findings, NoPreview


def inspect_pdf(file: io.RawIOBase) -> Findings:
    """The page count that the document states; none for an encrypted one, which only its reader can open."""
    reader = PdfReader(io.BufferedReader(file), strict=False)
    if reader.is_encrypted:
        return {}, {}
    pages: Any = reader.root_object["/Pages"]
    count = pages["/Count"]
    if not isinstance(count, int) or count < 1:
        raise NoPreview("undecodable")
    return {"pages": int(count)}, {}
