"""The check of an uploaded file: what it finds, what it refuses, and that nothing unchecked is ever delivered."""

import gzip
import io
from pathlib import Path

import pytest
from PIL import Image

from parley.media import storage
from tests.support.clients import corpus, drawings, samples
from tests.support.clients.uploading import checked, post_form, process, s3_event, send, sha256, start, store
from tests.support.people.people import Person, Workspace


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "AVIF", "HEIC"])
def test_a_picture_gets_its_size_and_thumbnails(alice: Person, name: str) -> None:
    body = samples.picture(name)
    media = checked(alice, body, f"image/{name.lower()}", sha256=sha256(body))
    assert (media["status"], media["width"], media["height"]) == ("ready", 320, 200), media.text
    assert media["sha256"] == sha256(body)
    assert set(media["thumbnails"]) == {"thumb_128", "thumb_256", "thumb_1024"}
    assert (media["thumbnails"]["thumb_128"]["width"], media["thumbnails"]["thumb_128"]["height"]) == (128, 80)
    signed = alice.get(f"/v1/download/{media['id']}/signed", variant="thumb_128")
    thumbnail = Image.open(io.BytesIO(send("GET", signed["url"]).body))
    assert (thumbnail.format, thumbnail.size) == ("WEBP", (128, 80))


def test_a_photo_is_turned_upright_and_its_thumbnails_tell_no_place(alice: Person) -> None:
    media = checked(alice, samples.photo_with_place(orientation=6), "image/jpeg")
    assert (media["width"], media["height"]) == (200, 320)
    for variant in ("thumb_128", "thumb_256", "thumb_1024"):
        signed = alice.get(f"/v1/download/{media['id']}/signed", variant=variant)
        body = send("GET", signed["url"]).body
        thumbnail = Image.open(io.BytesIO(body))
        assert thumbnail.height > thumbnail.width
        assert not thumbnail.getexif()
        assert b"EXIF" not in body
        assert b"at home" not in body
    red, blue = thumbnail.convert("RGB").getpixel((100, 20)), thumbnail.convert("RGB").getpixel((100, 300))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 200 > red[2]
    assert blue[2] > 200 > blue[0]


def test_a_video_gets_a_poster_its_size_and_its_duration(alice: Person, tmp_path: Path) -> None:
    for suffix, codec, kind in [("webm", "libvpx", "video/webm"), ("mp4", "libx264", "video/mp4")]:
        media = checked(alice, samples.video(tmp_path / f"v.{suffix}", codec), kind)
        assert (media["status"], media["width"], media["height"]) == ("ready", 320, 200), media.text
        assert media["duration_ms"] == pytest.approx(3000, abs=150)
        assert set(media["thumbnails"]) == {"poster", "thumb_128", "thumb_256", "thumb_1024"}


def _picture(person: Person, media_id: str, variant: str) -> Image.Image:
    signed = person.get(f"/v1/download/{media_id}/signed", variant=variant)
    return Image.open(io.BytesIO(send("GET", signed["url"]).body)).convert("RGB")


def _colour(picture: Image.Image, x: float, y: float = 0.5) -> tuple[int, ...]:
    found = picture.getpixel((int(picture.width * x), int(picture.height * y)))
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize(("seconds", "black"), [(3, 15), (12, 100)])
def test_a_poster_is_a_frame_that_says_something(alice: Person, seconds: int, black: int) -> None:
    media = checked(alice, corpus.film("mp4", "libx264", seconds=seconds, black=black), "video/mp4")
    assert _colour(_picture(alice, media["id"], "poster"), 0.75)[2] > 200
    night = checked(alice, corpus.film("mp4", "libx264", seconds=2, black=20), "video/mp4")
    assert night["preview"] == "made", "a film that is black to its end has a poster all the same"


def test_an_anamorphic_film_has_square_pixels(alice: Person) -> None:
    media = checked(alice, corpus.film("mp4", "libx264", aspect=2), "video/mp4")
    assert (media["width"], media["height"]) == (640, 200)
    assert _picture(alice, media["id"], "poster").size == (640, 200)


def test_depth_profile_and_lab_become_what_is_seen(alice: Person) -> None:
    grey = Image.new("I;16", (64, 64), 128 * 257)
    for image, image_format, colour in (
        (grey, "PNG", (128, 128, 128)),
        (grey, "TIFF", (128, 128, 128)),
        (Image.new("LAB", (64, 64), (136, 208, 195)), "TIFF", (255, 0, 0)),
        (Image.new("F", (64, 64), 0.5), "TIFF", (0, 0, 0)),
    ):
        out = io.BytesIO()
        image.save(out, image_format)
        media = checked(alice, out.getvalue(), f"image/{image_format.lower()}")
        seen = _colour(_picture(alice, media["id"], "thumb_128"), 0.5)
        if image.mode != "F":
            assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) < 16, (image.mode, seen)
    body = samples.picture("TIFF", icc_profile=samples.SWAPPED_PROFILE)
    green = _colour(_picture(alice, checked(alice, body, "image/tiff")["id"], "thumb_128"), 0.25)
    assert green[1] > 200 > green[0]


