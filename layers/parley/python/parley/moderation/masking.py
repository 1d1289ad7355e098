"""Masking: every cluster of a span becomes one `*`, all else stays byte for byte."""

from collections.abc import Iterable

from parley.moderation.folding import Span, clusters

MASK = "*"


def mask(text: str, spans: Iterable[Span]) -> str:
    """The text with these spans masked; white space inside of them stays, so that the text keeps its lines."""
    parts: list[str] = []
    position = 0
    for span in merged(spans):
        parts.append(text[position : span.start])
        for cluster in clusters(text[span.start : span.end]):
            part = text[span.start + cluster.start : span.start + cluster.end]
            parts.append(part if part.isspace() else MASK)
        position = span.end
    return "".join([*parts, text[position:]])


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same places, in order and without overlaps."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found
