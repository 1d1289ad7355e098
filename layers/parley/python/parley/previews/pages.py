"""What a page says of itself, read by libxml2 in a process of its own, as the decoders of foreign files.

Pages are foreign bytes like any other. The process has no credentials and no way to them, and is bounded in memory,
processor time and duration; one that crashes or hangs is a page without a preview.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.media.checking import sandbox
from parley.outbound.documents import Document

MODULE = "parley.previews.page_reader"
MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS, WALL_SECONDS = 5, 10


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Title, description and site as plain text, and where the picture is; a page without a title has no preview."""

    title: str
    description: str | None = None
    site_name: str | None = None
    image_url: str | None = None


def read(document: Document) -> PageFacts | None:
    """What a page says; None where it says nothing, or is not to be read."""
    said = json.dumps({"content_type": document.content_type, "url": document.url}).encode()
    with tempfile.TemporaryDirectory(prefix="page-") as directory:
        status, output = sandbox.run_apart(
            MODULE,
            (str(MEMORY_BYTES), str(CPU_SECONDS)),
            said + b"\n" + document.body,
            Path(directory),
            seconds=WALL_SECONDS,
        )
    if status != 0:
        return None
    facts: dict[str, Any] = json.loads(output)
    return PageFacts(**facts) if facts.get("title") else None
