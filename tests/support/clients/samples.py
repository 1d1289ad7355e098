"""Files of every kind, made here: none is checked in."""

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any, cast

import av
import pikepdf
import pillow_heif
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

ORIENTATION, MAKE, GPS_IFD, DESCRIPTION, XMP_TAG = 0x0112, 0x010F, 0x8825, 270, 700
SIZE = (320, 200)


def picture(image_format: str, size: tuple[int, int] = SIZE, **options: Any) -> bytes:
    """A picture that is red on its left half and blue on its right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    if image_format == "HEIC":
        return heic(image)
    out = io.BytesIO()
    image.save(out, image_format, **options)
    return out.getvalue()


PLACE = b"at home"
"""What a picture below says of where it was taken, in each of its ways."""
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><exif:GPSLatitude>51,45.12N</exif:GPSLatitude>" + PLACE + b"</x:xmpmeta>"
XMP_TURNED = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SWAPPED_PROFILE = PROFILE.replace(b"rXYZ", b"....").replace(b"gXYZ", b"rXYZ").replace(b"....", b"gXYZ")
"""A profile by which red is green: whoever drops it shows other colours."""


def heic(image: Image.Image, **options: Any) -> bytes:
    """As a phone takes it. An EXIF orientation becomes the property that turns a HEIC picture."""
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    image.save(out, "HEIF", **options)
    return out.getvalue()


def exif_with_place(orientation: int = 6) -> Image.Exif:
    """As a phone writes it: how the picture is turned, where it was taken, with what."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKE] = "Telephone"
    exif.get_ifd(GPS_IFD).update(
        {1: "N", 2: (51.0, 45.0, 7.0), 3: "W", 4: (1.0, 15.0, 24.0), 27: b"ASCII\0\0\0" + PLACE}
    )
    return exif


def photo_with_place(image_format: str = "JPEG", orientation: int = 6, size: tuple[int, int] = SIZE) -> bytes:
    """A picture as a phone makes it, that tells its place in every way that its format has."""
    exif = exif_with_place(orientation)
    if image_format == "GIF":
        return picture("GIF", size, comment=PLACE)
    options: dict[str, Any] = {"exif": exif, "icc_profile": PROFILE}
    if image_format == "PNG":
        text = PngInfo()
        text.add_text("Comment", PLACE.decode())
        text.add_text("Description", PLACE.decode(), zip=True)
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        return picture("PNG", size, pnginfo=text, **options) + PLACE
    if image_format == "TIFF":
        exif[DESCRIPTION], exif[XMP_TAG] = PLACE.decode(), XMP
        return picture("TIFF", size, **options)
    if image_format == "HEIC":
        return heic(Image.open(io.BytesIO(picture("PNG", size))), exif=exif.tobytes(), xmp=XMP, icc_profile=PROFILE)
    if image_format == "JPEG":
        options["comment"] = PLACE
    body = picture(image_format, size, xmp=XMP, **options)
    return body + photo_with_place("WEBP") if image_format == "JPEG" else body  # a second picture after the end


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be this large and decompresses to as much as its few bytes can."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * min(width * 3 + 1, 1_000_000) * 8, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def gif_bomb() -> bytes:
    """A GIF of 65,535 by 65,535 pixels in some bytes."""
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", 65535, 65535, 0xF0, 0, 0)
        + b"\0\0\0\xff\xff\xff"
        + (b"," + struct.pack("<HHHHB", 0, 0, 65535, 65535, 0) + b"\x02\x02\x44\x01\x00;")
    )


def webp_bomb() -> bytes:
    """A WebP of 16,384 by 16,384 pixels, all of one colour: 800 MiB decoded."""
    return picture("WEBP", (16383, 16383), lossless=True, quality=0, method=0)


def webp_canvas_bomb() -> bytes:
    """An animated WebP whose header claims 16,777,216 by 16 pixels."""
    body = picture("WEBP", (16, 16))[12:]
    extended = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + (2**24 - 1).to_bytes(3, "little") + b"\x0f\0\0"
    whole = b"WEBP" + extended + body
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def heic_bomb() -> bytes:
    """A HEIC whose header claims 60,000 by 60,000 pixels."""
    body, claimed = picture("HEIC"), struct.pack(">II", 60_000, 60_000)
    at = body.index(b"ispe") + 8
    return body[:at] + claimed + body[at + 8 :]


def tiff_bomb() -> bytes:
    """A TIFF that claims 60,000 by 60,000 pixels."""
    entries = [(256, 4, 1, 60000), (257, 4, 1, 60000), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    entries += [(273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, 60000), (279, 4, 1, 4)]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 12) + b"\0\0\0\0" + directory + b"\0\0\0\0"


