"""The local stack's pages: who is given a token, what is served, what a page may do, and when it is built anew."""

import base64
import hashlib
import http.client
import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import jwt
import pytest

from infrastructure.local import ports, state
from infrastructure.local.guide import addresses
from infrastructure.local.pages import builds
from infrastructure.local.pages.builds import Build
from infrastructure.local.pages.demo import BackEnd
from infrastructure.local.pages.policy import content_security_policy
from infrastructure.local.pages.server import BODY_BYTES, Server
from infrastructure.local.seed import TOKENS, Credentials, SigningKey, keep_users
from infrastructure.local.state import StackState

SECRET = "s" * 32
STACK = StackState(
    "http://127.0.0.1:4566",
    "http://127.0.0.1:9200",
    api_url="http://127.0.0.1:4566/_aws/execute-api/abc/$default",
    socket_url="ws://127.0.0.1:4566/_aws/execute-api/def/v1",
)
INLINE = "document.documentElement.dataset.theme = 'dark' && 1 < 2"


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """The directory of a stack that is up."""
    directory = tmp_path / "stack"
    state.save(directory, STACK)
    keep_users(directory, {"alice": "Alice", "zoé": "Zoé 🌻"})
    known = Credentials("op_secret", SigningKey("demo.1", SECRET), "server", "alice", "bob")
    (directory / TOKENS).write_text(json.dumps(asdict(known)))
    return directory


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What is served, with a secret beside it."""
    pages = tmp_path / "pages"
    for path in ("index.html", "console/index.html", "docs/index.html"):
        (pages / path).parent.mkdir(parents=True, exist_ok=True)
        (pages / path).write_text(f"<!doctype html><title>{path}</title><script>{INLINE}</script>")
    (pages / "assets").mkdir()
    (pages / "assets" / "main.js").write_text("export {}")
    (pages / ".hidden").write_text("hidden")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "pages-of-another").mkdir()
    (tmp_path / "pages-of-another" / "secret.txt").write_text("secret")
    (pages / "link.txt").symlink_to(tmp_path / "secret.txt")
    return pages


@pytest.fixture
def server(folder: Path, stack: Path) -> Iterator[Server]:
    with Server(0, folder, BackEnd(stack)) as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield running
        running.shutdown()


class Answer:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.content = answer.status, answer.headers, answer.read()

    def json(self) -> Any:
        return json.loads(self.content)


def ask(server: Server, method: str, path: str, body: str | None = None, **headers: str | None) -> Answer:
    """A request as a page of this server sends it; `headers` replace some of its, or leave one out with None."""
    own = f"127.0.0.1:{server.server_port}"
    usual: dict[str, str | None] = {"Host": own}
    if method == "POST":
        usual |= {"Origin": f"http://{own}", "Sec-Fetch-Site": "same-origin"}
        usual["Content-Length"] = str(len((body or "").encode()))
    sent = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in sent.items():
        if value is not None:
            connection.putheader(name, value)
    connection.endheaders((body or "").encode())
    try:
        return Answer(connection.getresponse())
    finally:
        connection.close()


def ask_for_alice(server: Server, **headers: str | None) -> Answer:
    return ask(server, "POST", "/demo/tokens", '{"user_id": "alice"}', **headers)


def test_a_page_learns_where_the_api_is_and_who_there_is(server: Server) -> None:
    answer = ask(server, "GET", "/demo/config.json")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json() == {
        "api": STACK.api_url,
        "sockets": STACK.socket_url,
        "tenant": "demo",
        "users": [{"id": "alice", "name": "Alice"}, {"id": "zoé", "name": "Zoé 🌻"}],
    }


def test_a_page_of_this_server_is_given_a_users_token(server: Server) -> None:
    answer = ask_for_alice(server)
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    claims = jwt.decode(answer.json()["token"], SECRET, algorithms=["HS256"])
    assert claims["sub"] == "alice"
    assert "scope" not in claims
    assert jwt.get_unverified_header(answer.json()["token"])["kid"] == "demo.1"
    assert answer.json()["expires_at"].endswith("Z")


def test_the_console_is_given_the_tenants_token_and_never_the_operators_key(server: Server) -> None:
    answer = ask(server, "POST", "/demo/console-tokens")
    assert jwt.decode(answer.json()["token"], SECRET, algorithms=["HS256"])["scope"] == "server"
    assert b"op_secret" not in answer.content


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": None},
        {"Origin": "https://127.0.0.1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/demo/tokens", "/demo/console-tokens"])
def test_another_origin_is_given_no_token(server: Server, path: str, headers: dict[str, str | None]) -> None:
    refused = ask(server, "POST", path, '{"user_id": "alice"}', **headers)
    assert refused.status == 403
    assert b'token":' not in refused.content
    assert "Access-Control-Allow-Origin" not in refused.headers


@pytest.mark.parametrize("host", ["evil.test", "evil.test:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}", None])
def test_a_name_that_is_led_here_is_answered_nothing(server: Server, host: str | None) -> None:
    named = host and host.format(port=server.server_port)
    for method, path in (("GET", "/"), ("GET", "/demo/config.json"), ("POST", "/demo/tokens")):
        refused = ask(server, method, path, '{"user_id": "alice"}', Host=named, Origin=f"http://{named}")
        assert refused.status == 421, (method, path)


def test_localhost_is_this_server_too_but_another_origin_than_its_address(server: Server) -> None:
    own = f"localhost:{server.server_port}"
    assert ask_for_alice(server, Host=own, Origin=f"http://{own}").status == 200
    assert ask_for_alice(server, Host=own).status == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"user_id": "mallory"}', 404),
        ('{"user_id": ["alice"]}', 400),
        ("{}", 400),
        ("[]", 400),
        ("", 400),
        ("no json", 400),
        ('"' + "a" * BODY_BYTES + '"', 413),
    ],
)
def test_what_is_no_request_for_a_users_token_is_refused(server: Server, body: str, status: int) -> None:
    refused = ask(server, "POST", "/demo/tokens", body)
    assert (refused.status, refused.json()["status"]) == (status, status)
    assert refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("length", ["-1", "x", "1_0", "²"])
def test_a_length_that_is_none_is_refused(server: Server, length: str) -> None:
    assert ask_for_alice(server, Content_Length=length.encode().decode("latin-1")).status == 411


def test_a_stack_that_comes_up_says_so(server: Server, stack: Path) -> None:
    state.save(stack, replace(STACK, api_url="", socket_url=""))
    waiting = ask(server, "GET", "/demo/config.json")
    assert (waiting.status, waiting.headers["Retry-After"]) == (503, "1")
    (stack / TOKENS).unlink()
    assert ask_for_alice(server).status == 503
    state.forget(stack)
    assert ask(server, "GET", "/demo/config.json").status == 503
    assert ask(server, "GET", "/").status == 200
    assert ask(server, "GET", "/demo/health").status == 200


@pytest.mark.parametrize(
    ("path", "media_type", "content"),
    [
        ("/", "text/html; charset=utf-8", "index.html"),
        ("/?a=b", "text/html; charset=utf-8", "index.html"),
        ("/console/", "text/html; charset=utf-8", "console/index.html"),
        ("/docs/index.html", "text/html; charset=utf-8", "docs/index.html"),
        ("/assets/main.js", "text/javascript; charset=utf-8", "export {}"),
    ],
)
def test_pages_and_their_files_are_served(server: Server, path: str, media_type: str, content: str) -> None:
    answer = ask(server, "GET", path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, media_type)
    assert content in answer.content.decode()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert ask(server, "HEAD", path).content == b""


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/../pages-of-another/secret.txt",
        "/.hidden",
        "/link.txt",
        "//etc/passwd",
        "/%00",
        "/index.html/",
        "/assets/",
        "/nothing",
        "secret.txt",
        "http://127.0.0.1/",
    ],
)
def test_nothing_beside_the_folder_is_served(server: Server, path: str) -> None:
    refused = ask(server, "GET", path)
    assert refused.status == 404
    assert b"secret" not in refused.content


def test_a_folders_page_is_at_its_slash(server: Server) -> None:
    for path in ("/docs", "//docs"):
        moved = ask(server, "GET", path)
        assert (moved.status, moved.headers["Location"]) == (301, "/docs/")


def test_a_file_that_has_not_changed_is_not_sent_again(server: Server, folder: Path) -> None:
    tag = ask(server, "GET", "/assets/main.js").headers["ETag"]
    assert ask(server, "GET", "/assets/main.js", If_None_Match=tag).status == 304
    (folder / "assets" / "main.js").write_text("export { changed }")
    assert ask(server, "GET", "/assets/main.js", If_None_Match=tag).status == 200


def directives(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (each.split() for each in policy.split("; "))}


def test_a_page_may_ask_the_stack_and_nobody_else(server: Server) -> None:
    allowed = directives(ask(server, "GET", "/").headers["Content-Security-Policy"])
    assert allowed["default-src"] == ["'none'"]
    assert set(allowed["connect-src"]) == {"'self'", "http://127.0.0.1:4566", "ws://127.0.0.1:4566"}
    assert set(allowed["img-src"]) == {"'self'", "blob:", "data:", "http://127.0.0.1:4566"}
    assert set(allowed["media-src"]) == {"'self'", "blob:", "http://127.0.0.1:4566"}
    assert allowed["style-src"] == ["'self'"]
    assert allowed["frame-ancestors"] == ["'self'"]


def test_a_script_within_a_page_runs_by_its_hash_alone(server: Server) -> None:
    digest = base64.b64encode(hashlib.sha256(INLINE.encode()).digest()).decode()
    for path in ("/", "/docs/"):
        allowed = directives(ask(server, "GET", path).headers["Content-Security-Policy"])
        assert set(allowed["script-src"]) == {"'self'", f"'sha256-{digest}'"}


def test_the_documentation_alone_may_have_styles_within(server: Server) -> None:
    assert "'unsafe-inline'" in directives(ask(server, "GET", "/docs/").headers["Content-Security-Policy"])["style-src"]
    assert "'unsafe-inline'" not in ask(server, "GET", "/console/").headers["Content-Security-Policy"]


def test_what_is_no_page_may_do_nothing(server: Server) -> None:
    for path in ("/demo/config.json", "/nothing", "/assets/main.js"):
        assert ask(server, "GET", path).headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_policy_without_a_stack_lets_a_page_ask_its_server() -> None:
    assert directives(content_security_policy("", None, inline_styles=False))["connect-src"] == ["'self'"]


def test_what_is_not_built_is_not_printed(folder: Path) -> None:
    up = STACK.updated(pages_url="http://127.0.0.1:4600")
    page, console, docs = (f"http://127.0.0.1:4600/{path}" for path in ("", "console/", "docs/"))
    assert addresses(up, folder) == {"Page": page, "Console": console, "Docs": docs, "API": up.api_url}
    (folder / "console" / "index.html").unlink()
    assert addresses(up, folder) == {"Page": page, "Docs": docs, "API": up.api_url}
    assert addresses(STACK, folder) == {"API": up.api_url}


def test_the_port_of_the_last_time_is_taken_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARLEY_PAGES_PORT", raising=False)
    file, usual = tmp_path / "pages-port", ports.any_free()
    assert ports.remembered("PARLEY_PAGES_PORT", usual, file) == usual
    other = ports.any_free()
    monkeypatch.setenv("PARLEY_PAGES_PORT", str(other))
    assert ports.remembered("PARLEY_PAGES_PORT", usual, file) == other
    monkeypatch.delenv("PARLEY_PAGES_PORT")
    assert ports.remembered("PARLEY_PAGES_PORT", usual, file) == other


COPY = "import pathlib, sys; out = pathlib.Path(sys.argv[1]); text = pathlib.Path('source/page.txt').read_text(); "
COPY += "(out / 'assets').mkdir(); (out / 'assets' / f'{text}.js').touch(); (out / 'index.html').write_text(text); "
COPY += "print('what went wrong'); sys.exit(text == 'broken')"

SLEEP = "import time; time.sleep(60)"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A clone with a source."""
    clone = tmp_path / "clone"
    (clone / "source").mkdir(parents=True)
    (clone / "source" / "page.txt").write_text("one")
    (clone / ".local" / "pages" / "docs").mkdir(parents=True)
    (clone / "tool").touch()
    return clone


