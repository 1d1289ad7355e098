"""The process in which foreign files are decoded.

It is started as `python -m parley.media.checking.inspection <bytes of memory> <cpu seconds>`.

It reads a request from standard input, writes its findings to standard output as lines of JSON, one a step, and
pictures to the directory that it is given. Pictures are made of the file as it is delivered: without its metadata, over
which decoders stumble most. See `sandbox`.
"""

import io
import json
import resource
import sys
from pathlib import Path
from typing import Any

from parley.media.checking.metadata import removal
from parley.media.checking.metadata.byte_reading import Malformed
from parley.media.checking.metadata.edits import Edit, EditedFile
from parley.media.checking.ranges import RangeFile, Unreadable
from parley.media.checking.rewriting import documents
from parley.media.checking.sandbox import EXIT_RETRY, REWRITTEN, Findings, NoPreview, Refused
from parley.media.media_types import MEDIA_TYPES

MAX_FILE_BYTES = documents.MAX_DOCUMENT_BYTES + 16 * 1024 * 1024


def inspect(file: io.RawIOBase, content_type: str, directory: Path, orientation: int) -> Findings:
    """Decode a file of this type. Decoders are imported here, so that a picture's process does not load FFmpeg."""
    if content_type == "image/svg+xml":
        from parley.media.checking.decoders.vectors import inspect_svg  # noqa: PLC0415

        return inspect_svg(file)
    if content_type == "application/pdf":
        from parley.media.checking.decoders.documents import inspect_pdf  # noqa: PLC0415

        return inspect_pdf(file)
    if MEDIA_TYPES[content_type].kind in {"file", "other"}:
        return {}, {}
    if content_type.startswith("image/"):
        from parley.media.checking.decoders.pictures import inspect_image  # noqa: PLC0415

        return inspect_image(file, content_type, directory, orientation)
    from parley.media.checking.decoders.streams import inspect_stream  # noqa: PLC0415

    return inspect_stream(file, content_type, directory)


def bound(memory: int, cpu_seconds: int) -> None:
    """Limit this process for good."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def peak_kib() -> int:
    """The most memory that this process has had. `getrusage` would count the parent's from before the exec."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1])


def say(step: dict[str, Any]) -> None:
    """Tell the function what a step has found, at once: the next one may end this process."""
    sys.stdout.write(json.dumps(step) + "\n")
    sys.stdout.flush()


def main() -> int:
    bound(int(sys.argv[1]), int(sys.argv[2]))
    request = json.load(sys.stdin)
    file = RangeFile(request["url"], request["etag"], request["size"])
    try:
        edits = _remove(file, request)
        _preview(file, edits, request)
    except Unreadable:
        return EXIT_RETRY
    except Refused as refused:
        say({"refused": refused.reason})
    except NoPreview as none:
        say({"preview": "failed", "reason": none.reason, "facts": none.facts, "peak_kib": peak_kib()})
    except Exception as error:  # noqa: BLE001 - decoders raise whatever a broken file leads them to
        if file.unreadable:
            return EXIT_RETRY
        sys.stderr.write(f"{type(error).__name__}\n")
        reason = "too_complex" if isinstance(error, MemoryError) else "undecodable"
        say({"preview": "failed", "reason": reason, "peak_kib": peak_kib()})
    return 0


def _remove(file: RangeFile, request: dict[str, Any]) -> list[Edit]:
    """Say what removes the metadata, and what became of it. Kept or not, pictures are made without it."""
    content_type, keep = request["content_type"], request["keep_metadata"]
    is_media = removal.is_removable(content_type)
    if not is_media and (keep or not documents.is_document(content_type, file.read(8))):
        say({"metadata": "kept"})
        return []
    target = Path(request["directory"]) / REWRITTEN
    try:
        if is_media:
            found = documents.Outcome("removed", removal.edits_for(content_type, file))
        else:
            found = documents.remove(content_type, file, target)
    except (Malformed, OSError, MemoryError, ValueError, IndexError):
        if file.unreadable:
            raise Unreadable from None
        say({"metadata": "kept" if keep else "unreadable"})
        return []
    if keep:
        say({"metadata": "kept"})
    else:
        edits = [edit.to_json() for edit in found.edits]
        say({"metadata": found.metadata, "edits": edits, "rewritten": found.is_rewritten})
    return found.edits


def _preview(file: RangeFile, edits: list[Edit], request: dict[str, Any]) -> None:
    content_type = request["content_type"]
    orientation = removal.orientation_of(content_type, file)
    seen = EditedFile(file, request["size"], edits)
    facts, pictures = inspect(seen, content_type, Path(request["directory"]), orientation)
    made = "made" if pictures else "none"
    say({"preview": made, "reason": None, "facts": facts, "pictures": pictures, "peak_kib": peak_kib()})


if __name__ == "__main__":
    sys.exit(main())
