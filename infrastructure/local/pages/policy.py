"""What a page may load and whom it may ask: the Content-Security-Policy of each, made from the page itself."""

import base64
import hashlib
from html.parser import HTMLParser
from urllib.parse import urlsplit

from infrastructure.local.state import StackState

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}
"""What every answer carries. A voice message needs the microphone."""
NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""For what is no page."""


def content_security_policy(page: str, stack: StackState | None, *, inline_styles: bool) -> str:
    """The policy of an HTML page: scripts of this server, and those within the page by their hash.

    It may ask the stack's API, its sockets and its S3, where media are. The generators of documentation write styles
    into their pages, which `inline_styles` permits.
    """
    answering = {_origin(url) for url in (stack.api_url, stack.endpoint) if url} if stack else set()
    sockets = {_origin(stack.socket_url)} if stack and stack.socket_url else set()
    directives = {
        "default-src": {"'none'"},
        "script-src": {"'self'", *inline_scripts(page)},
        "style-src": {"'self'", "'unsafe-inline'"} if inline_styles else {"'self'"},
        "img-src": {"'self'", "blob:", "data:"} | answering,
        "media-src": {"'self'", "blob:"} | answering,
        "font-src": {"'self'", "data:"},
        "connect-src": {"'self'"} | answering | sockets,
        "worker-src": {"'self'", "blob:"} if inline_styles else {"'self'"},
        "manifest-src": {"'self'"},
        "frame-src": {"'self'"},
        "frame-ancestors": {"'self'"},
        "base-uri": {"'none'"},
        "form-action": {"'none'"},
    }
    return "; ".join(f"{name} {' '.join(sorted(sources))}" for name, sources in directives.items())


def inline_scripts(page: str) -> list[str]:
    """The hash of every script that is written into the page, as a source."""
    reader = _Scripts()
    reader.feed(page.replace("\r\n", "\n"))  # as a browser reads it before it hashes
    reader.close()
    digests = (hashlib.sha256(script.encode()).digest() for script in reader.found)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._reading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._reading = tag == "script" and "src" not in dict(attrs)
        if self._reading:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self._reading:
            self.found[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._reading = False


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
