"""The process in which foreign files are decoded.

It is started as `python -m parley.media.checking.inspection <bytes of memory> <cpu seconds>`.

It reads a request from standard input, writes its findings to standard output as JSON and pictures to the directory
that it is given. Whatever goes wrong is a refusal of the file, except that S3 could not be read. See `sandbox`.
"""

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parley.media.checking.metadata import removal
from parley.media.checking.metadata.orientation import UPRIGHT
from parley.media.checking.ranges import RangeFile, Unreadable
from parley.media.checking.sandbox import EXIT_RETRY, Findings, Refused

Inspector = Callable[[RangeFile, str, Path], Findings]


def inspector_of(content_type: str) -> Inspector:
    """The decoder of a type. Imported here, so that a picture's process does not load FFmpeg."""
    if content_type == "image/svg+xml":
        from parley.media.checking.decoders.vectors import inspect_svg  # noqa: PLC0415

        return lambda file, *_: inspect_svg(file)
    if content_type == "application/pdf":
        from parley.media.checking.decoders.documents import inspect_pdf  # noqa: PLC0415

        return lambda file, *_: inspect_pdf(file)
    if content_type.startswith("image/"):
        from parley.media.checking.decoders.pictures import inspect_image  # noqa: PLC0415

        return inspect_image
    from parley.media.checking.decoders.streams import inspect_stream  # noqa: PLC0415

    return inspect_stream


def bound(memory: int, cpu_seconds: int) -> None:
    """Limit this process for good."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024 * 1024, 64 * 1024 * 1024))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def peak_kib() -> int:
    """The most memory that this process has had. `getrusage` would count the parent's from before the exec."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1])


def main() -> int:
    bound(int(sys.argv[1]), int(sys.argv[2]))
    request = json.load(sys.stdin)
    file = RangeFile(request["url"], request["etag"], request["size"])
    try:
        inspect = inspector_of(request["content_type"])
        facts, pictures = inspect(file, request["content_type"], Path(request["directory"]))
        orientation = facts.pop("orientation", UPRIGHT)
        edits = [] if request["keep_metadata"] else removal.edits_for(request["content_type"], file, orientation)
    except Unreadable:
        return EXIT_RETRY
    except Refused as refused:
        answer: dict[str, Any] = {"refused": refused.reason}
    except MemoryError:
        answer = {"refused": "too_complex"}
    except Exception as error:  # noqa: BLE001 - decoders raise whatever a broken file leads them to
        if file.unreadable:
            return EXIT_RETRY
        sys.stderr.write(f"{type(error).__name__}\n")
        answer = {"refused": "undecodable"}
    else:
        answer = {
            "facts": facts,
            "pictures": pictures,
            "edits": [edit.to_json() for edit in edits],
            "peak_kib": peak_kib(),
        }
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
