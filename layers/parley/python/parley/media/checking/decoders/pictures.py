"""Pictures: decoded once, as browsers show them, and made small.

Pillow only warns at its pixel limit, so the size in the header is checked here before anything is decoded, against what
the format's decoder needs for it. A JPEG is decoded at the smallest scale that still gives the largest thumbnail.
"""

import io
from pathlib import Path
from typing import IO, Any, cast

from PIL import Image, ImageCms, ImageFile

from parley.media.checking.metadata.orientation import UPRIGHT
from parley.media.checking.sandbox import Findings, NoPreview

MAX_DECODED_BYTES = 350_000_000
"""What decoding a picture may take; the process ends at `sandbox.MEMORY_BYTES`, with its libraries."""
_BYTES_A_PIXEL = {"JPEG": 0.3, "WEBP": 16, "AVIF": 8.5, "HEIF": 7}
"""Measured (docs/cost.md): a JPEG is decoded scaled, WebP's decoder keeps four canvases."""
_PROGRESSIVE = 6
"""Of a progressive JPEG: all its coefficients are in memory, at any scale."""
_BYTES_BY_MODE = {"1": 2, "L": 1, "P": 5, "RGB": 4, "CMYK": 4, "I;16": 7, "I;16B": 7, "I": 9, "F": 9}
"""Of formats that are decoded as they are, with the copy in a mode that can be averaged."""
_BYTES_WITH_ALPHA = 9
MAX_SIDE = 65_535
MAX_FILE_BYTES = 128 * 1024 * 1024
THUMBNAILS = {"thumb_1024": 1024, "thumb_256": 256, "thumb_128": 128}
QUALITY = 80
Sizes = dict[str, tuple[int, int]]
"""Width and height of the pictures that were written, by variant."""
ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_QUARTER_TURNS = frozenset({5, 6, 7, 8})
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
    "image/avif": "AVIF",
    "image/heic": "HEIF",
}
_PROFILED = {"RGB": "RGB", "RGBA": "RGB", "L": "L", "CMYK": "CMYK", "LAB": "LAB"}


def inspect_image(file: io.RawIOBase, content_type: str, directory: Path, orientation: int) -> Findings:
    """Width and height as shown, and the thumbnails; of an animation the first frame.

    Facts are found before pixels are decoded: a file that cannot be made small keeps them. Raises `NoPreview`.
    """
    Image.MAX_IMAGE_PIXELS = None  # the bound is ours
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # what there is of a picture is shown, as in browsers
    length = file.seek(0, 2)
    file.seek(0)
    if content_type == "image/heic":
        _learn_heic()
    elif content_type == "image/webp":
        _check_webp(file)
    elif content_type == "image/png":
        _check_png(file)
    with Image.open(cast("IO[bytes]", file), formats=[_FORMATS[content_type]]) as opened:
        is_tiff = opened.format == "TIFF"  # Pillow turns it by itself
        if content_type == "image/avif":
            orientation = _turn_of_avif(opened)
        width, height = opened.size
        if orientation in _QUARTER_TURNS and not is_tiff:
            width, height = height, width
        facts = {"width": width, "height": height}
        decoded = width * height * _bytes_a_pixel(opened)
        if decoded > MAX_DECODED_BYTES or max(width, height) > MAX_SIDE or length > MAX_FILE_BYTES:
            raise NoPreview("image_too_large", facts)
        try:
            small = _small(opened)
            if orientation in _TURNS and not is_tiff:
                small = small.transpose(_TURNS[orientation])
            return facts, write_thumbnails(small, directory)
        except MemoryError as error:
            raise NoPreview("too_complex", facts) from error
        except Exception as error:
            raise NoPreview("undecodable", facts) from error


def _bytes_a_pixel(opened: Image.Image) -> float:
    known = _BYTES_A_PIXEL.get(str(opened.format))
    if known is None and opened.format != "MPO":
        return (
            _BYTES_WITH_ALPHA if "transparency" in opened.info else _BYTES_BY_MODE.get(opened.mode, _BYTES_WITH_ALPHA)
        )
    return _PROGRESSIVE if opened.info.get("progressive") else known or _BYTES_A_PIXEL["JPEG"]


