"""Members of each kind of file that tools write and few think of, with what Chromium shows and what Parley answers."""

import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
from PIL import Image

from tests.support.clients import documents, ogg, samples
from tests.support.clients.corpus import (
    DOCX,
    EPUB,
    FAILED,
    JPEG,
    NO_PICTURE,
    NOISE,
    OFFICE,
    PICTURE,
    PNG,
    Case,
    film,
    recording,
)
from tests.support.clients.drawings import svg

RED = Image.new("RGB", (32, 20), "red")


def _saved(image: Image.Image, image_format: str, **options: object) -> Callable[[], bytes]:
    def make() -> bytes:
        out = io.BytesIO()
        image.save(out, image_format, **options)
        return out.getvalue()

    return make


def _of(body: bytes) -> Callable[[], bytes]:
    return lambda: body


def _png(
    width: int, height: int, depth: int, colour: int, rows: bytes, *, between: bytes = b"", adam7: int = 0
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, adam7)
    body = samples.chunk(b"IHDR", header) + between + samples.chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + body + samples.chunk(b"IEND", b"")


def _adam7() -> bytes:
    """Eight by eight pixels in seven passes, all grey."""
    passes = [(1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)]
    return b"".join((b"\0" + b"\x80" * width) * height for width, height in passes)


def _bad_crc() -> bytes:
    text = bytearray(samples.chunk(b"tEXt", b"Comment\0hi"))
    text[-1] ^= 0xFF
    return PNG[:33] + bytes(text) + PNG[33:]


