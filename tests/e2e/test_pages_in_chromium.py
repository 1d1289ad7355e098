"""What the policy of a page lets it do in a real browser: ask the stack, and nobody else."""

import json
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infrastructure.local.pages.demo import BackEnd
from infrastructure.local.pages.server import Server
from infrastructure.local.stack import RunningStack
from tests.support.clients import chromium

pytestmark = pytest.mark.skipif(chromium.binary() is None, reason="this machine has no Chromium")

PAGE = """<!doctype html><meta charset="utf-8"><title>Page</title><script>
var config = async () => (await fetch("/demo/config.json")).json();
var token = async (user_id) => {
  const answer = await fetch("/demo/tokens", { method: "POST", body: JSON.stringify({ user_id }) });
  return (await answer.json()).token;
};
var outcome = (asked) => asked.then((answer) => answer.status ?? answer, (error) => error.name);
var opened = (url) => new Promise((done) => {
  const socket = new WebSocket(url);
  socket.onopen = () => { socket.close(); done("open"); };
  socket.onerror = () => done("refused");
});
</script>"""


class Elsewhere(SimpleHTTPRequestHandler):
    """Another server, which would answer anybody."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(b"export {}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base
        del format, args


def serve(server: ThreadingHTTPServer) -> Iterator[str]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def own(local_stack: RunningStack, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_text(PAGE)
    yield from serve(Server(0, tmp_path / "pages", BackEnd(Path(local_stack.state.tokens_file).parent)))


@pytest.fixture
def elsewhere() -> Iterator[str]:
    yield from serve(ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere))


def loaded(page: chromium.Page) -> None:
    page.evaluate("new Promise((done) => { setInterval(() => typeof opened === 'function' && done(true), 20); })")


def test_a_page_asks_the_stack_and_nobody_else(own: str, elsewhere: str, tmp_path: Path) -> None:
    with chromium.page(tmp_path / "profile", f"{own}/") as page:
        loaded(page)
        found = page.evaluate(f"""(async () => {{
            const {{ api, sockets }} = await config();
            const alice = await token("alice");
            const headers = {{ Authorization: `Bearer ${{alice}}` }};
            return [
              await outcome(fetch(`${{api}}/v1/conversations`, {{ headers }})),
              await opened(`${{sockets}}?token=${{alice}}`),
              await outcome(fetch({json.dumps(elsewhere)})),
              await outcome((async () => {{ await import({json.dumps(elsewhere + "/x.js")}); return "loaded"; }})()),
            ];
        }})()""")
        assert found == [200, "open", "TypeError", "TypeError"]
        assert page.evaluate("""(() => {
            const script = document.createElement("script");
            script.textContent = "window.injected = true";
            document.body.append(script);
            return window.injected === undefined;
        })()""")
