"""The page in the machine's own Chromium: its scripts' size, first paint, and ten thousand messages scrolled.

The history's answers are made beside the browser (`tests/support/web/many.py`), so what is measured is the page.
`PARLEY_STACK` names a stack that runs.
"""

import gzip
import statistics
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from infrastructure.local.stack import RunningStack
from tests.benchmarks.local import running_stack
from tests.benchmarks.tables import print_table
from tests.support.clients import chromium
from tests.support.web.many import answer_with_many
from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World, built, world

MESSAGES = 10_000
LOADS = 5
FRAMES = """
window.frames_ = [];
let last = performance.now();
requestAnimationFrame(function next(now) { frames_.push(now - last); last = now; requestAnimationFrame(next); });
"""


def main() -> None:
    """Print what the page weighs and how it scrolls."""
    binary = chromium.binary()
    if binary is None:
        print("this machine has no Chromium")
        return
    print_table("What the page loads", ("file", "KB", "KB gzipped"), list(weights(built())))
    arguments = ["--no-sandbox", "--enable-precise-memory-info", "--js-flags=--expose-gc"]
    with running_stack() as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=arguments)
        measure(running, browser)
        browser.close()


def weights(folder: Path) -> list[tuple[str, str, str]]:
    """The files that the chat page names, as they are and gzipped."""
    page = (folder / "index.html").read_text()
    files = [file for file in sorted((folder / "assets").iterdir()) if file.name in page]
    sizes = [(file.suffix[1:] + " " + file.name.split("-")[0], file.read_bytes()) for file in files]
    rows = [(name, f"{len(data) / 1000:.1f}", f"{len(gzip.compress(data, 9)) / 1000:.1f}") for name, data in sizes]
    whole = b"".join(data for _, data in sizes)
    zipped = sum(len(gzip.compress(data, 9)) for _, data in sizes)
    return [*rows, ("together", f"{len(whole) / 1000:.1f}", f"{zipped / 1000:.1f}")]


def measure(running: RunningStack, browser: Browser) -> None:
    with world(running, "Ada", "Ben") as people:
        paints = [first_paint(browser, people) for _ in range(LOADS)]
        print_table(
            "First paint, ms, of a load without a cache",
            ("median", "best"),
            [(f"{statistics.median(paints):.0f}", f"{min(paints):.0f}")],
        )
        room = people.group("Ada", "Ben", name="Long talk")
        seat = Seat(browser, people, "Ada", open_first=False)
        answer_with_many(seat.context, room, (people.id("Ada"), people.id("Ben")), MESSAGES)
        seat.open()
        seat.enter("Long talk")
        expect(seat.message(f"Message {MESSAGES} ")).to_be_in_viewport(timeout=PATIENCE_MS)
        rows = [("at the end", *held(seat), "")]
        seat.page.evaluate(FRAMES)
        for part in (1000, 5000, MESSAGES):
            scroll_to(seat, MESSAGES - part + 1)
            frames = seat.page.evaluate("frames_.splice(0)")
            shown = statistics.quantiles(frames, n=100) if len(frames) > 1 else [0.0] * 99
            rows.append((f"{part:,} scrolled", *held(seat), f"{shown[49]:.0f} / {shown[94]:.0f} / {max(frames):.0f}"))
        print_table(
            "Scrolled from the end to the beginning",
            ("messages", "elements", "heap MB", "frame ms: median / 95 % / longest"),
            rows,
        )
        seat.close()


def first_paint(browser: Browser, people: World) -> float:
    seat = Seat(browser, people, "Ada")
    seat.page.locator(".pane").wait_for()
    paint = seat.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
    seat.close()
    return float(paint)


def held(seat: Seat) -> tuple[str, str]:
    """Elements in the document, and the heap after garbage is collected."""
    nodes, heap = seat.page.evaluate(
        "(gc(), [document.getElementsByTagName('*').length, performance.memory.usedJSHeapSize])"
    )
    return f"{nodes:,}", f"{heap / 1e6:.1f}"


def scroll_to(seat: Seat, seq: int) -> None:
    """Scroll up until a message of this number or an earlier one is in the document."""
    step = """log => {
        log.scrollBy(0, -3 * log.clientHeight);
        const shown = [...log.querySelectorAll(".message")];
        return Math.min(...shown.map((each) => Number(each.dataset.id.split("-").at(-1))));
    }"""
    for _ in range(3000):
        if seat.log.evaluate(step) <= seq:
            return
        seat.page.wait_for_timeout(16)
    raise AssertionError(f"message {seq} was not reached")