def copying(out: Path) -> list[str]:
    return [sys.executable, "-c", COPY, str(out)]


def build(root: Path, tool: str = "tool") -> tuple[list[str], list[str]]:
    """What was built, and what went wrong."""
    copy = Build(
        "copy", "the copy", ("source",), tool, lambda out: [sys.executable, "-c", COPY, str(out)], "index.html"
    )
    with builds.start([copy], root) as building:
        titles = building.titles
        building.wait()
    return titles, building.failures


def served(root: Path) -> list[str]:
    pages = root / ".local" / "pages"
    return sorted(path.relative_to(pages).as_posix() for path in pages.rglob("*"))


def test_pages_are_built_anew_when_their_sources_have_changed_and_only_then(root: Path) -> None:
    assert build(root) == (["the copy"], [])
    assert served(root) == ["assets", "assets/one.js", "docs", "index.html"]
    assert build(root) == ([], [])
    (root / "source" / "page.txt").write_text("two")
    assert build(root) == (["the copy"], [])
    assert served(root) == ["assets", "assets/two.js", "docs", "index.html"]
    (root / "source" / "more.txt").touch()
    assert build(root) == (["the copy"], [])
    (root / "source" / ".cache").mkdir()
    (root / "source" / ".cache" / "of-a-tool").touch()
    assert build(root) == ([], [])
    (root / ".local" / "pages" / "index.html").unlink()
    assert build(root) == (["the copy"], [])


