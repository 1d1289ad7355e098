"""What messages say of a file: as it was when they were sent and, once its check has ended, as it is.

A message may carry a file that is still being checked (`attach_before_ready`), of which little is known. When the check
ends, each such message is written once more, so that whoever has it learns of pictures and durations as of any change.
The check itself changes the first messages; the sweeper, which looks at each checked file some minutes later, does the
rest, and those that were being written at that moment.
"""

import json
from typing import Any

from parley.media import references, tombstones
from parley.media.items import MediaItem
from parley.tables import attributes, dynamodb

Summary = dict[str, Any]
"""What a message keeps of an attachment, so that showing it needs no further read."""
AT_ONCE = 100
"""How many messages the check changes itself."""
AT_MOST = 2000
"""How many the sweeper looks at: who may send the file writes less in the time of its check."""


def summary(item: MediaItem) -> Summary:
    """A file in short: about 150 bytes, of a recording 400."""
    facts = {
        "filename": item.filename,
        "content_type": item.content_type,
        "size": int(item.served_size or item.size),
        "width": item.width,
        "height": item.height,
        "duration_ms": item.duration_ms,
        "waveform": waveform_of(item),
        "thumbnails": sorted(name for name in item.variants or {} if name != "original") or None,
    }
    return {
        name: int(value) if isinstance(value, float) else value for name, value in facts.items() if value is not None
    }


def waveform_of(item: MediaItem) -> list[int] | None:
    """The waveform of a recording."""
    parts: list[Any] = list(item.waveform or [])
    return [int(part) for part in parts] or None


def show(item: MediaItem, limit: int) -> None:
    """Show a checked file as it is in up to `limit` messages that carry it.

    A Query and a BatchGet for each hundred; 1 WRU for each KiB of a message that says something else.
    """
    shown, seen = summary(item), 0
    for current, addresses in references.with_references(item.tenant_id, item.media_id):
        if current is not None and current.status != "ready":
            return
        found = references.messages(item.tenant_id, addresses)
        stale = [
            message
            for message in found.values()
            if references.carries(message, item.media_id)
            and json.loads(attributes.text(message, "files") or "{}").get(item.media_id) != shown
        ]
        dynamodb.map_parallel(lambda message: tombstones.mark(message, item.media_id, shown), stale)
        seen += len(addresses)
        if seen >= limit:
            return