def zipped(*names: str, body: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names or ("a.txt",):
            archive.writestr(name, body)
    return out.getvalue()


def pdf(pages: int = 3) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(200, 200))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def video(
    path: Path,
    codec: str = "libvpx",
    *,
    seconds: int = 3,
    size: tuple[int, int] = SIZE,
    rate: int = 10,
    metadata: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
    aspect: int = 1,
    black: int = 0,
    noise: bool = False,
) -> bytes:
    """A video whose frames go from black to red; `path` says the container by its suffix.

    `aspect` is how wide a pixel is; after `black` black frames half of each is blue, with no key frame but the first.
    Frames of noise make it large.
    """
    with av.open(str(path), "w", options=options or {}) as container:
        container.metadata.update(metadata or {})
        stream = cast("Any", container.add_stream(codec, rate=rate))
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = *size, "yuv420p", 1000 if black else rate
        stream.codec_context.sample_aspect_ratio = aspect
        frames = seconds * rate
        for number in range(frames):
            drawn = Image.new("RGB", size, (0 if number < black else number * 255 // frames, 0, 0))
            if noise:
                drawn = Image.effect_noise(size, 80).convert("RGB")
            if black and number >= black:
                drawn.paste("blue", (size[0] // 2, 0, size[0], size[1]))
            container.mux(stream.encode(cast("Any", av.VideoFrame).from_image(drawn)))
        container.mux(stream.encode())
    return path.read_bytes()


def audio(path: Path, codec: str, *, metadata: dict[str, str] | None = None, rate: int = 48_000) -> bytes:
    """A second of silence; `path` says the container by its suffix."""
    with av.open(str(path), "w") as container:
        container.metadata.update(metadata or {})
        stream = cast("Any", container.add_stream(codec, rate=rate))
        stream.layout = "mono"
        frame = av.AudioFrame(format="s16", layout="mono", samples=rate)
        frame.sample_rate = rate
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        size = stream.frame_size or None
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate, frame_size=size)
        for resampled in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(resampled))
        container.mux(stream.encode())
    return path.read_bytes()


def film_with_positions(path: Path, **options: str) -> bytes:
    """A film with a track beside the pictures whose samples say where it was taken, as action cameras record."""
    with av.open(str(path), "w", options=options) as container:
        stream = cast("Any", container.add_stream("libx264", rate=10))
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        positions = cast("Any", container.add_stream("pcm_s16le", rate=8000))
        positions.layout = "mono"
        for number in range(20):
            frame = cast("Any", av.VideoFrame).from_image(Image.new("RGB", SIZE, (number * 12, 0, 0)))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        said = av.AudioFrame(format="s16", layout="mono", samples=4000)
        said.sample_rate = 8000
        said.planes[0].update((PLACE * 2000)[: said.planes[0].buffer_size])
        container.mux(positions.encode(said))
        container.mux(positions.encode())
    body = path.read_bytes()
    at = body.rfind(b"soun")
    path.write_bytes(body[:at] + b"camm" + body[at + 4 :])
    return path.read_bytes()


def box(kind: bytes, *payload: bytes) -> bytes:
    """A box of a film."""
    body = b"".join(payload)
    return struct.pack(">I", len(body) + 8) + kind + body


def film_with_subtitles(path: Path, text: str) -> bytes:
    """A film with a text for each half of it."""
    with av.open(str(path), "w") as container:
        stream = cast("Any", container.add_stream("libx264", rate=10))
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(20):
            frame = cast("Any", av.VideoFrame).from_image(Image.new("RGB", SIZE, (number * 12, 0, 0)))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    body = path.read_bytes()
    sample = struct.pack(">H", len(text)) + text.encode()
    place = len(body) + 8
    table = (
        box(b"stts", struct.pack(">IIII", 0, 1, 1, 2000))
        + box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1))
        + box(b"stsz", struct.pack(">IIII", 0, 0, 1, len(sample)))
        + box(b"stco", struct.pack(">III", 0, 1, place))
    )
    entry = box(b"tx3g", bytes(6), b"\0\1", bytes(30))
    handler = box(b"hdlr", bytes(8), b"sbtl", bytes(13))
    media = box(
        b"mdia",
        box(b"mdhd", bytes(12), struct.pack(">II", 1000, 2000), bytes(4)),
        handler,
        box(b"minf", box(b"nmhd", bytes(4)), box(b"stbl", box(b"stsd", struct.pack(">II", 0, 1), entry), table)),
    )
    track = box(b"trak", box(b"tkhd", bytes(12), struct.pack(">I", 2), bytes(68)), media)
    at = body.index(b"moov") - 4
    length = int.from_bytes(body[at : at + 4], "big")
    assert at + length == len(body)
    moov = struct.pack(">I", length + len(track)) + body[at + 4 : at + length] + track
    path.write_bytes(body[:at] + box(b"free", bytes(length - 8)) + box(b"mdat", sample) + moov)
    return path.read_bytes()