def _apples_png() -> bytes:
    """As Xcode packs them for phones: with a chunk before all others, and data without zlib's header."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    rows = packer.compress((b"\0" + b"\0\0\xff\xff" * 8) * 8) + packer.flush()
    header = struct.pack(">IIBBBBB", 8, 8, 8, 6, 0, 0, 0)
    chunks = (b"CgBI", b"P\0 \2"), (b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(samples.chunk(*each) for each in chunks)


def _rle_bitmap() -> bytes:
    """A BMP of 8 by 4 pixels, run by run."""
    pixels = b"\x08\x01\0\0" * 3 + b"\x08\0\0\0" + b"\0\1"
    palette = b"\0\0\xff\0" + b"\xff\0\0\0" + bytes(254 * 4)
    header = struct.pack("<IiiHHIIiiII", 40, 8, 4, 1, 8, 1, len(pixels), 2835, 2835, 256, 0)
    start = 14 + len(header) + len(palette)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + header + palette + pixels


def _cursor() -> bytes:
    body = _saved(Image.new("RGBA", (32, 32), "red"), "ICO")()
    return body[:2] + b"\2" + body[3:]


def _animated(image_format: str, **options: object) -> Callable[[], bytes]:
    return _saved(RED, image_format, save_all=True, append_images=[Image.new("RGB", (32, 20), "blue")], **options)


def _pictures() -> list[Case]:
    jpeg, png, gif, webp = "image/jpeg", "image/png", "image/gif", "image/webp"
    at = JPEG.index(b"\xff\xc0")
    clear = Image.new("RGBA", (32, 20), (255, 0, 0, 128))
    cases = [
        ("jpeg and junk", jpeg, _of(JPEG + b"junk \xff\xd8\xff" * 9), jpeg, True),
        ("jpeg, progressive", jpeg, _saved(NOISE, "JPEG", progressive=True), jpeg, True),
        ("jpeg, progressive and cut", jpeg, lambda: _saved(NOISE, "JPEG", progressive=True)()[:-900], jpeg, True),
        ("jpeg, grey", jpeg, _saved(NOISE.convert("L"), "JPEG"), jpeg, True),
        ("jpeg, one chroma for four", jpeg, _saved(NOISE, "JPEG", subsampling="4:1:1"), jpeg, True),
        ("jpeg with restarts", jpeg, _saved(NOISE, "JPEG", restart_marker_blocks=4), jpeg, True),
        ("jpeg, pjpeg by name", "image/pjpeg", _of(JPEG), jpeg, True),
        ("jpeg, jpg by name", "IMAGE/JPG; q=1", _of(JPEG), jpeg, True),
        ("png, 1 x 1", png, _saved(Image.new("RGB", (1, 1), "red"), "PNG"), png, True),
        ("png, interlaced", png, _of(_png(8, 8, 8, 0, _adam7(), adam7=1)), png, True),
        ("png, rgba of 16 bits", png, _of(_png(2, 2, 16, 6, (b"\0" + b"\x80\0" * 8) * 2)), png, True),
        ("png, two bits", png, _of(_png(4, 1, 2, 0, b"\0\x1b")), png, True),
        (
            "png with a clear colour",
            png,
            _of(_png(1, 1, 8, 2, b"\0\1\2\3", between=samples.chunk(b"tRNS", bytes(6)))),
            png,
            True,
        ),
        ("png with a bad checksum in a text", png, _of(_bad_crc()), png, True),
        (
            "png with sizes after the picture",
            png,
            _of(PNG[:-12] + samples.chunk(b"pHYs", bytes(9)) + PNG[-12:]),
            png,
            True,
        ),
        ("png without its end", png, _of(PNG[:-12]), png, True),
        ("png, x-png by name", "image/x-png", _of(PNG), png, True),
        ("gif without delay", gif, _animated("GIF", duration=0), gif, True),
        ("gif without its end", gif, lambda: _saved(RED, "GIF")()[:-1], gif, True),
        ("gif with a clear colour", gif, _saved(clear, "GIF"), gif, True),
        ("webp, lossless", webp, _saved(RED, "WEBP", lossless=True), webp, True),
        ("webp, animated", webp, _animated("WEBP", duration=50), webp, True),
        ("webp with alpha", webp, _saved(clear, "WEBP"), webp, True),
        ("avif with alpha", "image/avif", _saved(clear, "AVIF"), "image/avif", True),
        ("tiff, packed", "image/tiff", _saved(RED, "TIFF", compression="tiff_lzw"), "image/tiff", False),
    ]
    return [
        *(Case(name, declared, make, answer, PICTURE, shown) for name, declared, make, answer, shown in cases),
        Case("jpeg, arithmetic", jpeg, _of(JPEG[:at] + b"\xff\xc9" + JPEG[at + 2 :]), jpeg, PICTURE, shown=True),
        Case("jpeg of 12 bits", jpeg, _of(JPEG[:at] + b"\xff\xc1\0\x11\x0c" + JPEG[at + 5 :]), jpeg, FAILED),
        Case("png of Apple's", png, _apples_png, png, FAILED),
        Case("bitmap in runs", "image/bmp", _of(_rle_bitmap()), "image/bmp", NO_PICTURE, shown=True),
        Case(
            "icon with a png",
            "image/x-icon",
            _saved(Image.new("RGBA", (32, 32), "red"), "ICO"),
            "image/x-icon",
            NO_PICTURE,
            shown=True,
        ),
        Case(
            "icon by its other name",
            "image/vnd.microsoft.icon",
            _saved(Image.new("RGBA", (32, 32), "red"), "ICO", bitmap_format="bmp"),
            "image/x-icon",
            NO_PICTURE,
            shown=True,
        ),
        Case("cursor", "image/x-icon", _of(_cursor()), "image/x-icon", NO_PICTURE, shown=True),
        Case("icon without a type", "", _saved(Image.new("RGBA", (32, 32), "red"), "ICO"), "image/x-icon", NO_PICTURE),
    ]


def _drawings() -> list[Case]:
    kind = "image/svg+xml"
    shown = {
        "with a mark of bytes": b"\xef\xbb\xbf" + svg("<rect width='9' height='9'/>"),
        "with an entity in a text": svg("<text y='9'>&b;</text>", '<!DOCTYPE svg [<!ENTITY b "hi">]>'),
        "with cdata": svg("<text y='9'><![CDATA[a < b <script>]]></text>"),
        "with a use": svg("<defs><rect id='a' width='9' height='9'/></defs><use href='#a' xlink:href='#a'/>"),
        "with a font in itself": svg("<style>@font-face{font-family:a;src:url(data:font/woff2;base64,AAAA)}</style>"),
    }
    refused = {
        "script in odd case": svg("<ScRiPt>alert(1)</ScRiPt>"),
        "script by a prefix": b'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>alert(1)</s:script></s:svg>',
        "page in foreignObject": svg('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">hi</p></foreignObject>'),
        "handler in odd case": svg('<rect onLoad="alert(1)"/>'),
        "script in an entity": svg("&b;", "<!DOCTYPE svg [<!ENTITY b '<script>alert(1)</script>'>]>"),
        "link to a script in data": svg('<a href="data:text/html;base64,PHNjcmlwdD4="><text>hi</text></a>'),
        "link to a script with a tab": svg('<a href="java&#9;script:alert(1)"><text>hi</text></a>'),
    }
    return [
        *(Case(f"svg {name}", kind, _of(body), kind, NO_PICTURE, shown=True) for name, body in shown.items()),
        Case(
            "svg in latin 1",
            kind,
            _of(
                b'<?xml version="1.0" encoding="ISO-8859-1"?>' + svg("<title>Grüße</title>").decode().encode("latin-1")
            ),
            kind,
            NO_PICTURE,
        ),  # which browsers show alone, in no picture
        *(Case(f"svg: {name}", kind, _of(body), "active_content") for name, body in refused.items()),
    ]


def _boxes(body: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 0
    while at < len(body):
        length = int.from_bytes(body[at : at + 4], "big")
        found.append((body[at + 4 : at + 8], body[at + 8 : at + length]))
        at += length
    return found


def _mp4() -> bytes:
    return film("mp4", "libx264")


def _after_padding(kind: bytes) -> bytes:
    """The media's place is told by offsets, so what is put before it takes the place of the padding that is there."""
    whole = _boxes(_mp4())
    return b"".join(samples.box(kind if name == b"free" else name, body) for name, body in whole)


