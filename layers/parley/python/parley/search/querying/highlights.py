"""Highlight fragments: the places where a text matches, with what stands around them, safe to put into a page."""

import html
from collections.abc import Sequence

from parley.search.querying.text_matching import Span, Text

FRAGMENT_LENGTH = 160
MAX_FRAGMENTS = 3
OPEN, CLOSE = "<em>", "</em>"
ELLIPSIS = "…"


def fragments(text: Text, spans: Sequence[Span]) -> list[str]:
    """Up to three fragments of about 160 characters, HTML-escaped, matches between `<em>` and `</em>`.

    A text that matched by its filters alone shows its beginning.
    """
    if not spans:
        return [_render(text, _window(text, 0, 0), ())] if text.text.strip() else []
    shown: list[str] = []
    at = 0
    while at < len(spans) and len(shown) < MAX_FRAGMENTS:
        window = _window(text, *spans[at])
        inside = [span for span in spans[at:] if span[1] <= window[1]] or [(spans[at][0], window[1])]
        shown.append(_render(text, window, inside))
        at += len(inside)
    return shown


def _window(text: Text, start: int, end: int) -> Span:
    """About 160 characters around a match, cut where a token begins or ends."""
    end = min(end, start + FRAGMENT_LENGTH)
    margin = max(0, FRAGMENT_LENGTH - (end - start)) // 2
    low, high = max(0, start - margin), min(len(text.text), end + margin)
    if low > 0:
        low = min((token.start for token in text.tokens if low <= token.start <= start), default=start)
    if high < len(text.text):
        high = max((token.end for token in text.tokens if end <= token.end <= high), default=end)
    return low, high


def _render(text: Text, window: Span, spans: Sequence[Span]) -> str:
    low, high = window
    parts = [ELLIPSIS] if low > 0 else []
    at = low
    for start, end in spans:
        parts += [html.escape(text.text[at:start]), OPEN, html.escape(text.text[start:end]), CLOSE]
        at = end
    parts.append(html.escape(text.text[at:high]))
    if high < len(text.text):
        parts.append(ELLIPSIS)
    return "".join(parts)
