"""Media: signing, thumbnails, memory and cost. On MiniStack, whose answers are not timed against."""

import contextlib
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image

from parley.media import storage
from parley.media.checking import sandbox
from parley.observability import logger
from parley_client import Client
from parley_client.uploads import Uploader
from tests.benchmarks.tables import print_table
from tests.support.aws.ministack import ministack
from tests.support.aws.s3_calls import s3_uses
from tests.support.clients import documents, samples
from tests.support.clients.in_process import Gateway
from tests.support.clients.uploading import process, s3_event, store
from tests.support.dynamodb.meter import metered
from tests.support.people.people import Person, Workspace, new_workspace

MIB = 1024 * 1024
PARTS = 1000
PHOTO = (7296, 5472)
"""40 megapixels."""
WEBP_PHOTO = (5400, 4000)
"""A WebP is decoded whole, by an animation decoder that keeps four canvases: larger ones get no preview."""
PEAK_BOUND_MIB = 420
PLAIN = """
import re, sys
from PIL import Image, ImageOps
if sys.argv[1].endswith(".heic"):
    import pi_heif
    pi_heif.register_heif_opener()
image = ImageOps.exif_transpose(Image.open(sys.argv[1]))
for side in (1024, 256, 128):
    small = image.copy(); small.thumbnail((side, side)); small.save(f"{sys.argv[1]}.{side}.webp", "WEBP")
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


def main() -> None:
    logger().setLevel("CRITICAL")
    printed = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(printed):
        directory = Path(folder)
        with ministack(directory / "ministack"):
            alice = new_workspace("acme").person("alice")
            _signing()
            _thumbnails(alice, directory)
            _by_format(alice, directory)
            _cost(directory)
    print("".join(line for line in printed.getvalue().splitlines(keepends=True) if not line.startswith('{"_aws"')))


def _signing() -> None:
    storage.sign_part("quarantine/acme/warm", "upload", 1, 1, None)
    rows = []
    for name, sha256 in (("length", None), ("length and SHA-256", "ab" * 32)):
        wall, cpu = time.perf_counter(), time.process_time()
        for number in range(1, PARTS + 1):
            storage.sign_part("quarantine/acme/media", "upload", number, 5 * 1024 * 1024, sha256)
        rows.append([name, f"{(time.perf_counter() - wall) * 1000:.0f}", f"{(time.process_time() - cpu) * 1000:.0f}"])
    print_table(f"Signing {PARTS:,} parts", ["bound to", "ms", "CPU ms"], rows)


def _thumbnails(alice: Person, directory: Path) -> None:
    """A 40-megapixel photo (a WebP of 21) through the sandbox, against plain Pillow in a process of its own."""
    noise = Image.effect_noise((PHOTO[0] // 8, PHOTO[1] // 8), 90).convert("RGB").resize(PHOTO)
    rows = []
    pillow_heif.register_heif_opener()
    for name in ("JPEG", "PNG", "WEBP", "AVIF", "HEIC"):
        path = directory / f"photo.{name.lower()}"
        options = {"compress_level": 1} if name == "PNG" else {"quality": 85}
        photo = noise.resize(WEBP_PHOTO) if name == "WEBP" else noise
        photo.save(path, "HEIF" if name == "HEIC" else name, exif=samples.exif_with_place(), **options)
        key = f"quarantine/{alice.tenant_id}/{name}"
        storage.client().put_object(Bucket="parley-test-media", Key=key, Body=path.read_bytes())
        stored = storage.head(key)
        assert stored is not None
        output = directory / name
        output.mkdir()

        def check(stored: storage.StoredObject = stored, output: Path = output, name: str = name) -> int:
            url = storage.sign_get(stored.key, 60).url
            content_type = f"image/{name.lower()}"
            return sandbox.inspect(content_type, url=url, etag=stored.etag, size=stored.size, directory=output).peak_kib

        def plain(path: Path = path) -> int:
            command = [sys.executable, "-c", PLAIN, str(path)]
            return int(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603 - ourselves

        ours, peak = _timed(check)
        theirs, plain_peak = _timed(plain)
        rows.append(
            [
                f"{name}, {stored.size / 1e6:.1f} MB",
                f"{3 / ours:.1f}",
                f"{3 / theirs:.1f}",
                f"{peak / 1024:.0f}",
                f"{plain_peak / 1024:.0f}",
            ]
        )
        assert peak / 1024 < PEAK_BOUND_MIB, f"{name} took {peak / 1024:.0f} MiB"
    print_table(
        "Three thumbnails of a photo of 40 megapixels, in a fresh process",
        ["", "thumbnails/s", "plain Pillow", "peak MiB", "plain Pillow"],
        rows,
    )


def _by_format(alice: Person, directory: Path) -> None:
    """From the event to `ready`, by format: the bounded process's memory and processor, and the time that passes."""
    rows = []
    for name, content_type, make, before in _formats(directory):
        media_id = store(alice, make(), content_type)
        peaks: list[int] = []
        real = sandbox.inspect

        def inspect(*given: Any, real: Any = real, peaks: list[int] = peaks, **named: Any) -> sandbox.Inspection:
            found: sandbox.Inspection = real(*given, **named)
            peaks.append(found.peak_kib)
            return found

        used, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        sandbox.inspect = inspect
        try:
            assert process(s3_event(alice, media_id)) == []
        finally:
            sandbox.inspect = real
        passed, spent = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = spent.ru_utime + spent.ru_stime - used.ru_utime - used.ru_stime
        media = alice.get(f"/v1/media/{media_id}")
        assert media["status"] == "ready", media.text
        peak = max(peaks) / 1024
        assert peak < PEAK_BOUND_MIB, f"{name} took {peak:.0f} MiB"
        told = f"{media['preview']}, {media['metadata']}"
        rows.append([name, f"{peak:.0f}", str(before), f"{seconds:.1f}", f"{passed:.1f}", told])
    print_table("A check, by format", ["", "peak MiB", "before", "CPU s", "s to ready", "preview, metadata"], rows)


