"""Files as people have them: each made by code, with what Chromium shows of it and what Parley answers.

`shown`: an `<img>`, `<video>` or `<audio>` of Chromium shows it. Such a file is never destroyed.
"""

import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.support.clients import samples
from tests.support.clients.drawings import ACTIVE, DRAWINGS, svg

PICTURE, NO_PICTURE, FAILED = "made", "none", "failed"


@dataclass(frozen=True)
class Case:
    """`answer` is the type that it gets, or the reason why it is rejected; with `preview` it is ready."""

    name: str
    declared: str
    make: Callable[[], bytes]
    answer: str
    preview: str | None = None
    shown: bool = False


def _segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + (len(body) + 2).to_bytes(2, "big") + body


JPEG = samples.picture("JPEG")
_APP0_END = 20
PNG = samples.picture("PNG")
NOISE = Image.effect_noise((300, 300), 90).convert("RGB")


def _jpeg_with(inserted: bytes) -> Callable[[], bytes]:
    return lambda: JPEG[:_APP0_END] + inserted + JPEG[_APP0_END:]


def _large_jpeg(width: int, height: int) -> bytes:
    """A JPEG whose header says this size, and whose data ends soon."""
    at = JPEG.index(b"\xff\xc0") + 5
    return JPEG[:at] + struct.pack(">HH", height, width) + JPEG[at + 4 :]


def _ultra_hdr() -> bytes:
    """A photo with a gain map behind it, and the table that says where."""
    index = b"MPF\0MM\0*" + struct.pack(">IH", 8, 1) + struct.pack(">HHII", 0xB001, 4, 1, 2) + bytes(4)
    xmp = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"/>'
    return (
        JPEG[:_APP0_END]
        + _segment(0xE1, xmp)
        + _segment(0xE2, index)
        + JPEG[_APP0_END:]
        + samples.picture("JPEG", (80, 50))
    )


def _apng() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (32, 20), colour) for colour in ("red", "blue")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def _saved(image: Image.Image, image_format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, image_format, **options)
    return out.getvalue()


def _profiled(image_format: str) -> bytes:
    return samples.picture(image_format, icc_profile=samples.SWAPPED_PROFILE)


def _xmp_turned(image_format: str) -> bytes:
    return samples.picture(image_format, xmp=samples.XMP_TURNED)


