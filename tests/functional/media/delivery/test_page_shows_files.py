"""What a customer's page does with files: elements that can send no header, and scripts of another origin.

The page asks the API with its user's token, and gets everything else from the signed URLs alone.
"""

import base64
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from tests.support.aws.distribution import distribution
from tests.support.clients import chromium, samples
from tests.support.clients.chromium import Page
from tests.support.clients.uploading import checked
from tests.support.people.people import Person

pytestmark = pytest.mark.skipif(chromium.binary() is None, reason="this machine has no Chromium")

TOKEN = "the-token-of-bob"
PAGE = """<!doctype html><meta charset="utf-8"><body style="margin:0"><script>
const Authorization = "Bearer TOKEN";
const sign = async (items, ttl = 3600) => {
  const headers = {Authorization, "Content-Type": "application/json"}, body = JSON.stringify({items, ttl});
  const answer = await fetch("/v1/download/signed", {method: "POST", headers, body});
  return (await answer.json()).data;
};
const show = (tag, url) => new Promise((resolve, reject) => {
  const element = document.createElement(tag);
  element.onerror = () => reject(new Error(tag + " does not load"));
  element[tag === "video" ? "onloadedmetadata" : "onload"] = () => resolve(element);
  Object.assign(element, {muted: true, width: 300, height: 300, src: url});
  document.body.append(element);
});
const once = (element, name) => new Promise((done) => element.addEventListener(name, done, {once: true}));
</script>""".replace("TOKEN", TOKEN)


@pytest.fixture
def site(alice: Person, bob: Person) -> Iterator[str]:
    """The page and, on the same address, the API: for bob, to whoever sends his token."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/v1/"):
                self._ask("GET", None)
            else:
                self._answer(200, {"Content-Type": "text/html"}, PAGE.encode())

        def do_POST(self) -> None:
            self._ask("POST", json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _ask(self, method: str, body: Any) -> None:
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                self._answer(401, {}, b"")
                return
            answer = bob.request(method, self.path, body)
            location = {"Location": str(answer.headers["Location"])} if "Location" in answer.headers else {}
            self._answer(answer.status, {"Content-Type": "application/json", **location}, answer.text.encode())

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with distribution():
        yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def page(site: str, tmp_path: Path) -> Iterator[Page]:
    with chromium.page(tmp_path / "profile", site) as opened:
        opened.evaluate("document.readyState === 'complete' || new Promise((done) => addEventListener('load', done))")
        yield opened


def _send(alice: Person, conversation_id: str, body: bytes, content_type: str) -> str:
    media_id = str(checked(alice, body, content_type)["id"])
    sent = alice.send(conversation_id, "look", attachments=[media_id])
    assert sent.status == 201, sent.text
    return media_id


def _red_pdf() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (600, 600), (200, 30, 30)).save(written, "PDF")
    return written.getvalue()


def _colours(page: Page) -> dict[str, int]:
    """How many of the page's pixels are red, and how many are dark."""
    shot = base64.b64decode(page.command("Page.captureScreenshot")["data"])
    counted = Image.open(io.BytesIO(shot)).convert("RGB").getcolors(1 << 24) or []
    pixels = [(count, cast("tuple[int, int, int]", pixel)) for count, pixel in counted]
    return {
        "red": sum(count for count, (red, green, blue) in pixels if red > 150 and green < 90 and blue < 90),
        "dark": sum(count for count, pixel in pixels if max(pixel) < 80),
    }


def test_pictures_films_and_documents_are_shown_by_elements_of_the_page(
    alice: Person, general: str, page: Page, tmp_path: Path
) -> None:
    picture = _send(alice, general, samples.picture("JPEG", size=(640, 400)), "image/jpeg")
    film = _send(alice, general, samples.video(tmp_path / "v.webm", seconds=60, size=(640, 360)), "video/webm")
    items = [
        {"media_id": picture, "disposition": "inline"},
        {"media_id": film, "disposition": "inline"},
        {"media_id": picture, "variant": "thumb_128"},
        {"media_id": film, "variant": "poster"},
    ]
    found = page.evaluate(f"""(async () => {{
      const [picture, film, small, poster] = (await sign({json.dumps(items)})).map((each) => each.signed.url);
      const widths = [];
      for (const url of [picture, small, poster]) widths.push((await show("img", url)).naturalWidth);
      const video = await show("video", film);
      video.currentTime = 50;
      await once(video, "seeked");
      return {{widths, at: Math.round(video.currentTime), duration: Math.round(video.duration)}};
    }})()""")
    assert found["widths"][:2] == [640, 128]
    assert found["widths"][2] > 0
    assert (found["at"], found["duration"]) == (50, 60)