def test_a_scan_of_one_bit_is_shrunk_smoothly(alice: Person) -> None:
    scan = Image.effect_noise((2048, 2048), 90).convert("1")
    out = io.BytesIO()
    scan.save(out, "TIFF", compression="group4")
    small = _picture(alice, checked(alice, out.getvalue(), "image/tiff")["id"], "thumb_128").convert("L")
    assert sum(small.histogram()[64:192]) > 0.9 * 128 * 128


@pytest.mark.parametrize(
    ("suffix", "codec", "content_type"),
    [
        ("mp3", "libmp3lame", "audio/mpeg"),
        ("m4a", "aac", "audio/mp4"),
        ("ogg", "libopus", "audio/ogg"),
        ("wav", "pcm_s16le", "audio/wav"),
        ("flac", "flac", "audio/flac"),
        ("webm", "libopus", "audio/webm"),
    ],
)
def test_audio_gets_its_duration(alice: Person, tmp_path: Path, suffix: str, codec: str, content_type: str) -> None:
    media = checked(alice, samples.audio(tmp_path / f"a.{suffix}", codec), content_type)
    assert media["status"] == "ready", media.text
    assert media["duration_ms"] == pytest.approx(1000, abs=60)
    assert media["waveform"] == [0] * 64, "it is silent"


def test_a_pdf_gets_its_page_count_and_plain_files_pass(alice: Person) -> None:
    assert checked(alice, samples.pdf(3), "application/pdf")["pages"] == 3
    assert checked(alice, "Grüße\n".encode(), "text/plain; charset=utf-8")["status"] == "ready"
    assert checked(alice, samples.zipped(), "application/zip")["status"] == "ready"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><path id="p" d="M0 0h9v9z"/><use href="#p"/></svg>'
    assert checked(alice, svg, "image/svg+xml")["status"] == "ready"


