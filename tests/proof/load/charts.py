"""Pictures of runs as plain SVG: latencies by what was offered, on a logarithmic scale."""

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from tests.proof.load.models import Run

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 50, 50
SHARES = {50: "#2a6fbb", 95: "#d98200", 99: "#b3261e"}
TEXT = 'font-family="sans-serif" font-size="12" fill="#222"'
SOURCE = "a local stack on one machine: nothing of AWS's latency"


def closed_chart(runs: Sequence[Run]) -> str:
    return chart("Closed model", "users who wait for their answers", runs)


def open_chart(runs: Sequence[Run]) -> str:
    return chart("Open model", "requests that arrive a second", runs)


def chart(title: str, offered: str, runs: Sequence[Run]) -> str:
    """A line for each percentile, with what was answered a second under each point."""
    highest = max((run.percentile(99) for run in runs), default=1.0)
    decades = range(max(1, math.ceil(math.log10(max(highest, 10.0)))) + 1)
    top = float(decades[-1])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(LEFT, 20, f"{title}: milliseconds to an answer"),
        _text(LEFT, 36, SOURCE, size=10),
    ]
    for decade in decades:
        y = _y(10.0**decade, top)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{10**decade}", anchor="end"))
    places = [_x(number, len(runs)) for number in range(len(runs))]
    for x, run in zip(places, runs, strict=True):
        parts.append(_text(x, HEIGHT - BOTTOM + 16, f"{run.offered:g}", anchor="middle"))
        parts.append(_text(x, HEIGHT - BOTTOM + 30, f"{run.a_second:.0f}/s", anchor="middle", size=10))
    parts.append(_text(WIDTH / 2, HEIGHT - 6, f"{offered} (below: answered a second)", anchor="middle"))
    for share, colour in SHARES.items():
        points = [(x, _y(run.percentile(share), top)) for x, run in zip(places, runs, strict=True)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        if points:
            parts.append(_text(points[-1][0] + 6, points[-1][1] - 4, f"p{share}", size=10))
    return "\n".join([*parts, "</svg>", ""])


def _x(number: int, count: int) -> float:
    room = WIDTH - LEFT - RIGHT - 60
    return LEFT + 30 + (room / 2 if count == 1 else room * number / (count - 1))


def _y(milliseconds: float, top: float) -> float:
    share = math.log10(max(milliseconds, 1.0)) / top
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12) -> str:
    style = TEXT.replace('"12"', f'"{size}"')
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {style}>{escape(words)}</text>'