def test_a_build_that_fails_leaves_what_was_there_and_is_tried_again(root: Path) -> None:
    build(root)
    (root / "source" / "page.txt").write_text("broken")
    for _ in range(2):
        _, (failure,) = build(root)
        log = Path(failure.split()[-1])
        assert "what went wrong" in log.read_text()
        assert (root / ".local" / "pages" / "index.html").read_text() == "one"


def test_what_a_build_needs_and_is_not_installed_is_named(root: Path) -> None:
    built, (failure,) = build(root, "node_modules/.bin/vite")
    assert built == []
    assert failure.startswith("the copy: not built, node_modules/.bin/vite is missing")


def test_a_build_ends_with_the_command_that_started_it(root: Path) -> None:
    slow = Build("slow", "the slow", ("source",), "tool", lambda _: [sys.executable, "-c", SLEEP], "index.html")
    with builds.start([slow], root) as building:
        ((_, _, process),) = building.running
    assert process.poll() is not None
    assert served(root) == ["docs"]


def test_what_a_clone_has_no_sources_of_is_not_built(root: Path) -> None:
    (root / "Makefile").write_text("up:\n")
    assert builds.present(root) == []
    (root / "Makefile").write_text("up:\n\ndocs: ## build them\n")
    (root / "clients" / "web").mkdir(parents=True)
    (root / "clients" / "web" / "index.html").touch()
    assert builds.present(root) == [builds.WEB, builds.DOCS]