REFUSED = {
    "another picture's promise": ("image/jpeg", b"<html><script>alert(1)</script></html>", "type_mismatch"),
    "a script": ("image/svg+xml", drawings.ACTIVE["script"], "active_content"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_dangerous_or_not_as_promised_is_rejected_and_removed(alice: Person, name: str) -> None:
    content_type, body, reason = REFUSED[name]
    media = checked(alice, body, content_type)
    assert (media["status"], media["reason"]) == ("rejected", reason)
    assert storage.head(f"quarantine/{alice.tenant_id}/{media['id']}") is None
    refused = alice.get(f"/v1/download/{media['id']}/signed")
    assert (refused.status, refused.code, refused["reason"]) == (409, "media_rejected", reason)


def test_a_picture_that_is_too_large_to_decode_is_kept_as_an_attachment(alice: Person) -> None:
    body = samples.webp_bomb()
    media = checked(alice, body, "image/webp")
    assert (media["status"], media["preview"], media["reason"]) == ("ready", "failed", "image_too_large"), media.text
    assert (media["width"], media["height"]) == (16383, 16383)
    fetched = send("GET", str(alice.get(f"/v1/download/{media['id']}").headers["Location"]))
    assert fetched.body == body
    assert fetched.headers["content-disposition"].startswith("attachment")


def test_a_text_is_delivered_in_the_encoding_that_was_verified(alice: Person) -> None:
    for body, charset in (
        ("Grüße".encode() * 300_000, "utf-8"),
        ("Grüße".encode("utf-16"), "utf-16le"),
        ("Grüße".encode("utf-16-be"), "utf-16be"),
        ("Grüße".encode("cp1252"), None),
        (b"a" * 1_048_575 + "ß".encode() + b"a", "utf-8"),
        (b"a" * 1_048_575 + "ß".encode()[:1], None),
    ):
        media = checked(alice, body, "text/plain; charset=iso-8859-1")
        assert (media["status"], media["content_type"], media["charset"]) == ("ready", "text/plain", charset), (
            media.text
        )
        fetched = send("GET", str(alice.get(f"/v1/download/{media['id']}").headers["Location"]))
        assert fetched.headers["content-type"] == "text/plain" + (f"; charset={charset}" if charset else "")
        assert fetched.body == body


def test_a_type_that_the_tenant_does_not_take_is_not_let_in_by_another_name(acme: Workspace) -> None:
    picky = Workspace(acme.tenant_id, {"media_types": ["image/jpg", "video/mp4"]}).person("picky")
    png, sound = samples.picture("PNG"), corpus.recording("mp4", "aac")
    for body, declared in ((png, "image/jpeg"), (sound, "video/mp4")):
        media = checked(picky, body, declared)
        assert (media["status"], media["reason"]) == ("rejected", "type_mismatch"), media.text
    assert checked(picky, samples.picture("JPEG"), "image/jpeg")["status"] == "ready"


def test_a_heif_is_a_heic_by_another_name(alice: Person) -> None:
    media = checked(alice, samples.picture("HEIC"), "image/heif")
    assert (media["status"], media["content_type"]) == ("ready", "image/heic")


def test_another_content_than_the_hash_says_is_rejected(alice: Person) -> None:
    body = bytes(11 * 1024 * 1024)
    media = checked(alice, body[:-1] + b"x", "text/plain", sha256=sha256(body))
    assert (media["status"], media["reason"]) == ("rejected", "checksum_mismatch")


def test_another_content_than_a_posts_checksum_says_is_rejected_where_s3_lets_it_pass(alice: Person) -> None:
    """AWS compares the form's checksum field itself; an S3 that does not, as MiniStack, is not relied upon."""
    upload = start(alice, b"promised", sha256=sha256(b"promised"))
    assert upload["post"]["fields"]["x-amz-checksum-sha256"]
    assert post_form(upload["post"], b"replaced").status == 204
    assert process(s3_event(alice, upload["upload_id"])) == []
    media = alice.get(f"/v1/media/{upload['media_id']}")
    assert (media["status"], media["reason"]) == ("rejected", "checksum_mismatch")


def test_an_event_before_complete_and_again_after_it_checks_once(alice: Person) -> None:
    body = b"early"
    upload = start(alice, body)
    assert post_form(upload["post"], body).status == 204
    event = s3_event(alice, upload["upload_id"])
    assert process(event) == []
    ready = alice.get(f"/v1/media/{upload['media_id']}")
    assert ready["status"] == "ready"
    completed = alice.post("/v1/upload/complete", {"upload_id": upload["upload_id"]})
    assert (completed.status, completed["status"]) == (202, "ready")
    assert process(event) == []
    assert alice.get(f"/v1/media/{upload['media_id']}").body == ready.body


def test_what_is_posted_after_the_check_is_never_delivered(alice: Person) -> None:
    body, other = b"checked", b"swapped"
    upload = start(alice, body)
    post_form(upload["post"], body)
    assert process(s3_event(alice, upload["upload_id"])) == []
    assert post_form(upload["post"], other).status == 204
    assert process(s3_event(alice, upload["upload_id"])) == []
    signed = alice.get(f"/v1/download/{upload['media_id']}/signed")
    assert send("GET", signed["url"]).body == body
    assert storage.head(f"quarantine/{alice.tenant_id}/{upload['media_id']}") is None


def test_nobody_gets_a_url_before_the_check(alice: Person, bob: Person) -> None:
    media_id = store(alice, b"hello")
    waiting = alice.get(f"/v1/download/{media_id}/signed")
    assert (waiting.status, waiting.code, waiting["retryable"]) == (409, "media_not_ready", True)
    assert bob.get(f"/v1/media/{media_id}").status == 404


@pytest.mark.parametrize(
    "body",
    [
        drawings.svg("<foo/>"),
        drawings.svg('<rect fill="unheard-of(1)"/>'),
        drawings.svg("<style>@unheard-of { a { fill: red } }</style>"),
        b'<?xml version="1.0" encoding="Shift_JIS"?>' + drawings.svg("<script>alert(1)</script>"),
        drawings.svg("<text>&nbsp;</text>"),
        drawings.svg("") + b"\0",
    ],
)
def test_a_drawing_of_which_nobody_knows_what_it_does_is_kept_as_bytes(alice: Person, body: bytes) -> None:
    media = checked(alice, body, "image/svg+xml")
    assert (media["status"], media["content_type"], media["preview"]) == (
        "ready",
        "application/octet-stream",
        "failed",
    ), media.text
    signed = alice.get(f"/v1/download/{media['id']}/signed", disposition="inline")
    assert signed["disposition"] == "attachment"
    assert send("GET", signed["url"]).body == body


def test_what_is_active_is_refused_beside_what_nobody_knows(alice: Person) -> None:
    for inside in (
        "<foo/><script>alert(1)</script>",
        '<rect fill="unheard-of(1) url(//example.com/a)"/>',
        '<rect><animate attributeName="fill" values="unheard-of(1);url(//example.com/a)"/></rect>',
    ):
        media = checked(alice, drawings.svg(inside), "image/svg+xml")
        assert (media["status"], media["reason"]) == ("rejected", "active_content"), media.text


def test_a_packed_drawing_is_a_download(alice: Person) -> None:
    media = checked(alice, gzip.compress(drawings.svg("<rect/>")), "image/svg+xml")
    assert (media["status"], media["content_type"]) == ("ready", "application/gzip"), media.text
