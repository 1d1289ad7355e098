"""Metadata goes, and nothing else does: pixels, frames, colours and orientation stay, whatever the file."""

import io
import struct
from pathlib import Path
from typing import Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from parley.media.checking.metadata import removal
from parley.media.checking.metadata.byte_reading import Malformed
from parley.media.checking.metadata.edits import Edit, apply, blank, cut, in_order
from parley.media.checking.metadata.orientation import tiff_with
from tests.support.clients import samples

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIC", "GIF")
PLACES = {"location": "+51.7520-001.2577/", "com.apple.quicktime.location.ISO6709": "+51.7520-001.2577/"}


def removed(content_type: str, body: bytes) -> bytes:
    return b"".join(apply([body], removal.edits_for(content_type, io.BytesIO(body))))


def _opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_tells_its_place_no_longer_and_looks_the_same(name: str) -> None:
    body = samples.photo_with_place(name)
    clean = removed(f"image/{name.lower()}", body)
    assert samples.PLACE in body
    assert samples.PLACE not in clean
    assert b"GPSLatitude" not in clean
    before, after = _opened(body), _opened(clean)
    assert after.tobytes() == before.tobytes()
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert dict(after.getexif().get_ifd(samples.GPS_IFD)) == {}
    assert samples.MAKE not in after.getexif()
    assert ImageOps.exif_transpose(after).size == ImageOps.exif_transpose(before).size


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_keeps_which_way_is_up_and_no_other_tag(name: str, orientation: int) -> None:
    body = samples.photo_with_place(name, orientation)
    kept = dict(_opened(removed(f"image/{name.lower()}", body)).getexif())
    assert kept == ({} if orientation == 1 else {samples.ORIENTATION: orientation})


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_without_metadata_is_left_as_it_is(name: str) -> None:
    body = samples.picture(name)
    assert removed(f"image/{name.lower()}", body) == body


def test_a_progressive_jpeg_and_an_animated_webp_keep_all_of_their_picture() -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    exif = samples.exif_with_place()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], exif=exif, xmp=samples.XMP)
    clean = removed("image/webp", out.getvalue())
    assert samples.PLACE not in clean
    assert (_opened(clean).n_frames, dict(_opened(clean).getexif())) == (3, {samples.ORIENTATION: 6})  # type: ignore[attr-defined]
    noise = Image.effect_noise((1500, 1500), 90)
    out = io.BytesIO()
    noise.save(out, "JPEG", progressive=True, quality=95, exif=exif)
    assert len(out.getvalue()) > 1024 * 1024, "longer than one block of the search for markers"
    clean = removed("image/jpeg", out.getvalue())
    assert samples.PLACE not in clean
    assert _opened(clean).tobytes() == _opened(out.getvalue()).tobytes()


def test_what_follows_the_end_of_a_jpeg_goes() -> None:
    body = samples.picture("JPEG")
    assert removed("image/jpeg", body + samples.photo_with_place()) == body


def test_the_directories_of_a_tiff_are_written_anew_in_place() -> None:
    pages = [Image.new("L", (9, 9), shade) for shade in (0, 128, 255)]
    out = io.BytesIO()
    exif = samples.exif_with_place()
    exif[samples.DESCRIPTION] = samples.PLACE.decode()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], exif=exif)
    clean = removed("image/tiff", out.getvalue())
    assert len(clean) == len(out.getvalue())
    assert samples.PLACE not in clean
    image = _opened(clean)
    for number, page in enumerate(pages):
        image.seek(number)
        assert image.tobytes() == page.tobytes()
    for order in (b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"II+\0\x08\0\0\0"):
        with pytest.raises(Malformed):
            removal.edits_for("image/tiff", io.BytesIO(order + b"\xff\xff"))


