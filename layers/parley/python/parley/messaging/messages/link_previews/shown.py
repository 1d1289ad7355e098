"""Which links of a text have previews, and what a message keeps of them.

A message keeps an entry for each of its first links: what its page says of itself or, where its author has removed the
preview, that alone. `preview_images` are the pictures of those entries, beside them so that media finds them.
"""

import re
from collections.abc import Sequence
from typing import Any

from parley.messaging.items import MessageItem
from parley.messaging.messages.link_previews.schemas import LinkPreview

MOST_LINKS = 3
MOST_CHARACTERS = 512
"""Longer links have no preview."""
_LINK = re.compile(r"https?://[^\s<>\"\u201c\u201d\u00ab\u00bb]+", re.IGNORECASE)
_CLOSING = {")": "(", "]": "[", "}": "{"}
_AFTER = ".,;:!?'*_~`|"
"""What follows a link in a sentence and is none of it, at its end."""
Entry = dict[str, Any]
Entries = Sequence[Entry]


def links_of(text: str | None) -> list[str]:
    """The first links of a text, each once, as they are written."""
    links: dict[str, None] = {}
    for found in _LINK.finditer(text or ""):
        link = _without_end(found[0][: MOST_CHARACTERS + 1])
        if len(link) <= MOST_CHARACTERS and link.partition("://")[2]:
            links[link] = None
        if len(links) == MOST_LINKS:
            break
    return list(links)


def _without_end(link: str) -> str:
    """A link without the punctuation and the closing brackets after it."""
    while link:
        last = link[-1]
        unopened = last in _CLOSING and link.count(last) > link.count(_CLOSING[last])
        if last not in _AFTER and not unopened:
            break
        link = link[:-1]
    return link


def entries_of(item: MessageItem) -> dict[str, Entry]:
    """What a message keeps, by link."""
    return {entry["url"]: entry for entry in item.link_previews or []}


def keep(item: MessageItem, entries: Entries) -> None:
    """Let a message keep these entries."""
    item.link_previews = list(entries) or None
    images: Any = [entry["image"]["media_id"] for entry in entries if "image" in entry]
    item.preview_images = images or None


def keep_linked(item: MessageItem) -> None:
    """Let a message keep the entries of links alone that its text has."""
    if item.link_previews:
        entries = entries_of(item)
        keep(item, [entries[link] for link in links_of(item.text) if link in entries])


def previews_of(item: MessageItem) -> list[LinkPreview]:
    """The previews that a message shows."""
    return [LinkPreview.model_validate(entry) for entry in item.link_previews or [] if not entry.get("removed")]
