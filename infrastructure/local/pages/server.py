"""Serves the pages' folder and the demo's back end to pages of this very address, and to nobody else.

Tokens are what others may want: a page elsewhere on the web reaches the loopback address too, and a name of its own
that leads there (DNS rebinding) makes it the same origin to a browser. So every request must name this server as its
`Host`, and one for a token must come from a page of this server, by `Origin` and `Sec-Fetch-Site`.
"""

import json
import mimetypes
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from infrastructure.local.pages import HEALTH, policy
from infrastructure.local.pages.demo import BackEnd, NotReady, UnknownUser
from infrastructure.local.ports import LOOPBACK
from infrastructure.local.state import StackState

NAMES = (LOOPBACK, "localhost")
BODY_BYTES = 4096
DOCUMENTATION = "docs"
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
}
"""What a machine's own table of types may lack or have wrong."""


class Refused(Exception):
    """The request is not answered; the reason is the problem document's detail."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Server(ThreadingHTTPServer):
    """On the loopback address alone. With port 0 it takes any free one."""

    daemon_threads = True

    def __init__(self, port: int, folder: Path, back_end: BackEnd) -> None:
        super().__init__((LOOPBACK, port), Handler)
        self.folder = folder
        self.back_end = back_end
        self.hosts = {f"{name}:{self.server_port}" for name in NAMES}

    def stack(self) -> StackState | None:
        try:
            return self.back_end.stack()
        except NotReady:
            return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: Server

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_HEAD(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def version_string(self) -> str:
        return "Parley"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base
        """Say nothing: a path may be a secret, and the log of a page's files helps nobody."""
        del format, args

    def _answer(self, route: Callable[[], None]) -> None:
        try:
            self._check_host()
            route()
        except Refused as refused:
            self._problem(refused.status, str(refused))
        except UnknownUser as unknown:
            self._problem(HTTPStatus.NOT_FOUND, f"The demo tenant has no user {unknown}")
        except NotReady:
            self._problem(HTTPStatus.SERVICE_UNAVAILABLE, "The local stack is coming up", {"Retry-After": "1"})

    def _check_host(self) -> None:
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or hosts[0] not in self.server.hosts:
            raise Refused(HTTPStatus.MISDIRECTED_REQUEST, "This server is no other's name")

    def _check_own_page(self) -> None:
        """A browser says where every POST comes from; what does not say it is no page of ours."""
        origins = self.headers.get_all("Origin", [])
        sites = self.headers.get_all("Sec-Fetch-Site", ["same-origin"])
        if origins != [f"http://{self.headers['Host']}"] or sites != ["same-origin"]:
            raise Refused(HTTPStatus.FORBIDDEN, "Only this server's own pages may have tokens")

    def _post(self) -> None:
        self._check_own_page()
        match self.path:
            case "/demo/tokens":
                self._json(self.server.back_end.user_token(self._user_id()))
            case "/demo/console-tokens":
                self._body()
                self._json(self.server.back_end.console_token())
            case _:
                raise Refused(HTTPStatus.NOT_FOUND, "There is nothing to POST to here")

    def _user_id(self) -> str:
        try:
            body = json.loads(self._body())
        except ValueError:
            raise Refused(HTTPStatus.BAD_REQUEST, "The body is no JSON") from None
        user_id = body.get("user_id") if isinstance(body, dict) else None
        if not isinstance(user_id, str):
            raise Refused(HTTPStatus.BAD_REQUEST, 'The body is {"user_id": "…"}')
        return user_id

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            raise Refused(HTTPStatus.LENGTH_REQUIRED, "The body's length must be said")
        if int(length) > BODY_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body has more than {BODY_BYTES} bytes")
        return self.rfile.read(int(length))

    def _get(self) -> None:
        path = self.path.split("?", 1)[0]
        if path == HEALTH:
            self._json({"status": "ok"})
            return
        if path == "/demo/config.json":
            self._json(self.server.back_end.config())
            return
        found = find(self.server.folder, path)
        if found is None:
            raise Refused(HTTPStatus.NOT_FOUND, "There is no such file")
        if found.name == "index.html" and not path.endswith(("/", ".html")):
            self._send(HTTPStatus.MOVED_PERMANENTLY, b"", {"Location": quote(f"/{_within(found, self.server)}/")})
        else:
            self._file(found)

    def _file(self, file: Path) -> None:
        content = file.read_bytes()
        headers = {}
        media_type = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        if media_type.startswith("text/"):
            media_type += "; charset=utf-8"
        headers["Content-Type"] = media_type
        if file.suffix == ".html":
            headers["Cache-Control"] = "no-store"  # a page that is kept would keep the policy of another stack
            headers["Content-Security-Policy"] = policy.content_security_policy(
                content.decode(errors="replace"),
                self.server.stack(),
                inline_styles=_within(file, self.server).parts[:1] == (DOCUMENTATION,),
            )
        else:
            status = file.stat()
            headers |= {"Cache-Control": "no-cache", "ETag": f'"{status.st_mtime_ns:x}-{status.st_size:x}"'}
        if "ETag" in headers and self.headers.get("If-None-Match") == headers["ETag"]:
            self._send(HTTPStatus.NOT_MODIFIED, b"", headers)
        else:
            self._send(HTTPStatus.OK, content, headers)

    def _json(self, value: Any) -> None:
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        self._send(HTTPStatus.OK, json.dumps(value, ensure_ascii=False).encode(), headers)

    def _problem(self, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None) -> None:
        """Refuse, and close: what is left of the body must not be taken for the next request."""
        self.close_connection = True
        problem = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
        sent = {"Content-Type": "application/problem+json", "Cache-Control": "no-store", "Connection": "close"}
        self._send(status, json.dumps(problem).encode(), sent | (headers or {}))

    def _send(self, status: HTTPStatus, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (policy.HEADERS | {"Content-Security-Policy": policy.NOTHING} | headers).items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def find(folder: Path, path: str) -> Path | None:
    """The file of a request's path, the index of a folder; none outside of the folder, and none that is hidden."""
    parts = unquote(path).split("/")
    if parts[0] or any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    folder = folder.resolve()
    found = folder.joinpath(*filter(None, parts)).resolve()
    if found.is_dir():
        found = (found / "index.html").resolve()
    elif path.endswith("/"):
        return None
    return found if found.is_file() and found.is_relative_to(folder) else None


def _within(file: Path, server: Server) -> Path:
    """Where a file that was found is in the folder; for an index, its folder."""
    return (file.parent if file.name == "index.html" else file).relative_to(server.folder.resolve())
