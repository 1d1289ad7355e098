"""Nothing that a tool can write about a file is in what is delivered of it: exiftool fills, and looks again."""

import io
import struct
from pathlib import Path

import av
import pytest

from parley.media.checking.metadata import removal
from parley.media.checking.metadata.edits import apply
from tests.support.clients import exiftool, ogg, samples
from tests.support.clients.uploading import checked, send
from tests.support.people.people import Person, Workspace

PICTURES = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "AVIF", "HEIC")
TYPES = {
    **{name.lower(): f"image/{name.lower()}" for name in PICTURES},
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "3gp": "video/3gpp",
    "3g2": "video/3gpp2",
    "m4a": "audio/mp4",
}
ADDED = {"WebP_Flags", "GIFVersion", "Gamma", "PixelsPerUnitX", "PixelsPerUnitY", "PixelUnits", "Free", "Unknown_free"}
LAYOUT = {"MediaDataOffset", "MediaDataSize", "MediaData", "StripOffsets", "MaxBitrate", "AverageBitrate"}
"""What says how the picture is drawn or where its data lies, and that something has been emptied."""


def _made(path: Path) -> bytes:
    if path.suffix == ".m4a":
        return samples.audio(path, "aac")
    return (
        samples.video(path, "libx264")
        if path.suffix in {".mp4", ".mov", ".3gp", ".3g2"}
        else samples.picture(path.suffix[1:].upper())
    )


