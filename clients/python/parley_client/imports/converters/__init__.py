"""Converters: from the export files of other services to a file that Parley imports as a job.

>>> with open("chat.jsonl", "w", encoding="utf-8") as file:
...     left_out = convert("slack", Path("export.zip"), file)
"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TextIO, get_args

from parley_client.imports.converters import mattermost, sendbird, slack, stream
from parley_client.imports.converters.chat import Chat
from parley_client.imports.converters.files import NotAnExport

Service = Literal["stream", "sendbird", "slack", "mattermost"]
SERVICES: tuple[Service, ...] = get_args(Service)
_READERS: dict[Service, Callable[[Path], Chat]] = {
    "stream": stream.read,
    "sendbird": sendbird.read,
    "slack": slack.read,
    "mattermost": mattermost.read,
}

__all__ = ["SERVICES", "NotAnExport", "Service", "convert"]


def convert(service: Service, path: Path, file: TextIO) -> tuple[Counter[str], Counter[str]]:
    """Write what an export holds as lines of an import; how many of each type, and what was left out, by why.

    Raises `NotAnExport` for a file that is none of the service's.
    """
    chat = _READERS[service](path)
    written: Counter[str] = Counter()
    for line in chat.lines():
        file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        written[line["type"]] += 1
    return written, chat.left_out