def _small(opened: Image.Image) -> Image.Image:
    """The picture at the size of the largest thumbnail, in sRGB."""
    profile = opened.info.get("icc_profile")
    opened.draft("RGB", (1024, 1024))
    smaller = _averageable(opened)
    smaller.thumbnail((1024, 1024), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _in_srgb(smaller, profile)


def _averageable(picture: Image.Image) -> Image.Image:
    """The picture in a mode whose pixels can be averaged: palettes and single bits cannot, 16 bits become 8."""
    mode = picture.mode
    if mode.startswith("I;16"):
        return picture.point(lambda value: value * (1 / 257)).convert("L")
    if mode in {"I", "F"}:
        return _stretched(picture)
    is_keyed = mode in {"P", "L", "RGB", "1"} and "transparency" in picture.info
    others = {"P": "RGB", "1": "L", "RGBX": "RGB", "LA": "RGBA", "La": "RGBA", "PA": "RGBA", "RGBa": "RGBA"}
    plain = "RGBA" if is_keyed else others.get(mode, mode)
    return picture if plain == mode else picture.convert(plain)


def _stretched(picture: Image.Image) -> Image.Image:
    """32 bits have no white of their own: 16 bits' where values reach beyond 8, else what there is."""
    low, high = cast("tuple[float, float]", picture.getextrema())
    if picture.mode == "I" and low >= 0:
        low, high = 0, 255 if high <= 255 else max(high, 65_535)  # noqa: PLR2004 - white, in 8 bits and 16
    scale = 255 / (high - low) if high > low else 1
    return picture.point(lambda value: value * scale - low * scale).convert("L")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as they look: thumbnails carry no profile, so what a profile says is applied."""
    source: Any = None
    try:
        if profile and picture.mode in _PROFILED:
            source = ImageCms.getOpenProfile(io.BytesIO(profile))
            space = source.profile.xcolor_space.strip()
            if space != {"L": "GRAY", "LAB": "Lab"}.get(_PROFILED[picture.mode], _PROFILED[picture.mode]):
                source = None
        if source is None and picture.mode == "LAB":
            source = ImageCms.createProfile("LAB")
        if source is None:
            return picture
        alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
        base = picture.convert("RGB") if alpha is not None else picture
        target = ImageCms.createProfile("sRGB")
        shown = ImageCms.profileToProfile(base, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, KeyError):
        return picture.convert("RGB") if picture.mode == "LAB" else picture
    result = cast("Image.Image", shown)
    if alpha is not None:
        result.putalpha(alpha)
    return result


def _check_png(file: io.RawIOBase) -> None:
    """Refuse what Apple's tools pack for phones: decoders that know it not may find other pixels in it, or none."""
    head = file.read(40) or b""
    file.seek(0)
    if head[12:16] == b"CgBI":
        width, height = (int.from_bytes(head[at : at + 4], "big") for at in (32, 36))
        raise NoPreview("undecodable", {"width": width, "height": height})


def _check_webp(file: io.RawIOBase) -> None:
    """Look at a WebP's size before its decoder is opened, which takes memory for all of it at once."""
    head = file.read(30) or b""
    file.seek(0)
    kind, data = head[12:16], head[20:]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (4, 7))
    elif kind == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    if width * height * _BYTES_A_PIXEL["WEBP"] > MAX_DECODED_BYTES:
        raise NoPreview("image_too_large", {"width": width, "height": height})


def _turn_of_avif(opened: Image.Image) -> int:
    """AVIF turns by properties, which Pillow tells as EXIF's orientation; what XMP says is none of theirs."""
    for name in ("xmp", "XML:com.adobe.xmp"):
        opened.info.pop(name, None)
    return int(opened.getexif().get(ORIENTATION, UPRIGHT))


def _learn_heic() -> None:
    """Let Pillow open what phones take: libheif, which turns pictures upright itself, on one thread."""
    import pi_heif  # noqa: PLC0415 - loaded for such a file alone

    pi_heif.options.DECODE_THREADS = 1
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def write_thumbnails(picture: Image.Image, directory: Path, names: dict[str, int] | None = None) -> Sizes:
    """Write each size as WebP. Pixels are copied to a fresh image, so that nothing but pixels is written."""
    converted = picture if picture.mode in {"RGB", "RGBA"} else picture.convert("RGB")
    clean = Image.new(converted.mode, converted.size)
    clean.paste(converted)
    written: Sizes = {}
    for name, side in (names or THUMBNAILS).items():
        clean.thumbnail((side, side), Image.Resampling.LANCZOS)
        clean.save(directory / name, "WEBP", quality=QUALITY, method=4)
        written[name] = clean.size
    return written