def _fetched(person: Person, media_id: str) -> bytes:
    return send("GET", str(person.get(f"/v1/download/{media_id}").headers["Location"])).body


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A file of each format with every tag that exiftool writes there."""
    folder = tmp_path_factory.mktemp("filled")
    paths = [folder / f"file.{suffix}" for suffix in TYPES]
    for path in paths:
        path.write_bytes(_made(path))
    exiftool.fill(*paths)
    return {path.suffix[1:]: path.read_bytes() for path in paths}


@pytest.mark.skipif(exiftool.binary() is None, reason="this machine has no exiftool")
@pytest.mark.parametrize("suffix", TYPES)
def test_no_tag_that_exiftool_writes_is_delivered(
    alice: Person, filled: dict[str, bytes], suffix: str, tmp_path: Path
) -> None:
    body = filled[suffix]
    assert exiftool.MARK.encode() in body
    media = checked(alice, body, TYPES[suffix])
    assert (media["status"], media["metadata"]) == ("ready", "removed"), media.text
    assert media["preview"] == ("none" if suffix == "m4a" else "made"), media.text
    served, plain = tmp_path / f"served.{suffix}", tmp_path / f"plain.{suffix}"
    served.write_bytes(_fetched(alice, media["id"]))
    for trace in (exiftool.MARK, exiftool.DAY, "2001-02-03", "51.752", "+51.75"):
        assert trace.encode() not in served.read_bytes()
    without = checked(alice, _made(plain), TYPES[suffix])
    plain.write_bytes(_fetched(alice, without["id"]))
    expected = exiftool.found(plain)
    left = {name for name, value in exiftool.found(served).items() if expected.get(name) != value}
    numbers = {name for name in left if str(exiftool.found(served)[name]) in {"52", "51.752", "7"}}
    assert {name.partition(":")[2] for name in left - numbers} <= ADDED | LAYOUT, left


TOLD = {"title": "Zaubernuss", "comment": "Zaubernuss", "artist": "Zaubernuss", "location": "+51.7520-001.2577/"}


@pytest.mark.parametrize(
    ("suffix", "codec", "content_type"),
    [
        ("mp3", "libmp3lame", "audio/mpeg"),
        ("m4a", "aac", "audio/mp4"),
        ("opus", "libopus", "audio/ogg"),
        ("wav", "pcm_s16le", "audio/wav"),
        ("flac", "flac", "audio/flac"),
        ("aiff", "pcm_s16be", "audio/aiff"),
        ("caf", "pcm_s16be", "audio/x-caf"),
        ("mka", "libopus", "audio/x-matroska"),
        ("webm", "libopus", "audio/webm"),
    ],
)
def test_no_tag_that_ffmpeg_writes_is_in_a_recording(
    alice: Person, tmp_path: Path, suffix: str, codec: str, content_type: str
) -> None:
    body = samples.audio(tmp_path / f"a.{suffix}", codec, metadata=TOLD)
    assert b"Zaubernuss" in body
    media = checked(alice, body, content_type)
    assert (media["status"], media["metadata"], media["content_type"]) == ("ready", "removed", content_type), media.text
    served = tmp_path / f"served.{suffix}"
    served.write_bytes(_fetched(alice, media["id"]))
    assert b"Zaubernuss" not in served.read_bytes()
    assert _decoded(served) == _decoded(tmp_path / f"a.{suffix}")


@pytest.mark.parametrize(
    ("suffix", "codec", "content_type"),
    [
        ("mkv", "libx264", "video/x-matroska"),
        ("webm", "libvpx", "video/webm"),
        ("avi", "mpeg4", "video/x-msvideo"),
        ("mp4", "libx264", "video/mp4"),
        ("mov", "libx264", "video/quicktime"),
        ("3gp", "h263", "video/3gpp"),
    ],
)
def test_no_tag_that_ffmpeg_writes_is_in_a_film(
    alice: Person, tmp_path: Path, suffix: str, codec: str, content_type: str
) -> None:
    size = (352, 288) if codec == "h263" else samples.SIZE
    body = samples.video(tmp_path / f"v.{suffix}", codec, metadata=TOLD, size=size)
    assert b"Zaubernuss" in body
    media = checked(alice, body, content_type)
    assert (media["status"], media["metadata"], media["preview"]) == ("ready", "removed", "made"), media.text
    served = tmp_path / f"served.{suffix}"
    served.write_bytes(_fetched(alice, media["id"]))
    assert b"Zaubernuss" not in served.read_bytes()
    assert b"+51.75" not in served.read_bytes()
    assert _decoded(served) == _decoded(tmp_path / f"v.{suffix}")


def _decoded(path: Path) -> list[bytes]:
    """Every plane of every frame."""
    with av.open(str(path)) as container:
        return [bytes(plane) for frame in container.decode(0) for plane in frame.planes]


@pytest.mark.parametrize(
    "options", [{}, {"movflags": "frag_keyframe"}, {"movflags": "frag_keyframe+default_base_moof"}]
)
def test_a_track_of_positions_goes_with_its_samples(alice: Person, tmp_path: Path, options: dict[str, str]) -> None:
    body = samples.film_with_positions(tmp_path / "v.mov", **options)
    assert samples.PLACE in body
    media = checked(alice, body, "video/quicktime")
    assert (media["status"], media["metadata"], media["preview"]) == ("ready", "removed", "made"), media.text
    served = tmp_path / "served.mov"
    served.write_bytes(_fetched(alice, media["id"]))
    assert samples.PLACE not in served.read_bytes()
    assert _decoded(served) == _decoded(tmp_path / "v.mov")


def test_comments_and_pictures_in_ogg_go(alice: Person, tmp_path: Path) -> None:
    said, cover = "TITLE=Zaubernuss", b"\xff\xd8 Zaubernuss" * 2000
    recordings = {
        "flac": ogg.flac(tmp_path, said, cover),
        "vorbis": ogg.vorbis(tmp_path / "v.ogg", {"title": "Zaubernuss", "METADATA_BLOCK_PICTURE": "Zaubernuss" * 999}),
    }
    for name, body in recordings.items():
        assert body.count(b"Zaubernuss") > 900
        media = checked(alice, body, "audio/ogg")
        assert (media["status"], media["metadata"], media["preview"]) == ("ready", "removed", "none"), media.text
        (tmp_path / f"{name}.ogg").write_bytes(body)
        served = tmp_path / f"{name}-served.ogg"
        served.write_bytes(_fetched(alice, media["id"]))
        assert b"Zaubernuss" not in served.read_bytes()
        assert _decoded(served) == _decoded(tmp_path / f"{name}.ogg")
        assert len(_decoded(served)) > 1
    film = ogg.theora(said)
    edits = removal.edits_for("video/ogg", io.BytesIO(film))
    served_film = b"".join(apply([film], edits))
    assert b"Zaubernuss" in film
    assert b"Zaubernuss" not in served_film
    assert len(served_film) == len(film)


def test_a_native_flac_loses_comments_pictures_and_tags_around_it(alice: Person, tmp_path: Path) -> None:
    plain = samples.audio(tmp_path / "a.flac", "flac", metadata=TOLD)
    cover = b"Zaubernuss" * 100
    block = b"\6" + len(cover).to_bytes(3, "big") + cover
    tag = b"ID3\4\0\0\0\0\0\x0aZaubernuss"
    body = tag + plain[:42] + block + plain[42:] + b"TAG" + b"Zaubernuss".ljust(125, b"\0")
    media = checked(alice, body, "audio/flac")
    assert (media["status"], media["metadata"], media["content_type"]) == ("ready", "removed", "audio/flac"), media.text
    served = tmp_path / "served.flac"
    served.write_bytes(_fetched(alice, media["id"]))
    assert b"Zaubernuss" not in served.read_bytes()
    assert _decoded(served) == _decoded(tmp_path / "a.flac")


def test_what_follows_the_sound_in_a_wav_of_64_bits_goes() -> None:
    sizes = struct.pack("<QQQI", 0, 100, 50, 0)
    told = b"LIST" + struct.pack("<I", 4 + len(samples.PLACE)) + b"INFO" + samples.PLACE
    chunks = b"ds64" + struct.pack("<I", 28) + sizes + b"fmt " + struct.pack("<I", 16) + bytes(16)
    body = b"RF64\xff\xff\xff\xffWAVE" + chunks + b"data\xff\xff\xff\xff" + b"\1" * 100 + told
    served = b"".join(apply([body], removal.edits_for("audio/wav", io.BytesIO(body))))
    assert samples.PLACE not in served
    assert served.count(b"\1" * 100) == 1
    assert len(served) == len(body)


def test_subtitles_that_say_where_a_drone_was_go(alice: Person, tmp_path: Path) -> None:
    place = "HOME(E: 1.2577, N: 51.7520) GPS(-1.2577, 51.7520, 63)"
    for text in (place, "[latitude: 51.752033]", "51.752033, -1.257700"):
        body = samples.film_with_subtitles(tmp_path / "v.mp4", text)
        media = checked(alice, body, "video/mp4")
        assert (media["status"], media["metadata"], media["preview"]) == ("ready", "removed", "made"), media.text
        served = _fetched(alice, media["id"])
        assert text.encode() in body
        assert text.encode() not in served
    spoken = samples.film_with_subtitles(tmp_path / "v.mp4", "We are at home (2 of us) without GPS.")
    assert b"without GPS" in _fetched(alice, checked(alice, spoken, "video/mp4")["id"])


def test_boxes_within_fragments_go() -> None:
    box = samples.box
    about = struct.pack(">III", 0, 1, 0)
    told = box(b"udta", samples.PLACE), box(b"uuid", bytes(16), samples.PLACE), box(b"meta", bytes(4), samples.PLACE)
    fragment = box(b"moof", box(b"mfhd", bytes(8)), *told, box(b"traf", box(b"tfhd", about[:8]), *told))
    other = box(
        b"moof",
        box(b"mfhd", bytes(8)),
        box(
            b"traf",
            box(b"tfhd", struct.pack(">II", 0x10, 2), bytes(3), b"\7"),
            box(b"trun", struct.pack(">IIi", 1, 2, 80)),
        ),
    )
    handler = box(b"hdlr", bytes(8), b"meta", bytes(13))
    hidden = box(b"trak", box(b"tkhd", bytes(12), struct.pack(">I", 2), bytes(68)), box(b"mdia", handler))
    film = box(b"ftyp", b"isom") + box(b"moov", hidden) + fragment
    where = len(film)
    film += other + box(b"mdat", samples.PLACE * 2)
    assert len(other) == 72
    edits = removal.edits_for("video/mp4", io.BytesIO(film))
    served = b"".join(apply([film], edits))
    assert len(served) == len(film)
    assert samples.PLACE in film[where:]
    assert samples.PLACE not in served
    assert served.endswith(box(b"mdat", bytes(14)))
    assert b"mfhd" in served
    assert b"tfhd" in served


def test_a_film_does_not_name_the_camera_in_its_codec(alice: Person, tmp_path: Path) -> None:
    body = samples.video(tmp_path / "v.mov", "libx264")
    at = body.index(b"avc1") + 46
    body = body[:at] + b"\x08Telefone" + body[at + 9 :]
    served = _fetched(alice, checked(alice, body, "video/quicktime")["id"])
    assert b"Telefone" not in served
    assert served[at - 46 : at] == body[at - 46 : at]


def test_a_raw_photo_is_left_as_its_camera_made_it(alice: Person) -> None:
    """What shows it stands in its maker's notes: without them it is lost."""
    plain = samples.photo_with_place("TIFF")
    at = plain.index(struct.pack("<HHIHH", 262, 3, 1, 2, 0))
    raw = plain[:at] + struct.pack("<HHIHH", 262, 3, 1, 32803, 0) + plain[at + 12 :]
    for body, declared in ((raw, "image/x-adobe-dng"), (plain[:8] + b"CR\2\0" + plain[12:], "")):
        media = checked(alice, body, declared)
        assert (media["status"], media["metadata"]) == ("ready", "unreadable"), media.text
        assert _fetched(alice, media["id"]) == body


def test_where_metadata_cannot_be_removed_the_tenant_decides(acme: Workspace, alice: Person) -> None:
    broken = b"II*\0\xff\xff\xff\0" + samples.PLACE * 20
    media = checked(alice, broken, "image/tiff")
    assert (media["status"], media["metadata"], media["preview"]) == ("ready", "unreadable", "failed"), media.text
    assert _fetched(alice, media["id"]) == broken
    strict = Workspace(acme.tenant_id, {"unreadable_metadata": "reject"}).person("strict")
    refused = checked(strict, broken, "image/tiff")
    assert (refused["status"], refused["reason"]) == ("rejected", "metadata_unreadable")
    keeping = Workspace(acme.tenant_id, {"keep_metadata": True, "unreadable_metadata": "reject"}).person("keeping")
    assert checked(keeping, broken, "image/tiff")["metadata"] == "kept"
