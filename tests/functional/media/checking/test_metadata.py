"""What is delivered of photos and films: without the place where they were taken, and counted as it is delivered."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from parley.media import lifecycle, quota, storage
from parley.media.checking import check
from tests.support.clients import samples
from tests.support.clients.uploading import checked, process, s3_event, send, sha256, store
from tests.support.people.people import Person, Workspace


def _fetched(person: Person, media_id: str) -> bytes:
    return send("GET", str(person.get(f"/v1/download/{media_id}").headers["Location"])).body


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIC"])
def test_a_photo_is_delivered_upright_and_without_its_place(alice: Person, name: str) -> None:
    body = samples.photo_with_place(name)
    media = checked(alice, body, f"image/{name.lower()}", sha256=sha256(body))
    size = (320, 200) if name == "WEBP" else (200, 320)  # whose orientation browsers pass over
    assert (media["status"], media["width"], media["height"]) == ("ready", *size), media.text
    served = _fetched(alice, media["id"])
    assert samples.PLACE not in served
    assert b"GPSLatitude" not in served
    picture = Image.open(io.BytesIO(served))
    assert picture.tobytes() == Image.open(io.BytesIO(body)).tobytes()
    assert ImageOps.exif_transpose(picture).size == (200, 320)
    assert not picture.getexif().get_ifd(samples.GPS_IFD)
    assert (media["size"], media["sha256"]) == (len(served), sha256(served))
    assert (media["uploaded_size"], media["uploaded_sha256"]) == (len(body), sha256(body))


def test_what_has_no_metadata_is_delivered_byte_by_byte(alice: Person) -> None:
    for body, content_type in [(samples.picture("JPEG"), "image/jpeg"), (samples.pdf(), "application/pdf")]:
        media = checked(alice, body, content_type)
        assert _fetched(alice, media["id"]) == body
        assert (media["size"], media["sha256"]) == (media["uploaded_size"], media["uploaded_sha256"])
        assert media["sha256"] == sha256(body)


def test_a_film_is_delivered_without_its_place(alice: Person, tmp_path: Path) -> None:
    body = samples.video(tmp_path / "v.mov", "libx264", metadata={"location": "+51.7520-001.2577/"})
    media = checked(alice, body, "video/quicktime")
    served = _fetched(alice, media["id"])
    assert b"+51.75" in body
    assert b"+51.75" not in served
    assert (media["size"], media["sha256"], media["duration_ms"]) == (len(body), sha256(served), pytest.approx(3000))


def test_a_tenant_may_keep_metadata_from_now_on(acme: Workspace, alice: Person) -> None:
    body = samples.photo_with_place()
    before = store(alice, body, "image/jpeg")
    keeping = Workspace(acme.tenant_id, {"keep_metadata": True}).person("alice")
    media = checked(keeping, body, "image/jpeg")
    assert _fetched(keeping, media["id"]) == body
    assert media["sha256"] == sha256(body)
    assert process(s3_event(alice, before)) == []
    assert samples.PLACE not in _fetched(alice, before)


def test_the_quota_counts_what_is_delivered(acme: Workspace) -> None:
    alice = acme.person("settled")
    body = samples.photo_with_place("PNG")
    media_id = store(alice, body, "image/png")
    total = sum(quota.used_by_shard(alice.tenant_id))
    assert quota.used_by_user(alice.tenant_id, "settled") == len(body)
    assert process(s3_event(alice, media_id)) == []
    size = alice.get(f"/v1/media/{media_id}")["size"]
    assert size < len(body)
    assert quota.used_by_user(alice.tenant_id, "settled") == size
    assert sum(quota.used_by_shard(alice.tenant_id)) == total - len(body) + size
    assert process(s3_event(alice, media_id)) == []
    assert quota.used_by_user(alice.tenant_id, "settled") == size
    assert alice.delete(f"/v1/media/{media_id}").status == 204
    assert quota.used_by_user(alice.tenant_id, "settled") == 0


def test_a_reservation_on_several_shards_shrinks_to_what_is_kept() -> None:
    assert quota.shrink({"3": 10, "7": 5}, 12) == ({"3": 10, "7": 2}, {"7": 3})
    assert quota.shrink({"3": 10, "7": 5}, 4) == ({"3": 4}, {"3": 6, "7": 5})
    assert quota.shrink({"3": 10, "7": 5}, 15) == ({"3": 10, "7": 5}, {})
    assert quota.shrink({"3": 10}, 11) == ({"3": 10}, {})


def test_a_message_shows_the_size_that_is_delivered(alice: Person, general: str) -> None:
    media = checked(alice, samples.photo_with_place(), "image/jpeg")
    sent = alice.send(general, "look", attachments=[media["id"]])
    assert sent["attachments"][0]["size"] == media["size"]


def test_a_large_photo_is_written_anew_in_parts(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "WRITTEN_PART_BYTES", 5 * 1024 * 1024)
    out = io.BytesIO()
    Image.effect_noise((3600, 3600), 90).save(out, "PNG", compress_level=0, exif=samples.exif_with_place())
    body = out.getvalue()
    assert len(body) > 11 * 1024 * 1024
    media = checked(alice, body, "image/png")
    served = _fetched(alice, media["id"])
    assert (media["size"], media["sha256"]) == (len(served), sha256(served))
    assert Image.open(io.BytesIO(served)).tobytes() == Image.open(io.BytesIO(body)).tobytes()


def test_a_write_that_fails_leaves_no_parts(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "WRITTEN_PART_BYTES", 1024)
    media_id = store(alice, samples.photo_with_place(size=(900, 900)), "image/jpeg")
    real = storage.read_chunks

    def cut_off(stored: storage.StoredObject, size: int) -> object:
        chunks = real(stored, 2048)
        if size == check.CHUNK_BYTES and reads:
            yield next(chunks)
            raise OSError("the connection broke")
        reads.append(size)
        yield from chunks

    reads: list[int] = []
    monkeypatch.setattr(storage, "read_chunks", cut_off)
    assert process(s3_event(alice, media_id)) != []
    prefix = f"media/{alice.tenant_id}/{media_id}/"
    left = storage.client().list_multipart_uploads(Bucket="parley-test-media", Prefix=prefix)
    assert left.get("Uploads", []) == []
    monkeypatch.setattr(storage, "read_chunks", real)
    monkeypatch.setattr(storage, "WRITTEN_PART_BYTES", 8 * 1024 * 1024)
    assert process(s3_event(alice, media_id)) == []
    assert samples.PLACE not in _fetched(alice, media_id)


def test_two_runs_that_write_anew_deliver_one_file(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    media_id = store(alice, samples.photo_with_place(), "image/jpeg")
    real = lifecycle.mark_ready

    def second_run_first(*arguments: object) -> object:
        monkeypatch.setattr(lifecycle, "mark_ready", real)
        assert process(s3_event(alice, media_id)) == []
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(lifecycle, "mark_ready", second_run_first)
    used = quota.used_by_user(alice.tenant_id, "alice")
    assert process(s3_event(alice, media_id)) == []
    media = alice.get(f"/v1/media/{media_id}")
    assert len(_fetched(alice, media_id)) == media["size"]
    assert quota.used_by_user(alice.tenant_id, "alice") == used - media["uploaded_size"] + media["size"]