@pytest.mark.parametrize(
    ("body", "content_type", "colour"),
    [(_red_pdf(), "application/pdf", "red"), (b"##########\n" * 30, "text/plain", "dark")],
    ids=["pdf", "text"],
)
def test_a_frame_shows_a_document(
    alice: Person, general: str, page: Page, body: bytes, content_type: str, colour: str
) -> None:
    media_id = _send(alice, general, body, content_type)
    assert _colours(page)[colour] == 0
    page.evaluate(f"""(async () => {{
      const [{{signed}}] = await sign([{{media_id: "{media_id}", disposition: "inline"}}]);
      await show("iframe", signed.url);
    }})()""")
    for _ in range(50):
        if _colours(page)[colour] > 500:
            return
        page.evaluate("new Promise((done) => setTimeout(done, 100))")
    pytest.fail(f"the frame shows no {content_type}")


def test_what_could_run_as_a_page_is_not_shown_whatever_is_asked(alice: Person, general: str, page: Page) -> None:
    media_id = _send(alice, general, b"<html><body bgcolor=black></body></html>", "text/html")
    found = page.evaluate(f"""(async () => {{
      const [{{signed}}] = await sign([{{media_id: "{media_id}", disposition: "inline"}}]);
      const frame = document.createElement("iframe");
      Object.assign(frame, {{width: 300, height: 300, src: signed.url}});
      document.body.append(frame);
      await new Promise((done) => setTimeout(done, 1000));
      return signed.disposition;
    }})()""")
    assert found == "attachment"
    assert _colours(page)["dark"] == 0


def test_a_script_reads_a_file_by_its_url_and_by_following_the_redirect(
    alice: Person, general: str, page: Page
) -> None:
    """A redirect to another origin makes the script's own `null`, which the delivery must not mind."""
    media_id = _send(alice, general, b"hello", "text/plain")
    found = page.evaluate(f"""(async () => {{
      const [{{signed}}] = await sign([{{media_id: "{media_id}"}}]);
      const texts = [await (await fetch(signed.url)).text()];
      texts.push(await (await fetch(signed.url, {{headers: {{Range: "bytes=1-2"}}}})).text());
      for (const path of ["/v1/download/", "/v1/stream/"]) {{
        texts.push(await (await fetch(path + "{media_id}", {{headers: {{Authorization}}}})).text());
      }}
      return texts;
    }})()""")
    assert found == ["hello", "el", "hello", "hello"]


def test_urls_are_renewed_before_they_end(alice: Person, general: str, page: Page, tmp_path: Path) -> None:
    """A page renews all its URLs in one call, by what each says of its end; a film goes on where it was."""
    film = _send(alice, general, samples.video(tmp_path / "v.webm", seconds=60, size=(320, 180)), "video/webm")
    found = page.evaluate(f"""(async () => {{
      const items = [{{media_id: "{film}", disposition: "inline"}}];
      const [first] = await sign(items, 60);
      const video = await show("video", first.signed.url);
      video.currentTime = 30;
      await once(video, "seeked");
      const left = new Date(first.signed.expires_at) - Date.now();
      const [second] = await sign(items, 86400);
      const at = video.currentTime;
      video.src = second.signed.url;
      await once(video, "loadedmetadata");
      video.currentTime = at;
      await once(video, "seeked");
      const longer = new Date(second.signed.expires_at) - Date.now();
      return {{left, longer, at: Math.round(video.currentTime), error: video.error}};
    }})()""")
    assert 50_000 < found["left"] <= 61_000
    assert 86_000_000 < found["longer"] <= 86_401_000
    assert (found["at"], found["error"]) == (30, None)
