"""The TypeScript client in a real browser: its IndexedDB, its sockets and what the gateway lets a page do."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from infrastructure.layers import ROOT
from infrastructure.local.stack import RunningStack
from tests.support.clients import chromium
from tests.support.clients.generators import TOOLS, run

pytestmark = pytest.mark.skipif(chromium.binary() is None, reason="this machine has no Chromium")

HELPERS = """
var until = async (isSo) => { while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20)); };
var made = (url, socketsUrl, token) => {
  const api = new parley.Api({ url, token: () => token });
  return new parley.Chat(api, { socketsUrl, storage: parley.indexedDbStorage("alice") });
};
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base
        del format, args


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A page with the client in it."""
    options = ("--bundle", "--format=iife", "--global-name=parley", f"--outfile={tmp_path / 'parley.js'}")
    run(TOOLS / "esbuild", ROOT / "clients" / "typescript" / "src" / "index.ts", *options, folder=ROOT)
    page = f'<!doctype html><meta charset="utf-8"><script src="parley.js"></script><script>{HELPERS}</script>'
    (tmp_path / "index.html").write_text(page)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_what_was_written_offline_is_sent_after_a_restart(
    local_stack: RunningStack, alice: httpx.Client, address: str, tmp_path: Path
) -> None:
    opened = alice.post("/v1/conversations", json={"type": "group", "name": "Offline", "members": ["bob"]})
    place = json.dumps(opened.json()["id"])
    token = json.dumps(local_stack.credentials.alice)
    stack = ", ".join(map(json.dumps, (local_stack.state.api_url, local_stack.state.socket_url)))
    with chromium.page(tmp_path / "profile", address) as page:
        wait_for_client(page)
        kept = page.evaluate(f"""(async () => {{
            const chat = made("http://127.0.0.1:9", "ws://127.0.0.1:9", {token});
            await chat.start();
            for (const text of ["one", "two"]) await chat.send({place}, text);
            await chat.stop();
            return chat.store.getSnapshot().pending.length;
        }})()""")
        assert kept == 2
        page.command("Page.navigate", url=f"{address}?again")
        wait_for_client(page, "?again")
        shown = page.evaluate(f"""(async () => {{
            const chat = made({stack}, {token});
            await chat.start();
            await until(() => chat.store.getSnapshot().connection === "open");
            await chat.open({place});
            const messages = () => chat.store.getSnapshot().timelines[{place}].messages.map((each) => each.text);
            await chat.send({place}, "three");
            await until(() => messages().length === 3 && chat.store.getSnapshot().pending.length === 0);
            await chat.stop();
            return messages();
        }})()""")
    assert shown == ["one", "two", "three"]
    stored = alice.get(f"/v1/conversations/{opened.json()['id']}/messages", params={"order": "asc"}).json()["data"]
    assert [each["text"] for each in stored] == shown


def wait_for_client(page: chromium.Page, search: str = "") -> None:
    """Wait until the page of this address has the client."""
    ready = f"typeof made === 'function' && location.search === {json.dumps(search)}"
    page.evaluate(f"new Promise((done) => {{ setInterval(() => ({ready}) && done(true), 20); }})")
