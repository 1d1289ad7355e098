"""Pictures: checked by decoding them once, and made small.

Pillow only warns at its pixel limit, so the size in the header is checked here before anything is decoded. A JPEG is
decoded at the smallest scale that still gives the largest thumbnail, so 40 megapixels take the memory of one or two.
"""

from pathlib import Path
from typing import IO, cast

from PIL import Image, ImageOps

from parley.media.checking.metadata.orientation import UPRIGHT
from parley.media.checking.ranges import RangeFile
from parley.media.checking.sandbox import Findings, Refused

MAX_PIXELS = 50_000_000
MAX_SIDE = 30_000
MAX_FILE_BYTES = 128 * 1024 * 1024
THUMBNAILS = {"thumb_1024": 1024, "thumb_256": 256, "thumb_128": 128}
QUALITY = 80
Sizes = dict[str, tuple[int, int]]
"""Width and height of the pictures that were written, by variant."""
ORIENTATION = 0x0112
_TURNED = frozenset({5, 6, 7, 8})
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
    "image/avif": "AVIF",
    "image/heic": "HEIF",
}


def inspect_image(file: RangeFile, content_type: str, directory: Path) -> Findings:
    """Width and height as shown, orientation as stored, and the thumbnails; of an animation the first frame.

    Raises `Refused`.
    """
    Image.MAX_IMAGE_PIXELS = None  # the bound is ours, and an error
    if file.seek(0, 2) > MAX_FILE_BYTES:
        raise Refused("image_too_large")
    file.seek(0)
    if content_type == "image/heic":
        _learn_heic()
    with Image.open(cast("IO[bytes]", file), formats=[_FORMATS[content_type]]) as opened:
        width, height = opened.size
        check_bounds(width, height)
        orientation = opened.getexif().get(ORIENTATION, UPRIGHT)
        if orientation in _TURNED and opened.format != "TIFF":  # whose size Pillow gives as shown
            width, height = height, width
        opened.draft("RGB", (1024, 1024))
        smaller = opened.convert("RGBA") if opened.mode == "P" else opened  # a palette cannot be averaged
        smaller.thumbnail((1024, 1024), Image.Resampling.LANCZOS, reducing_gap=3.0)
        pictures = write_thumbnails(ImageOps.exif_transpose(smaller), directory)
    return {"width": width, "height": height, "orientation": orientation}, pictures


def _learn_heic() -> None:
    """Let Pillow open what phones take: libheif, which turns pictures upright itself, on one thread."""
    import pi_heif  # noqa: PLC0415 - loaded for such a file alone

    pi_heif.options.DECODE_THREADS = 1
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def check_bounds(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Refused("image_too_large")


def write_thumbnails(picture: Image.Image, directory: Path, names: dict[str, int] | None = None) -> Sizes:
    """Write each size as WebP. Pixels are copied to a fresh image, so that nothing but pixels is written."""
    opaque = picture.mode in {"RGB", "L", "CMYK", "YCbCr", "1", "I", "F"} and "transparency" not in picture.info
    converted = picture.convert("RGB" if opaque else "RGBA")
    clean = Image.new(converted.mode, converted.size)
    clean.paste(converted)
    written: Sizes = {}
    for name, side in (names or THUMBNAILS).items():
        clean.thumbnail((side, side), Image.Resampling.LANCZOS)
        clean.save(directory / name, "WEBP", quality=QUALITY, method=4)
        written[name] = clean.size
    return written