def _wide_sizes() -> bytes:
    """The box of the media has a size of 64 bits, for which its padding makes room."""
    body = _mp4()
    at = body.index(b"free") - 4
    length = int.from_bytes(body[at + 8 : at + 12], "big")
    return body[:at] + struct.pack(">I4sQ", 1, b"mdat", length + 8) + body[at + 16 :]


def _open_end() -> bytes:
    body = _mp4()
    at = body.index(b"moov") - 4
    return body[:at] + bytes(4) + body[at + 4 :]


def _without_brands() -> bytes:
    body = film("mov", "libx264")
    length = int.from_bytes(body[:4], "big")
    return struct.pack(">I4s", length, b"wide") + bytes(length - 8) + body[length:]


def _early(suffix: str, **options: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return samples.video(Path(folder) / f"a.{suffix}", "libx264", seconds=1, options=options)


def _id3(version: int, *, footer: bool = False) -> bytes:
    frames = b"TT2\0\0\3\0hi" if version == 2 else b"TIT2\0\0\0\3\0\0\0hi"
    size = bytes([0, 0, 0, len(frames)])
    about = bytes([version, 0, 0x10 if footer else 0]) + size
    return b"ID3" + about + frames + (b"3DI" + about if footer else b"")


def _wav(fmt: bytes, *, head: bytes = b"RIFF", before: bytes = b"") -> bytes:
    data = bytes(48_000)
    chunks = before + b"fmt " + struct.pack("<I", len(fmt)) + fmt + b"data"
    size = 0xFFFFFFFF if head == b"RF64" else 4 + len(chunks) + 4 + len(data)
    length = 0xFFFFFFFF if head == b"RF64" else len(data)
    return head + struct.pack("<I", size) + b"WAVE" + chunks + struct.pack("<I", length) + data


def _flac_in_ogg() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return ogg.flac(Path(folder), "TITLE=hi", b"picture")


def _streams() -> list[Case]:
    mpeg, mp4, wav = "audio/mpeg", "video/mp4", "audio/wav"
    mp3 = recording("mp3", "libmp3lame")
    bare = mp3[mp3.index(b"\xff\xfb") :]
    pcm = struct.pack("<HHIIHH", 1, 1, 48_000, 96_000, 2, 16)
    real = struct.pack("<HHIIHHH", 3, 1, 48_000, 192_000, 4, 32, 0)
    guid = bytes.fromhex("0100000000001000800000aa00389b71")
    wide = struct.pack("<HHIIHHHHI", 0xFFFE, 1, 48_000, 96_000, 2, 16, 22, 16, 4) + guid
    ds64 = b"ds64" + struct.pack("<IQQQI", 28, 48_000 + 80, 48_000, 24_000, 0)
    ape = b"APETAGEX" + struct.pack("<IIII", 2000, 32, 0, 0) + bytes(8)
    sounds = [
        *((f"mp3 with ID3v2.{version}", mpeg, _of(_id3(version) + bare), mpeg) for version in (2, 3, 4)),
        ("mp3 with ID3v2.4 and its foot", mpeg, _of(_id3(4, footer=True) + bare), mpeg),
        ("mp3 with two tags", mpeg, _of(_id3(3) + _id3(4) + bare + b"TAG" + bytes(125)), mpeg),
        ("mp3 with APE", mpeg, _of(bare + ape), mpeg),
        ("mp3 of MPEG 2", "audio/x-mp3", lambda: recording("mp3", "libmp3lame", rate=22_050), mpeg),
        ("wav of floats", wav, _of(_wav(real)), wav),
        ("wav, extensible", "audio/x-wav", _of(_wav(wide)), wav),
        ("wav with a size of 64 bits", wav, _of(_wav(pcm, head=b"RF64", before=ds64)), wav),
        ("flac with ID3", "audio/flac", lambda: _id3(4) + recording("flac", "flac"), "audio/flac"),
        ("flac in ogg", "audio/ogg", _flac_in_ogg, "audio/ogg"),
    ]
    films = [
        ("mp4 with skip", _lazily(_after_padding, b"skip")),
        ("mp4 with free", _lazily(_after_padding, b"free")),
        ("mp4 with sizes of 64 bits", _wide_sizes),
        ("mp4 with an open end", _open_end),
        ("mp4 that begins with its index", lambda: _early("mp4", movflags="faststart")),
        ("mp4 in fragments", lambda: _early("mp4", movflags="frag_keyframe+empty_moov+default_base_moof")),
    ]
    return [
        *(Case(name, declared, make, answer, NO_PICTURE, shown=True) for name, declared, make, answer in sounds),
        *(Case(name, mp4, make, mp4, PICTURE, shown=True) for name, make in films),
        Case("mov without brands", "video/quicktime", _without_brands, "video/quicktime", PICTURE),
    ]


def _lazily(make: Callable[[bytes], bytes], kind: bytes) -> Callable[[], bytes]:
    return lambda: make(kind)


def _pdf(version: str) -> Callable[[], bytes]:
    return lambda: b"%PDF-" + version.encode() + samples.pdf()[8:]


def _zip64() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as entry:
        entry.write(b"hi")
    return out.getvalue()


def _others() -> list[Case]:
    pdf, zipped, text, unknown = "application/pdf", "application/zip", "text/plain", "application/octet-stream"
    docx, xlsx = OFFICE + "wordprocessingml.document", OFFICE + "spreadsheetml.sheet"
    accents = "Grüße aus Köln"
    cases = [
        *((f"pdf {version}", pdf, _pdf(version), pdf) for version in ("1.0", "1.3", "1.7", "2.0")),
        ("pdf, linear", "application/x-pdf", lambda: documents.pdf(linearize=True), pdf),
        (
            "pdf with packed objects",
            pdf,
            lambda: documents.pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate),
            pdf,
        ),
        ("pdf and junk", pdf, lambda: b"\xef\xbb\xbfjunk\n" + samples.pdf() + b"junk" * 9, pdf),
        ("pdf without its index", pdf, lambda: samples.pdf().replace(b"startxref", b"stortxref"), pdf),
        ("zip with a comment", zipped, lambda: documents.zipped({"a.txt": "hi"}, comment="%PDF-1.7 <html>"), zipped),
        ("zip of 64 bits", "application/x-zip-compressed", _zip64, zipped),
        ("zip without entries", zipped, lambda: documents.zipped({}), zipped),
        (
            "jar",
            "application/java-archive",
            lambda: documents.zipped({"META-INF/MANIFEST.MF": "a", "A.class": "b"}),
            zipped,
        ),
        (
            "apk",
            "application/vnd.android.package-archive",
            lambda: documents.zipped({"AndroidManifest.xml": "a"}),
            zipped,
        ),
        ("xlsx", xlsx, documents.xlsx, xlsx),
        ("xlsx named zip by Windows", "application/x-zip-compressed", documents.xlsx, zipped),
        ("epub without a type", "", _of(EPUB), "application/epub+zip"),
        ("docx with a parameter", docx.upper() + "; charset=binary", _of(DOCX), docx),
        ("text with a mark of bytes", text, _of(b"\xef\xbb\xbf" + accents.encode()), text),
        ("text in utf-16, big", text, _of(b"\xfe\xff" + accents.encode("utf-16-be")), text),
        ("text in cp1252", text, _of(accents.encode("cp1252")), text),
        ("text in Shift-JIS", text, _of("こんにちは、世界。".encode("shift-jis")), text),
        ("text with a parameter", "Text/Plain; Charset=UTF-8", _of(b"hi"), text),
        ("markdown by its old name", "text/x-markdown", _of(b"# hi"), "text/markdown"),
        ("text without a type", "", _of(b"hi"), unknown),
        ("text that is empty but for a mark", text, _of(b"\xef\xbb\xbf"), text),
        ("script", "application/javascript", _of(b"alert(1)"), unknown),
        ("program", "application/x-msdownload", _of(b"MZ\x90\0" + bytes(60)), unknown),
        ("page as xml", "application/xhtml+xml", _of(b'<html xmlns="http://www.w3.org/1999/xhtml"/>'), unknown),
    ]
    return [Case(name, declared, make, answer, NO_PICTURE) for name, declared, make, answer in cases]


VARIANTS = {case.name: case for case in (*_pictures(), *_drawings(), *_streams(), *_others())}