@pytest.mark.parametrize("suffix", ["mp4", "mov"])
@pytest.mark.parametrize("flags", ["", "use_metadata_tags", "faststart", "frag_keyframe+empty_moov"])
def test_a_film_tells_its_place_no_longer_and_plays_the_same(tmp_path: Path, suffix: str, flags: str) -> None:
    body = samples.video(
        tmp_path / f"v.{suffix}",
        "libx264",
        metadata=PLACES | {"make": "Telephone"},
        options={"movflags": flags} if flags else None,
    )
    clean = removed("video/mp4", body)
    assert "location" in _tags(body)
    assert not {name for name in _tags(clean) if "location" in name or "make" in name}
    assert b"+51.75" not in clean
    assert len(clean) == len(body)
    assert _packets(clean) == _packets(body)


def _tags(body: bytes) -> dict[str, str]:
    with av.open(io.BytesIO(body)) as container:
        return dict(container.metadata)


def _packets(body: bytes) -> list[bytes]:
    with av.open(io.BytesIO(body), "r") as container:
        return [bytes(packet) for packet in container.demux()]


def test_a_recording_tells_nothing_but_its_sound(tmp_path: Path) -> None:
    told = {
        "title": "Song",
        "artist": "Band",
        "location": "+51.7520-001.2577/",
        "creation_time": "2001-02-03T04:05:06Z",
    }
    clean = removed("audio/mp4", samples.video(tmp_path / "v.mp4", "libx264", metadata=told))
    assert set(_tags(clean)) <= {"major_brand", "minor_version", "compatible_brands"}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("image/jpeg", b"no jpeg"),
        ("image/png", b"\x89PNG\r\n\x1a\n" + bytes(12) * 1_000_001),
        ("image/webp", b"RIFF\0\0\0\0WEBP"),
        ("image/gif", b"GIF89a"),
        ("video/mp4", struct.pack(">I4s", 4, b"moov")),
        ("audio/flac", b"fLaC\0\xff\xff\xff"),
        ("audio/ogg", b"OggS" + bytes(22) + b"\1\xff"),
        ("video/webm", b"\x1a\x45\xdf\xa3\x80\xff"),
        ("image/avif", struct.pack(">I4s", 28, b"meta") + bytes(4) + struct.pack(">I4s", 99, b"iinf") + bytes(8)),
    ],
)
def test_a_file_that_is_not_built_as_it_should_be_is_malformed(content_type: str, body: bytes) -> None:
    with pytest.raises(Malformed):
        removal.edits_for(content_type, io.BytesIO(body))


@given(st.data())
def test_a_damaged_file_is_refused_or_edited_within_its_bounds(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(FORMATS))
    body = bytearray(_SMALL[name])
    for at in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=6)):
        body[at] = data.draw(st.integers(0, 255))
    del body[data.draw(st.integers(1, len(body))) :]
    try:
        edits = removal.edits_for(f"image/{name.lower()}", io.BytesIO(bytes(body)))
    except Malformed:
        return
    assert len(b"".join(apply([bytes(body)], edits))) <= len(body) + 64


_SMALL = {name: samples.photo_with_place(name, size=(8, 8)) for name in FORMATS}


@st.composite
def _edited(draw: st.DrawFn) -> tuple[bytes, list[Edit]]:
    body = draw(st.binary(max_size=60))
    bounds = sorted(draw(st.lists(st.integers(0, len(body)), max_size=10)))
    edits = [
        Edit(start, end - start, draw(st.binary(max_size=4)), draw(st.integers(0, 3)))
        for start, end in zip(bounds[::2], bounds[1::2], strict=False)
    ]
    return body, edits


@given(_edited(), st.integers(1, 20))
def test_edits_apply_to_a_stream_as_to_the_whole(edited: tuple[bytes, list[Edit]], chunk: int) -> None:
    body, edits = edited
    expected, at = b"", 0
    for edit in edits:
        expected += body[at : edit.offset] + edit.content + bytes(edit.zeros)
        at = edit.end
    expected += body[at:]
    chunks = [body[start : start + chunk] for start in range(0, len(body), chunk)]
    assert b"".join(apply(chunks, edits)) == expected
    assert b"".join(apply(chunks, in_order(edits, len(body)))) == expected
    assert [Edit.from_json(edit.to_json()) for edit in edits] == edits


