"""Websites on this machine that messages link to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.support.people.tenant_servers import Behaviour, Server, answer, serving

PAGE = """<!doctype html><html><head><title>Plain title</title>
<meta property="og:title" content="Whales &amp; ships"><meta property="og:description" content="All about
  whales."><meta property="og:site_name" content="The Sea">{more}</head><body><p>text</p></body></html>"""


def page(more: str = "", *, status: int = 200, **headers: str) -> Behaviour:
    return answer(PAGE.format(more=more).encode(), status, **{"Content-Type": "text/html; charset=utf-8", **headers})


def picture(body: bytes, kind: str = "image/png") -> Behaviour:
    return answer(body, 200, **{"Content-Type": kind})


def redirect(to: str) -> Behaviour:
    return answer(b"", 302, Location=to)


@dataclass
class Website:
    """A server with what it answers by path; 404 for the rest."""

    server: Server
    pages: dict[str, Behaviour] = field(default_factory=dict)

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    def behave(self, handler: BaseHTTPRequestHandler) -> None:
        self.pages.get(handler.path, answer(b"nothing here", 404))(handler)

    def asked(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [each.path for each in self.server.received]


@contextmanager
def website() -> Iterator[Website]:
    with serving() as server:
        site = Website(server)
        server.behave = site.behave
        yield site