def _zip(*entries: tuple[str, bytes], stored: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            archive.writestr(name, body)
    return out.getvalue()


DOCX = _zip(("[Content_Types].xml", b"<Types/>"), ("_rels/.rels", b"<R/>"), ("word/document.xml", b"<d/>"))
ODT = _zip(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<d/>"))
EPUB = _zip(("mimetype", b"application/epub+zip"), ("OEBPS/content.opf", b"<d/>"))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
OFFICE = "application/vnd.openxmlformats-officedocument."
ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
CSV = "Straße;Preis\nHauptstraße;5 €\n"


def recording(suffix: str, codec: str, *, rate: int = 48_000) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return samples.audio(Path(folder) / f"a.{suffix}", codec, rate=rate)


def film(
    suffix: str, codec: str, size: tuple[int, int] = samples.SIZE, *, seconds: int = 1, aspect: int = 1, black: int = 0
) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return samples.video(
            Path(folder) / f"a.{suffix}", codec, size=size, seconds=seconds, aspect=aspect, black=black
        )


def _of(body: bytes) -> Callable[[], bytes]:
    return lambda: body


def _pictures() -> list[Case]:
    jpeg = "image/jpeg"
    grey = Image.linear_gradient("L").resize((64, 48))
    return [
        *(
            Case(
                name,
                f"image/{name.lower()}",
                _of(samples.picture(name)),
                f"image/{name.lower()}",
                PICTURE,
                name not in {"TIFF", "HEIC"},
            )
            for name in ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "AVIF", "HEIC")
        ),
        Case("jpeg without its end", jpeg, _of(JPEG[:-2]), jpeg, PICTURE, shown=True),
        Case(
            "jpeg cut in the middle", jpeg, _of(samples.picture("JPEG", (900, 900))[:-400]), jpeg, PICTURE, shown=True
        ),
        Case("jpeg with zeros after APP0", jpeg, _jpeg_with(b"\0\0"), jpeg, PICTURE, shown=True),
        Case("jpeg with junk between markers", jpeg, _jpeg_with(b"junk \x01\x02"), jpeg, PICTURE, shown=True),
        Case(
            "jpeg with a broken Photoshop block",
            jpeg,
            _jpeg_with(_segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\xff")),
            jpeg,
            PICTURE,
            shown=True,
        ),
        Case(
            "jpeg with broken EXIF",
            jpeg,
            _jpeg_with(_segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff")),
            jpeg,
            PICTURE,
            shown=True,
        ),
        Case("ultra hdr", jpeg, _ultra_hdr, jpeg, PICTURE, shown=True),
        Case("jpeg of 108 megapixels", jpeg, lambda: _large_jpeg(12_000, 9_000), jpeg, PICTURE, shown=True),
        Case("jpeg turned by XMP alone", jpeg, lambda: _xmp_turned("JPEG"), jpeg, PICTURE, shown=True),
        Case("webp turned by XMP alone", "image/webp", lambda: _xmp_turned("WEBP"), "image/webp", PICTURE, shown=True),
        Case("avif turned by XMP alone", "image/avif", lambda: _xmp_turned("AVIF"), "image/avif", PICTURE, shown=True),
        *(
            Case(
                f"{name} turned by EXIF",
                f"image/{name.lower()}",
                _of(samples.photo_with_place(name)),
                f"image/{name.lower()}",
                PICTURE,
                shown=True,
            )
            for name in ("JPEG", "PNG", "WEBP", "AVIF")
        ),
        Case("animated png", "image/png", _apng, "image/png", PICTURE, shown=True),
        Case("animated png by its own name", "image/apng", _apng, "image/png", PICTURE, shown=True),
        Case("png cut in the middle", "image/png", _of(PNG[: len(PNG) * 3 // 4]), "image/png", PICTURE, shown=True),
        Case("png and what follows", "image/png", _of(PNG + b"%PDF-1.7 and more"), "image/png", PICTURE, shown=True),
        Case(
            "png with a pdf in a text",
            "image/png",
            _of(PNG[:33] + samples.chunk(b"tEXt", b"a\0%PDF-1.7") + PNG[33:]),
            "image/png",
            PICTURE,
            shown=True,
        ),
        Case("jpeg and zip", jpeg, _of(JPEG + samples.zipped()), jpeg, PICTURE, shown=True),
        Case("png named jpeg", jpeg, _of(PNG), "image/png", PICTURE, shown=True),
        Case("avif named heic", "image/heic", _of(samples.picture("AVIF")), "image/avif", PICTURE, shown=True),
        Case(
            "grey of 16 bits",
            "image/png",
            lambda: _saved(grey.convert("I").point(lambda v: v * 257).convert("I;16"), "PNG"),
            "image/png",
            PICTURE,
            shown=True,
        ),
        Case("one bit", "image/png", lambda: _saved(grey.convert("1"), "PNG"), "image/png", PICTURE, shown=True),
        Case(
            "cmyk",
            jpeg,
            lambda: _saved(Image.new("CMYK", (32, 20), (200, 10, 10, 0)), "JPEG"),
            jpeg,
            PICTURE,
            shown=True,
        ),
        Case(
            "lab",
            "image/tiff",
            lambda: _saved(Image.new("LAB", (32, 20), (136, 208, 195)), "TIFF"),
            "image/tiff",
            PICTURE,
        ),
        *(
            Case(
                f"{name} with a profile",
                f"image/{name.lower()}",
                _of(_profiled(name)),
                f"image/{name.lower()}",
                PICTURE,
                True,
            )
            for name in ("JPEG", "PNG", "WEBP", "AVIF")
        ),
        Case(
            "big tiff",
            "image/tiff",
            lambda: _saved(Image.new("RGB", (32, 20), "red"), "TIFF", big_tiff=True),
            "image/tiff",
            PICTURE,
        ),
        Case(
            "bitmap",
            "image/bmp",
            lambda: _saved(Image.new("RGB", (32, 20), "red"), "BMP"),
            "image/bmp",
            NO_PICTURE,
            shown=True,
        ),
        Case(
            "bitmap named png",
            "image/png",
            lambda: _saved(Image.new("RGB", (32, 20), "red"), "BMP"),
            "image/bmp",
            NO_PICTURE,
            shown=True,
        ),
        Case("png of 60,000 x 60,000", "image/png", _of(samples.png_header(60_000, 60_000)), "image/png", FAILED),
        Case("gif bomb", "image/gif", samples.gif_bomb, "image/gif", FAILED),
        Case("heic bomb", "image/heic", samples.heic_bomb, "image/heic", FAILED),
        Case("tiff bomb", "image/tiff", samples.tiff_bomb, "image/tiff", FAILED),
        Case("webp canvas bomb", "image/webp", samples.webp_canvas_bomb, "image/webp", FAILED),
        Case(
            "heic cut in the middle",
            "image/heic",
            lambda: samples.heic(NOISE)[:9000],
            "image/heic",
            PICTURE,
        ),
        Case("zip named png", "image/png", _of(samples.zipped("a", body=b"\0" * 10_000)), "type_mismatch"),
        Case("html named jpeg", jpeg, _of(b"<html><script>alert(1)</script></html>"), "type_mismatch"),
        Case("svg named png", "image/png", _of(svg("")), "type_mismatch"),
        Case("gif and script", "image/gif", _of(b"GIF89a/*" + b"\0" * 40 + b"*/<script>alert(1)</script>"), "polyglot"),
    ]


def _drawings() -> list[Case]:
    kind = "image/svg+xml"
    return [
        *(Case(f"svg: {name}", kind, _of(body), kind, NO_PICTURE, shown=True) for name, body in DRAWINGS.items()),
        *(Case(f"svg: {name}", kind, _of(body), "active_content") for name, body in ACTIVE.items()),
        Case("broken svg", kind, _of(svg("<g>")), "application/octet-stream", FAILED),
        Case("html named svg", kind, _of(b"<!doctype html><p>hi"), "type_mismatch"),
    ]


def _texts() -> list[Case]:
    return [
        Case("text like a bitmap", "text/plain", _of(b"BMW owners list"), "text/plain", NO_PICTURE),
        Case("text like a gif", "text/plain", _of(b"GIF89a is a format"), "text/plain", NO_PICTURE),
        Case("text like a pdf", "text/plain", _of(b"%PDF- begins one"), "text/plain", NO_PICTURE),
        Case("text with zeros", "text/plain", _of(b"abc\0def"), "application/octet-stream", NO_PICTURE),
        Case("text in utf-16", "text/plain", _of("Grüße".encode("utf-16")), "text/plain", NO_PICTURE),
        Case("csv in cp1252", "text/csv", _of(CSV.encode("cp1252")), "text/csv", NO_PICTURE),
        Case("csv in utf-16", "text/csv", _of(CSV.encode("utf-16")), "text/csv", NO_PICTURE),
        Case("csv as Windows names it", "application/vnd.ms-excel", _of(CSV.encode("cp1252")), "text/csv", NO_PICTURE),
        Case("calendar", "text/calendar", _of(ICS), "text/calendar", NO_PICTURE),
        Case("page", "text/html", _of(b"<!doctype html><p>hi"), "text/html", NO_PICTURE),
    ]


def _documents() -> list[Case]:
    pdf, zipped, unknown = "application/pdf", "application/zip", "application/octet-stream"
    docx = OFFICE + "wordprocessingml.document"
    odt = "application/vnd.oasis.opendocument.text"
    return [
        Case("pdf", pdf, samples.pdf, pdf, NO_PICTURE),
        Case("pdf after blank lines", pdf, lambda: b"\r\n\r\n" + samples.pdf(), pdf, NO_PICTURE),
        Case("broken pdf", pdf, _of(b"%PDF-1.7\nnothing"), pdf, FAILED),
        Case("zip whose first entry is a pdf", zipped, lambda: _zip(("a.pdf", samples.pdf())), zipped, NO_PICTURE),
        Case("docx named zip", zipped, _of(DOCX), zipped, NO_PICTURE),
        Case("docx", docx, _of(DOCX), docx, NO_PICTURE),
        Case("docx without a name", unknown, _of(DOCX), docx, NO_PICTURE),
        Case("docx under a password", docx, _of(OLE), docx, NO_PICTURE),
        Case("doc", "application/msword", _of(OLE), "application/msword", NO_PICTURE),
        Case("rtf named doc", "application/msword", _of(b"{\\rtf1 hi}"), "application/rtf", NO_PICTURE),
        Case("odt", odt, _of(ODT), odt, NO_PICTURE),
        Case("epub", "application/epub+zip", _of(EPUB), "application/epub+zip", NO_PICTURE),
        Case("rtf", "text/rtf", _of(b"{\\rtf1 hi}"), "application/rtf", NO_PICTURE),
        Case(
            "7z",
            "application/x-7z-compressed",
            _of(b"7z\xbc\xaf\x27\x1c" + bytes(40)),
            "application/x-7z-compressed",
            NO_PICTURE,
        ),
        Case(
            "rar",
            "application/x-rar-compressed",
            _of(b"Rar!\x1a\x07\1\0" + bytes(40)),
            "application/vnd.rar",
            NO_PICTURE,
        ),
        Case("gz", "application/gzip", _of(zlib.compress(b"hi", wbits=31)), "application/gzip", NO_PICTURE),
        Case("bytes", unknown, _of(b"\1\2\3"), unknown, NO_PICTURE),
        Case("bytes without a type", "", _of(b"\1\2\3"), unknown, NO_PICTURE),
        Case("bytes of an unknown type", "application/x-unheard-of", _of(b"\1\2\3"), unknown, NO_PICTURE),
        Case("photo without a type", "", _of(JPEG), "image/jpeg", PICTURE, shown=True),
        Case("svg without a type", "", _of(ACTIVE["script"]), unknown, NO_PICTURE),
        Case("text named pdf", pdf, _of(b"hello"), "type_mismatch"),
    ]


def _streams() -> list[Case]:
    mp3 = recording("mp3", "libmp3lame")
    old_mp3 = recording("mp3", "libmp3lame", rate=8_000)
    bare_mp3 = old_mp3[old_mp3.index(b"\xff\xe3") :]
    aac = recording("aac", "aac")
    m4a = recording("mp4", "aac")
    return [
        Case("mp3", "audio/mpeg", _of(mp3), "audio/mpeg", NO_PICTURE, shown=True),
        Case("mp3 of MPEG 2.5", "audio/mpeg", _of(bare_mp3), "audio/mpeg", NO_PICTURE, shown=True),
        Case("mp3 after zeros", "audio/mp3", _of(bytes(300) + bare_mp3), "audio/mpeg", NO_PICTURE, shown=True),
        Case("aac", "audio/aac", _of(aac), "audio/aac", NO_PICTURE, shown=True),
        Case("amr", "audio/amr", lambda: recording("amr", "libopencore_amrnb", rate=8_000), "audio/amr", NO_PICTURE),
        Case("caf", "audio/x-caf", lambda: recording("caf", "pcm_s16be"), "audio/x-caf", NO_PICTURE),
        Case("aiff", "audio/x-aiff", lambda: recording("aiff", "pcm_s16be"), "audio/aiff", NO_PICTURE),
        Case("opus", "audio/opus", lambda: recording("opus", "libopus"), "audio/ogg", NO_PICTURE, shown=True),
        Case("ogg", "application/ogg", lambda: recording("ogg", "libopus"), "audio/ogg", NO_PICTURE, shown=True),
        Case("wav", "audio/x-wav", lambda: recording("wav", "pcm_s16le"), "audio/wav", NO_PICTURE, shown=True),
        Case("flac", "audio/flac", lambda: recording("flac", "flac"), "audio/flac", NO_PICTURE, shown=True),
        Case("m4a", "audio/x-m4a", lambda: recording("m4a", "aac"), "audio/mp4", NO_PICTURE, shown=True),
        Case("sound alone in mp4", "video/mp4", _of(m4a), "audio/mp4", NO_PICTURE, shown=True),
        Case(
            "sound alone in webm",
            "video/webm",
            lambda: recording("webm", "libopus"),
            "audio/webm",
            NO_PICTURE,
            shown=True,
        ),
        Case(
            "sound alone in 3gp",
            "video/3gpp",
            lambda: recording("3gp", "libopencore_amrnb", rate=8_000),
            "audio/3gpp",
            NO_PICTURE,
        ),
        Case("3gp", "video/3gpp", lambda: film("3gp", "h263", (352, 288)), "video/3gpp", PICTURE),
        Case("mkv", "video/x-matroska", lambda: film("mkv", "libx264"), "video/x-matroska", PICTURE, shown=True),
        Case("avi", "video/x-msvideo", lambda: film("avi", "mpeg4"), "video/x-msvideo", PICTURE),
        Case("mov", "video/quicktime", lambda: film("mov", "libx264"), "video/quicktime", PICTURE),
        Case("mp4", "video/mp4", lambda: film("mp4", "libx264"), "video/mp4", PICTURE, shown=True),
        Case("mov named mp4", "video/mp4", lambda: film("mov", "libx264"), "video/mp4", PICTURE, shown=True),
        Case(
            "anamorphic film", "video/mp4", lambda: film("mp4", "libx264", aspect=2), "video/mp4", PICTURE, shown=True
        ),
        Case("film without a type", "", lambda: film("webm", "libvpx"), "video/webm", PICTURE, shown=True),
        Case("film named audio", "audio/webm", lambda: film("webm", "libvpx"), "video/webm", PICTURE, shown=True),
        Case("broken mp4", "video/mp4", _of(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(400)), "video/mp4", FAILED),
        Case("text named mp3", "audio/mpeg", _of(b"hello"), "type_mismatch"),
    ]


CASES = {case.name: case for case in (*_pictures(), *_drawings(), *_texts(), *_documents(), *_streams())}
