"""PDF: that it can be read, and how many pages it has."""

import io
from typing import Any, cast

import pikepdf

from parley.media.checking.sandbox import Findings, NoPreview


def inspect_pdf(file: io.RawIOBase) -> Findings:
    """How many pages there are; nothing of a document under a password, which only its reader can open."""
    try:
        with pikepdf.open(cast("Any", io.BufferedReader(file))) as document:
            pages = len(document.pages)
    except pikepdf.PasswordError:
        return {}, {}
    except pikepdf.PdfError:
        raise NoPreview("undecodable") from None
    if not pages:
        raise NoPreview("undecodable")
    return {"pages": pages}, {}
