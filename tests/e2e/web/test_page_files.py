"""Files in the page: what is sent goes on where it was, and is shown as what it is."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Request, Route, expect

from tests.support.clients import samples
from tests.support.web.seat import PATIENCE_MS, Seat
from tests.support.web.served import World

Sit = Callable[..., Seat]
PART = 5 * 2**20


def test_an_upload_is_killed_and_resumed(people: World, sit: Sit, tmp_path: Path) -> None:
    """The page is closed in the middle; another one sends what has not arrived, and nothing else."""
    people.group("Ada", "Ben", name="Files")
    film = tmp_path / "notes.txt"
    film.write_bytes(b"".join(b"%08d\n" % number for number in range(25 * 2**20 // 9)))
    ada = sit("Ada")
    ada.enter("Files")
    sent: list[str] = []
    held: list[Route] = []

    def count(route: Route) -> None:
        """Let two parts through and hold the others, as a slow network does."""
        if route.request.method != "PUT":
            route.continue_()
        elif len(sent) < 2:
            sent.append(route.request.url)
            route.continue_()
        else:
            held.append(route)

    ada.context.route("**/*partNumber=*", count)
    ada.page.locator("input[type=file]").first.set_input_files(film)
    attached = ada.page.get_by_role("list", name="Attachment")
    expect(attached.get_by_text("% uploaded")).to_have_text("40% uploaded", timeout=PATIENCE_MS)
    for route in held:
        route.abort()  # closing the page would let them through
    ada.page.close()
    assert len(sent) == 2

    ada.context.unroute("**/*partNumber=*")
    again: list[str] = []
    ada.context.on(
        "request",
        lambda asked: again.append(asked.url) if asked.method == "PUT" and "partNumber" in asked.url else None,
    )
    ada.open()
    ada.enter("Files")
    ada.page.get_by_label("Choose the file again to go on: notes.txt").set_input_files(film)
    expect(ada.page.get_by_role("list", name="Attachment").get_by_text("Ready")).to_be_visible(timeout=2 * PATIENCE_MS)
    assert len(again) == -(-film.stat().st_size // PART) - 2
    ada.page.get_by_role("button", name="Send", exact=True).click()
    ben = sit("Ben")
    ben.enter("Files")
    card = ben.page.get_by_role("button", name="Download: notes.txt")
    expect(card).to_be_visible(timeout=PATIENCE_MS)
    with ben.page.expect_download() as download:
        card.click()
    assert Path(download.value.path()).read_bytes() == film.read_bytes()


def test_an_upload_pauses_and_goes_on(people: World, sit: Sit) -> None:
    people.group("Ada", "Ben", name="Patience")
    ada = sit("Ada")
    ada.enter("Patience")
    stopped: list[Route] = []

    def hold(route: Route) -> None:
        stopped.append(route)

    ada.context.route("**/*partNumber=*", hold)
    text: FilePayload = {"name": "long.txt", "mimeType": "text/plain", "buffer": b"a line of text\n" * 900_000}
    ada.page.locator("input[type=file]").first.set_input_files([text])
    ada.page.get_by_role("button", name="Pause: long.txt").click()
    expect(ada.page.get_by_text("Paused at")).to_be_visible()
    ada.context.unroute("**/*partNumber=*")
    ada.page.get_by_role("button", name="Resume: long.txt").click()
    expect(ada.page.get_by_role("list", name="Attachment").get_by_text("Ready")).to_be_visible(timeout=2 * PATIENCE_MS)


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    files = []
    for name, colour in (("red.png", (200, 60, 50)), ("blue.png", (40, 90, 200))):
        Image.new("RGB", (640, 400), colour).save(tmp_path / name)
        files.append(tmp_path / name)
    return files


def test_pictures_are_dropped_shown_small_and_opened(people: World, sit: Sit, pictures: list[Path]) -> None:
    people.group("Ada", "Ben", name="Gallery")
    ada = sit("Ada")
    ada.enter("Gallery")
    drop = """async ([form, files]) => {
        const data = new DataTransfer();
        for (const [name, bytes] of files) {
            data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
        }
        for (const type of ["dragenter", "dragover", "drop"])
            form.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    files = [[each.name, list(each.read_bytes())] for each in pictures]
    ada.page.evaluate(drop, [ada.log.element_handle(), files])
    expect(ada.page.get_by_role("list", name="Attachment").get_by_text("Ready")).to_have_count(2, timeout=PATIENCE_MS)
    ada.write("Two walls")
    ben = sit("Ben")
    ben.enter("Gallery")
    red = ben.message("Two walls").get_by_role("button", name="Open red.png")
    expect(red.locator("img")).to_have_js_property("complete", value=True, timeout=PATIENCE_MS)
    red.click()
    shown = ben.page.get_by_role("dialog", name="red.png").get_by_role("img")
    expect(shown).to_have_js_property("naturalWidth", 640, timeout=PATIENCE_MS)
    ben.page.keyboard.press("Tab")
    ben.page.get_by_role("button", name="Next").click()
    expect(ben.page.get_by_role("dialog", name="blue.png")).to_be_visible()
    ben.page.keyboard.press("Escape")
    expect(ben.page.get_by_role("dialog")).to_have_count(0)


def test_a_video_plays_and_seeks(people: World, sit: Sit, tmp_path: Path) -> None:
    """Drawn here, sent through the page; a jump fetches from the place that it goes to, not all that is before it."""
    people.group("Ada", "Ben", name="Cinema")
    film = tmp_path / "storm.mp4"
    size = len(samples.video(film, "libx264", seconds=20, size=(320, 240), rate=5, noise=True))
    ada = sit("Ada")
    ada.enter("Cinema")
    ada.page.locator("input[type=file]").first.set_input_files(film)
    expect(ada.page.get_by_role("list", name="Attachment").get_by_text("Ready")).to_be_visible(timeout=2 * PATIENCE_MS)
    ada.write("Look at this storm")

    ben = sit("Ben")
    ranges: list[tuple[int, int]] = []

    def note(asked: Request) -> None:
        answer, wanted = asked.response(), asked.headers.get("range")
        if answer and wanted:
            ranges.append((answer.status, int(wanted.removeprefix("bytes=").partition("-")[0])))

    ben.page.on("requestfinished", note)
    ben.page.on("requestfailed", note)  # a browser breaks off what a jump makes useless
    ben.enter("Cinema")
    video = ben.message("Look at this storm").locator("video")
    expect(video).to_have_attribute("aria-label", "storm.mp4", timeout=PATIENCE_MS)
    expect(video).to_have_attribute("src", re.compile("http"), timeout=PATIENCE_MS)
    video.evaluate("video => { video.muted = true; return video.play(); }")
    moves = "(video, from) => new Promise(done => setInterval(() => video.currentTime > from && done(true), 20))"
    assert video.evaluate(moves, 0.2)
    assert round(video.evaluate("video => video.duration")) == 20
    jump = """(video, to) => new Promise(done => {
        video.onseeked = () => done(video.currentTime);
        video.currentTime = to;
    })"""
    assert video.evaluate(jump, 15) >= 15
    assert video.evaluate(moves, 15.2)
    video.evaluate("video => video.pause()")
    assert video.evaluate(jump, 1) == 1
    assert {status for status, _ in ranges} == {206}
    assert any(start > size // 4 for _, start in ranges), (size, ranges)


def test_a_voice_message_is_recorded_and_plays(people: World, sit: Sit) -> None:
    people.group("Ada", "Ben", name="Voices")
    ada = sit("Ada", permissions=["microphone"])
    ada.enter("Voices")
    ada.page.get_by_role("button", name="Record a voice message").click()
    expect(ada.page.get_by_text("Recording, 0:01")).to_be_visible(timeout=PATIENCE_MS)
    ada.page.get_by_role("button", name="Stop and attach").click()
    expect(ada.page.get_by_role("list", name="Attachment").get_by_text("Ready")).to_be_visible(timeout=PATIENCE_MS)
    ada.page.get_by_role("button", name="Send", exact=True).click()
    ben = sit("Ben")
    ben.enter("Voices")
    player = ben.log.locator("audio")
    ben.log.get_by_role("button", name="Play", exact=True).click()
    player.evaluate("player => new Promise(done => { setInterval(() => player.currentTime > 0.1 && done(true), 20); })")
