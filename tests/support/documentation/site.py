"""The built documentation, read as a browser reads it."""

import fcntl
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from infrastructure.docs.build import build
from infrastructure.layers import ROOT

SITE = ROOT / ".local" / "tests" / "documentation"
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src"}


@dataclass
class Page:
    """What a page has: anchors, links, what it loads, and its text."""

    path: Path
    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.page.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and "href" in given:
            self.page.links.append(given["href"])
        if (address := given.get(LOADED.get(tag, ""))) and given.get("rel") not in ("canonical", "next", "prev"):
            self.page.loaded.append(address)

    def handle_data(self, data: str) -> None:
        self.page.text += data


def built() -> Path:
    """The site, built anew by the first process that asks after something changed."""
    SITE.parent.mkdir(parents=True, exist_ok=True)
    with SITE.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build(SITE)
    return SITE


def pages(site: Path) -> dict[Path, Page]:
    """Every page, by its file."""
    found = {path: Page(path) for path in site.rglob("*.html")}
    for path, page in found.items():
        _Reader(page).feed(path.read_text(encoding="utf-8"))
    return found


def target(page: Path, address: str) -> tuple[Path, str] | None:
    """The file and the anchor that an address in a page leads to; None where that is elsewhere."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    return (path / "index.html" if path.is_dir() else path), unquote(parts.fragment)
