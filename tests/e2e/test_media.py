"""Media on the deployed local stack: from the uploader through S3's event and the queue to a checked file."""

import io
import os
import time
from pathlib import Path

import httpx
import pytest
from PIL import Image

from infrastructure.local.stack import RunningStack
from parley_client import Client
from parley_client.uploads import Uploader
from tests.support.aws.local_stack import client
from tests.support.clients import documents, samples
from tests.support.clients.uploading import sha256

CHECK_SECONDS = 60


def _token(running: RunningStack) -> str:
    return str(running.credentials.alice)


def _ready(api: httpx.Client, media_id: str) -> dict[str, object]:
    """The media once its check has ended."""
    deadline = time.monotonic() + CHECK_SECONDS
    while time.monotonic() < deadline:
        media = api.get(f"/v1/media/{media_id}").json()
        if media["status"] not in {"uploading", "processing"}:
            return dict(media)
        time.sleep(0.2)
    raise TimeoutError(media)


@pytest.mark.parametrize("size", [100_000, 11 * 1024 * 1024], ids=["post", "multipart"])
def test_a_file_is_uploaded_checked_and_fetched(local_stack: RunningStack, tmp_path: Path, size: int) -> None:
    body = os.urandom(size // 2).hex().encode()
    path = tmp_path / "noise.txt"
    path.write_bytes(body)
    media_id = Uploader(Client(local_stack.state.api_url, _token(local_stack))).upload(path, "text/plain")
    with client(local_stack, _token(local_stack)) as api:
        media = _ready(api, media_id)
        assert (media["status"], media["sha256"]) == ("ready", sha256(body))
        redirected = api.get(f"/v1/download/{media_id}")
        assert redirected.status_code == 302
        assert httpx.get(redirected.headers["location"], trust_env=False).content == body


@pytest.mark.parametrize("name", ["JPEG", "HEIC"])
def test_a_photo_gets_thumbnails_and_loses_its_place_in_the_deployed_function(
    local_stack: RunningStack, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "photo"
    path.write_bytes(samples.photo_with_place(name))
    media_id = Uploader(Client(local_stack.state.api_url, _token(local_stack))).upload(path, f"image/{name.lower()}")
    with client(local_stack, _token(local_stack)) as api:
        media = _ready(api, media_id)
        assert (media["status"], media["width"], media["height"]) == ("ready", 200, 320)
        signed = api.get(f"/v1/download/{media_id}/signed", params={"variant": "thumb_128"}).json()
        thumbnail = Image.open(io.BytesIO(httpx.get(signed["url"], trust_env=False).content))
        assert thumbnail.size == (80, 128)
        redirected = api.get(f"/v1/download/{media_id}")
        served = httpx.get(redirected.headers["location"], trust_env=False).content
        assert samples.PLACE not in served
        assert media["sha256"] == sha256(served)


def test_documents_lose_their_authors_in_the_deployed_function(local_stack: RunningStack, tmp_path: Path) -> None:
    path = tmp_path / "document"
    for body, content_type in ((documents.pdf(), "application/pdf"), (documents.docx(), documents.WORD)):
        path.write_bytes(body)
        media_id = Uploader(Client(local_stack.state.api_url, _token(local_stack))).upload(path, content_type)
        with client(local_stack, _token(local_stack)) as api:
            media = _ready(api, media_id)
            assert (media["status"], media["metadata"], media["preview"]) == ("ready", "removed", "none")
            redirected = api.get(f"/v1/download/{media_id}")
            served = httpx.get(redirected.headers["location"], trust_env=False).content
            assert media["sha256"] == sha256(served) != sha256(body)