def test_edits_that_overlap_or_reach_beyond_the_file_are_none() -> None:
    assert in_order([cut(4, 6), cut(0, 4), blank(6, 8)], 8) == [Edit(0, 8, zeros=2)]
    for wrong in ([cut(0, 5), blank(4, 6)], [cut(7, 9)]):
        with pytest.raises(ValueError, match="overlap"):
            in_order(wrong, 8)


def test_only_what_turns_a_picture_is_written() -> None:
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + tiff_with(8))
    assert dict(exif) == {samples.ORIENTATION: 8}
    assert [tiff_with(wrong) for wrong in (0, 1, 9, 65535)] == [b""] * 4


TOLD = b"Zaubernuss"


def _jfif_with_picture() -> bytes:
    body = samples.picture("JPEG")
    return body[:2] + b"\xff\xe0\0\x22JFIF\0\1\1\0\0\1\0\1\3\2" + TOLD + bytes(8) + body[20:]


def _gif_with_more(extension: bytes) -> bytes:
    body = samples.picture("GIF")
    at = 13 + (3 << (body[10] & 7) + 1)
    return body[:at] + extension + body[at:]


def _png_with(chunk: bytes) -> bytes:
    body = samples.picture("PNG")
    return body[:33] + chunk + body[33:]


SAID_WITHIN = {
    "a small picture in JFIF": ("image/jpeg", _jfif_with_picture()),
    "more in Adobe's segment": (
        "image/jpeg",
        samples.picture("JPEG")[:20] + b"\xff\xee\0\x18Adobe\0\x64\0\0\0\0\1" + TOLD + samples.picture("JPEG")[20:],
    ),
    "more than density": ("image/png", _png_with(samples.chunk(b"pHYs", b"\0\0\1\0\0\0\1\0\1" + TOLD))),
    "a palette's name": ("image/png", _png_with(samples.chunk(b"sPLT", TOLD + b"\0\x08"))),
    "an end that says something": ("image/png", samples.picture("PNG")[:-12] + samples.chunk(b"IEND", TOLD)),
    "more than repetitions": (
        "image/gif",
        _gif_with_more(b"!\xff\x0bNETSCAPE2.0\3\1\0\0\x0a" + TOLD + b"\0"),
    ),
    "more than a frame's time": ("image/gif", _gif_with_more(b"!\xf9\4\0\0\0\0\x0a" + TOLD + b"\0")),
}


@pytest.mark.parametrize("name", SAID_WITHIN)
def test_nothing_hides_in_what_is_kept(name: str) -> None:
    content_type, body = SAID_WITHIN[name]
    clean = removed(content_type, body)
    assert TOLD in body
    assert TOLD not in clean
    assert _opened(clean).tobytes() == _opened(body).tobytes()
    assert removed(content_type, clean) == clean


def _tiff(**options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 90).convert("RGB").save(out, "TIFF", **options)
    return out.getvalue()


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "packbits", "jpeg", "tiff_deflate"])
@pytest.mark.parametrize("big", [False, True])
def test_what_no_tag_of_a_tiff_leads_to_goes(compression: str | None, *, big: bool) -> None:
    body = _tiff(compression=compression, big_tiff=big) + TOLD
    clean = removed("image/tiff", body)
    assert TOLD not in clean
    assert len(clean) == len(body)
    assert _opened(clean).tobytes() == _opened(body).tobytes()
    assert removed("image/tiff", clean) == clean


def test_pixels_stay_where_a_tiff_does_not_say_how_many_they_are() -> None:
    body = bytearray(_tiff())
    at = int.from_bytes(body[4:8], "little") + 2
    entries = range(at, at + 12 * int.from_bytes(body[at - 2 : at], "little"), 12)
    (lengths,) = (entry for entry in entries if int.from_bytes(body[entry : entry + 2], "little") == 279)
    for wrong in (0, 100):
        body[lengths + 8 : lengths + 12] = wrong.to_bytes(4, "little")
        assert removed("image/tiff", bytes(body)) == bytes(body)


