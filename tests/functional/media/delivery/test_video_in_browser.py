"""A real `<video>` element plays and seeks through `/v1/stream/{id}`."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.clients import chromium, samples
from tests.support.clients.uploading import checked
from tests.support.people.people import Person

LOADED = """
new Promise((done) => document.readyState === "complete" ? done() : addEventListener("load", () => done()))
"""
SEEK = """
new Promise((resolve, reject) => {
  const video = document.querySelector("video");
  const wait = (name) => new Promise((done) => video.addEventListener(name, done, {once: true}));
  video.onerror = () => reject(new Error("media error " + video.error.code + " " + video.error.message));
  const start = async () => {
    const seeks = [];
    for (const at of [50, 5, 30]) {
      video.currentTime = at;
      await wait("seeked");
      seeks.push(Math.round(video.currentTime));
    }
    const played = wait("timeupdate");
    await video.play();
    await played;
    const seekable = video.seekable.end(0) > 50;
    resolve({duration: Math.round(video.duration), seeks, width: video.videoWidth, seekable});
  };
  if (video.readyState >= 1) start().catch(reject); else video.onloadedmetadata = () => start().catch(reject);
})
"""


@pytest.fixture
def site(alice: Person) -> Iterator[tuple[str, list[str]]]:
    """The API's stream route on an address of its own, for alice; and a page with a video element."""
    asked: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/v1/stream/"):
                asked.append(self.path)
                answer = alice.get(self.path)
                self.send_response(answer.status)
                self.send_header("Location", str(answer.headers["Location"]))
                self.end_headers()
                return
            body = f'<!doctype html><video src="/v1/stream/{self.path[1:]}" preload="metadata" muted></video>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()


@pytest.mark.skipif(chromium.binary() is None, reason="this machine has no Chromium")
def test_a_video_element_plays_and_seeks(alice: Person, site: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = site
    body = samples.video(tmp_path / "v.webm", seconds=60, size=(640, 360))
    media_id = str(checked(alice, body, "video/webm")["id"])
    with chromium.page(tmp_path / "profile", f"{address}/{media_id}") as page:
        page.evaluate(
            "new Promise((done) => addEventListener('load', done) || document.readyState == 'complete' && done())"
        )
        found = page.evaluate(SEEK)
    assert found == {"duration": 60, "seeks": [50, 5, 30], "width": 640, "seekable": True}
    assert asked
    downloads = alice.get(f"/v1/media/{media_id}/downloads")["data"]
    assert len(downloads) == 1
