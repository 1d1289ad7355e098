"""Which edits remove the metadata of a file: where it was taken, when, by whom and with what.

Lossless: pixels, sound, colour profile and orientation stay as they are, by an allow-list of each format; all else
goes. No package does this for streams: those that edit EXIF read whole files into memory, know JPEG alone, or are no
longer kept. Of documents: see `rewriting`.
"""

from collections.abc import Callable

from parley.media.checking.metadata import boxes, gif, jpeg, matroska, ogg, png, riff, tags, tiff, webp
from parley.media.checking.metadata.byte_reading import Malformed, Readable, size_of
from parley.media.checking.metadata.edits import Edit, in_order
from parley.media.checking.metadata.orientation import KNOWN_ORIENTATIONS, UPRIGHT

MAX_EDITS = 200_000

_BY_TYPE: dict[str, Callable[[Readable], list[Edit]]] = {
    "image/jpeg": jpeg.edits_for,
    "image/png": png.edits_for,
    "image/webp": webp.edits_for,
    "image/gif": gif.edits_for,
    "image/tiff": tiff.edits_for,
    **dict.fromkeys(("image/avif", "image/heic"), boxes.edits_for_picture),
    **dict.fromkeys(("video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2"), boxes.edits_for),
    **dict.fromkeys(("audio/mp4", "audio/3gpp", "audio/3gpp2"), boxes.edits_for),
    **dict.fromkeys(("video/webm", "video/x-matroska", "audio/webm", "audio/x-matroska"), matroska.edits_for),
    **dict.fromkeys(("audio/ogg", "video/ogg"), ogg.edits_for),
    **dict.fromkeys(("audio/wav", "audio/aiff", "audio/avi", "video/x-msvideo"), riff.edits_for),
    **dict.fromkeys(("audio/mpeg", "audio/aac"), tags.edits_for),
    "audio/x-caf": riff.edits_for_caf,
    "audio/flac": tags.edits_for_flac,
    "audio/amr": lambda _: [],  # the format has none
}
_TURNED: dict[str, Callable[[Readable], int]] = {
    "image/jpeg": jpeg.orientation_of,
    "image/png": png.orientation_of,
    "image/tiff": tiff.orientation_of,
}
"""Formats in which browsers heed EXIF's orientation. WebP's they pass over; HEIC and AVIF have properties."""


def is_removable(content_type: str) -> bool:
    """Whether files of this type are delivered without their metadata."""
    return content_type in _BY_TYPE


def edits_for(content_type: str, file: Readable) -> list[Edit]:
    """In order; none where there is nothing to remove. Raises `Malformed` for a file that is not built as it should."""
    try:
        edits = in_order(_BY_TYPE[content_type](file), size_of(file))
    except (ValueError, IndexError):
        raise Malformed from None
    if len(edits) > MAX_EDITS:
        raise Malformed
    return edits


def orientation_of(content_type: str, file: Readable) -> int:
    """Which way is up, as browsers see it: 1 to 8, as EXIF counts; upright where a file says what no reader knows."""
    find = _TURNED.get(content_type)
    try:
        said = UPRIGHT if find is None else find(file)
    except Malformed:
        return UPRIGHT
    return said if said in KNOWN_ORIENTATIONS else UPRIGHT