def _id3(*, footer: bool = False) -> bytes:
    frame = b"TIT2\0\0\0\x0b\0\0\3" + TOLD
    size = bytes([0, 0, 0, len(frame)])
    return b"ID3\4\0" + (b"\x10" if footer else b"\0") + size + frame + (b"3DI\4\0\x10" + size if footer else b"")


_APE_ITEM = len(TOLD).to_bytes(4, "little") + bytes(4) + b"Title\0" + TOLD


def _ape(flags: int) -> bytes:
    size = len(_APE_ITEM) + 32
    return b"APETAGEX" + struct.pack("<IIII", 2000, size, 1, flags) + bytes(8)


TAGS = {
    "at the end": lambda body: body + _id3(),
    "at the end with a footer": lambda body: body + _id3(footer=True),
    "at the end before an older one": lambda body: body + _id3() + b"TAG" + TOLD.ljust(125, b"\0"),
    "where two recordings meet": lambda body: body + _id3() + body,
    "ape at the front": lambda body: _ape(0xA0000000) + _APE_ITEM + _ape(0x80000000) + body,
    "lyrics of the first kind": lambda body: (
        body + b"LYRICSBEGIN" + TOLD + b"LYRICSEND" + b"TAG" + TOLD.ljust(125, b"\0")
    ),
}


@pytest.mark.parametrize(
    ("suffix", "codec", "content_type"),
    [("mp3", "libmp3lame", "audio/mpeg"), ("aac", "aac", "audio/aac"), ("flac", "flac", "audio/flac")],
)
@pytest.mark.parametrize("where", TAGS)
def test_tags_go_wherever_they_stand(tmp_path: Path, suffix: str, codec: str, content_type: str, where: str) -> None:
    plain = samples.audio(tmp_path / f"a.{suffix}", codec)
    plain = removed(content_type, plain)
    body = TAGS[where](plain)
    assert removed(content_type, body) == plain * (2 if "meet" in where else 1)


def test_comments_of_recordings_that_follow_one_another_go(tmp_path: Path) -> None:
    one, other = (
        samples.audio(tmp_path / f"{number}.ogg", "libopus", metadata={"title": TOLD.decode() + str(number)})
        for number in range(2)
    )
    for body in (one + other, one + one, one + TOLD + other, one + other + TOLD, one + TOLD):
        clean = removed("audio/ogg", body)
        assert TOLD not in clean
        assert clean.count(b"OggS") == body.count(b"OggS")
        assert removed("audio/ogg", clean) == clean


@pytest.mark.parametrize(
    ("suffix", "codec", "content_type", "chunk"),
    [
        ("wav", "pcm_s16le", "audio/wav", b"data"),
        ("aiff", "pcm_s16be", "audio/aiff", b"SSND"),
        ("avi", "mpeg4", "video/x-msvideo", b"LIST"),
    ],
)
@pytest.mark.parametrize("length", [bytes(4), b"\xff" * 4, b"\0\0\0\x24", b"\x24\0\0\0"])
@pytest.mark.parametrize("where", ["file", "chunk", "both"])
def test_a_recording_keeps_what_is_heard_whatever_its_lengths_say(
    tmp_path: Path, suffix: str, codec: str, content_type: str, chunk: bytes, length: bytes, where: str
) -> None:
    path = tmp_path / f"a.{suffix}"
    make = samples.video if suffix == "avi" else samples.audio
    body = bytearray(make(path, codec, metadata={"title": TOLD.decode()}))
    at = body.index(b"movi") - 8 if suffix == "avi" else body.index(chunk)
    media = bytes(body[at + 12 :])
    if where != "chunk":
        body[4:8] = length
    if where != "file" and length in {bytes(4), b"\xff" * 4}:
        body[at + 4 : at + 8] = length
    clean = removed(content_type, bytes(body))
    assert TOLD not in clean[: len(clean) - len(media)]
    assert clean[-len(media) :][:20_000] == media[:20_000]
    assert clean[:12] == body[:12]
