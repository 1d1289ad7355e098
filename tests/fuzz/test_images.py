"""Pictures that were changed anywhere: their metadata is removed or they are malformed by name, and nothing else."""

import io
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.media.checking import detection
from parley.media.checking.metadata import removal
from parley.media.checking.metadata.byte_reading import Malformed
from parley.media.checking.metadata.edits import EditedFile
from parley.media.checking.sandbox import Refused
from tests.support.clients import samples
from tests.support.fuzzing import examples

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp", "TIFF": "image/tiff"}
FORMATS |= {"HEIC": "image/heic", "AVIF": "image/avif"}
CONTAINERS = ("video/mp4", "video/quicktime", "video/webm", "audio/ogg", "audio/mpeg", "audio/wav", "audio/flac")
PLACES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)), max_size=6)


@cache
def picture(name: str) -> bytes:
    return samples.photo_with_place(name, size=(40, 30))


def broken(body: bytes, changes: list[tuple[float, bytes]], end: float) -> bytes:
    """The file with bytes overwritten, and cut: places are shares of its length, most of them near the beginning."""
    changed = bytearray(body)
    for place, patch in changes:
        at = int(place * place * len(changed))
        changed[at : at + len(patch)] = patch
    return bytes(changed[: int(len(changed) * (1 - end * end * end))])


def removed(content_type: str, body: bytes) -> bytes | None:
    """The file without its metadata; None where it is malformed."""
    try:
        edits = removal.edits_for(content_type, io.BytesIO(body))
    except Malformed:
        return None
    rest = EditedFile(io.BytesIO(body), len(body), edits)
    rest.seek(0)
    return rest.read(-1)


@pytest.mark.parametrize("name", FORMATS)
@given(changes=PLACES, end=st.floats(0, 1))
@examples(40)
def test_a_broken_picture_loses_its_metadata_or_is_malformed(
    name: str, changes: list[tuple[float, bytes]], end: float
) -> None:
    body = broken(picture(name), changes, end)
    detection.detect(body[:4096])
    assert 1 <= removal.orientation_of(FORMATS[name], io.BytesIO(body)) <= 8
    cleaned = removed(FORMATS[name], body)
    if cleaned is not None:
        again = removed(FORMATS[name], cleaned)
        assert again is None or removed(FORMATS[name], again) == again


@pytest.mark.parametrize("said", [0, 9, 255, 65_535])
@pytest.mark.parametrize("name", ["JPEG", "PNG", "TIFF"])
def test_an_orientation_that_no_reader_knows_is_upright(name: str, said: int) -> None:
    body = samples.photo_with_place(name, orientation=said, size=(40, 30))
    assert removal.orientation_of(FORMATS[name], io.BytesIO(body)) == 1


@pytest.mark.parametrize("content_type", [*FORMATS.values(), *CONTAINERS])
@given(body=st.binary(max_size=200))
@examples(40)
def test_bytes_that_are_no_such_file_are_malformed_by_name(content_type: str, body: bytes) -> None:
    if removal.is_removable(content_type):
        removed(content_type, body)
    with suppress(Refused):
        detection.actual_type(content_type, body, is_text=False)