def _formats(directory: Path) -> Iterator[tuple[str, str, Callable[[], bytes], int | str]]:
    """Each with its peak when checks were first measured; what is now too large has no preview."""
    noise = Image.effect_noise((PHOTO[0] // 8, PHOTO[1] // 8), 90).convert("RGB").resize(PHOTO)
    pillow_heif.register_heif_opener()

    def saved(picture: Image.Image, kind: str, **options: Any) -> Callable[[], bytes]:
        def make() -> bytes:
            out = io.BytesIO()
            picture.save(out, kind, **options)
            return out.getvalue()

        return make

    yield "JPEG of 40 megapixels", "image/jpeg", saved(noise, "JPEG", quality=85), 61
    yield "the same, progressive", "image/jpeg", saved(noise, "JPEG", quality=85, progressive=True), 272
    yield "PNG of 40", "image/png", saved(noise, "PNG", compress_level=1), 248
    yield "TIFF of 40", "image/tiff", saved(noise, "TIFF"), 260
    yield "GIF of 40", "image/gif", saved(noise.quantize(64), "GIF"), 429
    yield "WebP of 21", "image/webp", saved(noise.resize(WEBP_PHOTO), "WEBP", quality=85), 365
    yield "WebP of 40", "image/webp", saved(noise, "WEBP", quality=85), 652
    yield "AVIF of 40", "image/avif", saved(noise, "AVIF", quality=85, speed=10), 387
    yield "HEIC of 40", "image/heic", saved(noise, "HEIF", quality=85), 322
    film = directory / "film.mp4"
    for width, height, before in ((3840, 2160, 189), (5760, 2880, 378), (7680, 4320, 539)):
        made = partial(samples.video, film, "libx264", seconds=1, rate=2, size=(width, height))
        yield f"film of {width} x {height}", "video/mp4", made, before
    yield "PDF of 1,000 pages and 60 MiB", "application/pdf", _large_pdf, "kept"
    photos: dict[str, str | bytes] = {
        f"word/media/{number}.jpeg": samples.photo_with_place(size=(2000, 1500)) for number in range(200)
    }
    yield "DOCX with 200 photos", documents.WORD, lambda: documents.docx(photos), "kept"


def _large_pdf() -> bytes:
    document = pikepdf.new()
    for _ in range(1000):
        document.add_blank_page(page_size=(200, 200))
        document.pages[-1].Contents = document.make_stream(os.urandom(60 * 1024))
    document.docinfo["/Author"] = "somebody"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _timed(run: Callable[[], int]) -> tuple[float, int]:
    started = time.perf_counter()
    peak = run()
    return time.perf_counter() - started, peak


def _cost(directory: Path) -> None:
    """What an upload costs from start to ready, by the uploader: the same whatever its size, but for its parts."""
    photo = samples.photo_with_place(size=(2000, 1500))
    rows, writes = [], set()
    for name, content_type, body in (
        ("10 B", "text/plain", b"x" * 10),
        ("12 MiB", "text/plain", b"x" * 12 * MIB),
        ("60 MiB", "text/plain", b"x" * 60 * MIB),
        (f"photo with its place, {len(photo) // 1024} KiB", "image/jpeg", photo),
    ):
        alice = Workspace(new_workspace("acme").tenant_id).person("alice")
        path = directory / "upload"
        path.write_bytes(body)
        with metered() as cost, s3_uses() as uses:
            media_id = Uploader(
                Client("http://parley", transport=Gateway(alice).transport), workers=1, verdict_seconds=0
            ).upload(path, content_type)
            assert process(s3_event(alice, media_id)) == []
        rows.append([name, f"{cost.reads:g}", f"{cost.writes:g}", str(cost.calls), str(len(uses))])
        if content_type == "text/plain":
            writes.add(cost.writes)
    print_table("An upload from start to ready", ["", "RRU", "WRU", "DynamoDB calls", "functions' S3 calls"], rows)
    assert len(writes) == 1, "what is written grows with the size"
