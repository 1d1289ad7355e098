"""Which edits remove the metadata of a file: where it was taken, when, by whom and with what.

Lossless: pixels, sound, colour profile and orientation stay as they are. No package does this for streams: those that
edit EXIF read whole files into memory, know JPEG alone, or are no longer kept.
"""

from collections.abc import Callable

from parley.media.checking.metadata import boxes, gif, jpeg, png, tiff, webp
from parley.media.checking.metadata.byte_reading import Readable, size_of
from parley.media.checking.metadata.edits import Edit, in_order
from parley.media.checking.sandbox import Refused

MAX_EDITS = 10_000


_BY_TYPE: dict[str, Callable[[Readable, int], list[Edit]]] = {
    "image/jpeg": jpeg.edits_for,
    "image/png": png.edits_for,
    "image/webp": webp.edits_for,
    "image/gif": lambda file, _: gif.edits_for(file),
    "image/tiff": lambda file, _: tiff.edits_for(file),
    **dict.fromkeys(
        ("image/avif", "image/heic", "video/mp4", "video/quicktime", "audio/mp4"),
        lambda file, _: boxes.edits_for(file),
    ),
}


def edits_for(content_type: str, file: Readable, orientation: int) -> list[Edit]:
    """In order; none where there is nothing to remove, or the type has no metadata of this kind.

    Raises `Refused` for a file that is not built as it should be.
    """
    find = _BY_TYPE.get(content_type)
    if find is None:
        return []
    try:
        edits = in_order(find(file, orientation), size_of(file))
    except ValueError:
        raise Refused("undecodable") from None
    if len(edits) > MAX_EDITS:
        raise Refused("too_complex")
    return edits
