"""Documents that say in every place of theirs who made them, when and with what: each made here."""

import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Any, cast

import pikepdf

from tests.support.clients import samples

SECRET = "Zaubernuss"
"""What a document below says of its author wherever it can, and nothing else."""
SHOWN = "Shown to all"
"""What is written in it, and stays."""
W, W15 = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://schemas.microsoft.com/office/word/2012/wordml",
)
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUMMARY_FORMAT = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")


def zipped(entries: Mapping[str, str | bytes], *, comment: str = "") -> bytes:
    """A package with the time at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            info = zipfile.ZipInfo(name, (2023, 2, 3, 4, 5, 6))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
        archive.comment = comment.encode()
    return out.getvalue()


def parts(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def _properties() -> dict[str, str]:
    relationships = "".join(
        f'<Relationship Id="r{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(
            (
                (f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
                (f"{_RELATIONSHIPS}/metadata/core-properties", "docProps/core.xml"),
                (f"{_OFFICE}/relationships/extended-properties", "docProps/app.xml"),
                (f"{_OFFICE}/relationships/custom-properties", "/docProps/own.xml"),
            )
        )
    )
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONSHIPS}">{relationships}</Relationships>',
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:creator>{SECRET}</dc:creator><dc:description>{SECRET}</dc:description></cp:coreProperties>",
        "docProps/app.xml": f'<Properties xmlns="{_OFFICE}/extended-properties"><Company>{SECRET}</Company>'
        f"</Properties>",
        "docProps/own.xml": f'<Properties xmlns="{_OFFICE}/custom-properties"><property name="{SECRET}"/></Properties>',
        "docProps/thumbnail.jpeg": "",
        "customXml/item1.xml": f'<p xmlns="http://schemas.microsoft.com/office/2006/metadata/properties">{SECRET}</p>',
        "customXml/item2.xml": '<Sources xmlns="http://schemas.openxmlformats.org/officeDocument/2006/bibliography"/>',
    }


def docx(more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A text with changes that were tracked, remarks, and a photo with its place."""
    text = f'{SHOWN}: w:author="Kafka" w:date="soon"'
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<w:document xmlns:w="{W}"><w:body><w:p>'
        f'<w:ins w:id="1" w:author="{SECRET}" w:date="2023-02-03T04:05:06Z"><w:r><w:t>{text}</w:t></w:r></w:ins>'
        "</w:p></w:body></w:document>"
    )
    remark = (
        f'<w:comments xmlns:w="{W}"><w:comment w:id="0" w:author=\'{SECRET}\' w:initials="{SECRET[:2]}" '
        f'w:date="2023-02-03T04:05:06Z"><w:p><w:r><w:t>{SHOWN}</w:t></w:r></w:p></w:comment></w:comments>'
    )
    people = (
        f'<w15:people xmlns:w15="{W15}"><w15:person w15:author="{SECRET}"><w15:presenceInfo w15:providerId="AD" '
        f'w15:userId="{SECRET}"/></w15:person></w15:people>'
    )
    return zipped(
        {
            **_properties(),
            "docProps/thumbnail.jpeg": samples.photo_with_place(),
            "word/document.xml": body,
            "word/comments.xml": remark,
            "word/people.xml": people,
            "word/media/image1.jpeg": samples.photo_with_place(),
            "word/media/image2.png": samples.photo_with_place("PNG"),
            **(more or {}),
        },
        comment=SECRET,
    )


def xlsx() -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return zipped(
        {
            **_properties(),
            "xl/workbook.xml": f'<workbook xmlns="{main}"'
            f' xmlns:a="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac">'
            f'<fileSharing userName="{SECRET}"/><a:absPath url="C:\\Users\\{SECRET}\\"/><sheets>'
            f'<sheet name="{SHOWN}"/></sheets></workbook>',
            "xl/comments1.xml": f'<comments xmlns="{main}"><authors><author>{SECRET}</author></authors><commentList>'
            f'<comment ref="A1" authorId="0"><text><t>{SHOWN}</t></text></comment></commentList></comments>',
            "xl/persons/person.xml": f'<personList><person displayName="{SECRET}" id="{{1}}"'
            f' userId="{SECRET}" providerId="AD"/></personList>',
            "xl/pivotCache/pivotCacheDefinition1.xml": f'<pivotCacheDefinition refreshedBy="{SECRET}"'
            f' refreshedDate="44960.1"/>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><row><c t="inlineStr"><is><t>{SHOWN}</t>'
            f"</is></c></row></worksheet>",
        }
    )


def pptx() -> bytes:
    return zipped(
        {
            **_properties(),
            "ppt/presentation.xml": "<p:presentation/>",
            "ppt/slides/slide1.xml": f'<p:sld><p:cNvPr id="1" name="{SHOWN}"/></p:sld>',
            "ppt/commentAuthors.xml": f'<p:cmAuthorLst><p:cmAuthor id="0" name="{SECRET}"'
            f' initials="{SECRET}"/></p:cmAuthorLst>',
            "ppt/comments/comment1.xml": f'<p:cmLst><p:cm authorId="0" dt="2023-02-03T04:05:06"><p:text>'
            f"{SHOWN}</p:text></p:cm></p:cmLst>",
            "ppt/embeddings/Microsoft_Word_Document.docx": docx(),
        }
    )


def odt(more: Mapping[str, str | bytes] | None = None) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": "<manifest:manifest/>",
            "meta.xml": f'<office:document-meta xmlns:office="{office}"><meta:initial-creator>'
            f"{SECRET}</meta:initial-creator>"
            f'<meta:user-defined meta:name="{SECRET}">{SECRET}</meta:user-defined></office:document-meta>',
            "content.xml": f'<office:document-content xmlns:office="{office}"><office:annotation><dc:creator>'
            f"{SECRET}</dc:creator>"
            f"<dc:date>2023-02-03T04:05:06</dc:date><meta:creator-initials>{SECRET}</meta:creator-initials>"
            f"<text:p>{SHOWN}</text:p></office:annotation></office:document-content>",
            "settings.xml": f'<config:config-item config:name="PrinterName" config:type="string">'
            f"{SECRET}</config:config-item>"
            f'<config:config-item config:name="ViewId" config:type="string">{SHOWN}</config:config-item>',
            "Object 1/meta.xml": f"<office:document-meta><dc:creator>{SECRET}</dc:creator></office:document-meta>",
            "Pictures/1.jpg": samples.photo_with_place(),
            **(more or {}),
        }
    )


def rtf() -> bytes:
    photo = samples.photo_with_place().hex()
    lines = "\n".join(photo[at : at + 128] for at in range(0, len(photo), 128))
    return (
        "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\*\\generator " + SECRET + ";}"
        "{\\info{\\title " + SECRET + "}{\\author " + SECRET + "}{\\creatim\\yr2023\\mo2}{\\*\\company " + SECRET + "}}"
        "{\\*\\userprops{\\propname " + SECRET + "}\\proptype30{\\staticval " + SECRET + "}}"
        "{\\*\\revtbl{Unknown;}{" + SECRET + ";}}"
        "\\pard " + SHOWN + " \\{\\info\\} {\\revised\\revauth1\\revdttm-1234 " + SHOWN + "}"
        "{\\*\\atnid ZN}{\\*\\atnauthor " + SECRET + "}{\\*\\annotation{\\*\\atndate -12}\\pard " + SHOWN + "}"
        "{\\pict\\jpegblip\\picw320\\pich200 " + lines + "}{\\pict\\wmetafile8\\bin6 {}\\x\\y}}"
    ).encode()


def compound(*, small: bool = True) -> bytes:
    """A compound file with properties, in the stream of small streams or in sectors of its own."""
    value = SECRET.encode() + bytes(2)
    properties = struct.pack("<III", 8 + 8 + 8 + len(value), 1, 4) + struct.pack("<III", 16, 30, len(value)) + value
    summary = b"\xfe\xff" + bytes(22) + struct.pack("<I", 1) + SUMMARY_FORMAT + struct.pack("<I", 48) + properties
    summary = summary.ljust(200 if small else 4096, b"\0")
    text = SHOWN.encode().ljust(4096, b"\0")
    if small:  # sectors: 0 table, 1 directory, 2 small table, 3 small streams, 4 to 11 the text
        table = [0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFE, *range(5, 12), 0xFFFFFFFE]
        inner = summary.ljust(512, b"\0")
        middle = struct.pack("<128I", 1, 2, 3, 0xFFFFFFFE, *[0xFFFFFFFF] * 124) + inner
        places = (3, 512), (0, 200), (4, 4096)
    else:  # 0 table, 1 directory, 2 to 9 the properties, backwards, 10 to 17 the text
        table = [0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, *range(2, 9), *range(11, 18), 0xFFFFFFFE]
        middle = b"".join(summary[at : at + 512] for at in range(3584, -1, -512))
        places = (0xFFFFFFFE, 0), (9, 4096), (10, 4096)
    directory = b"".join(
        _entry(name, kind, *place)
        for name, kind, place in zip(
            ("Root Entry", "\x05SummaryInformation", "WordDocument"), (5, 2, 2), places, strict=True
        )
    ).ljust(512, b"\0")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack(
            "<HHHHH6xIIIIIIIII",
            62,
            3,
            0xFFFE,
            9,
            6,
            0,
            1,
            1,
            0,
            4096,
            2 if small else 0xFFFFFFFE,
            int(small),
            0xFFFFFFFE,
            0,
        )
    )
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    return header + fat + directory + middle + text


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    return (
        raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1) + bytes(48) + struct.pack("<IQ", first, size)
    )


def pdf(*, versions: int = 1, signed: bool = False, maker: str = "Maker", **options: Any) -> bytes:
    """Two pages with a photo, a note and a form's field, of a maker who says so everywhere."""
    document = pikepdf.new()
    for _ in range(2):
        document.add_blank_page(page_size=(200, 200))
    page = document.pages[0].obj
    photo = pikepdf.Stream(document, samples.photo_with_place())
    photo.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=320,
        Height=200,
        BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceRGB,
        Filter=pikepdf.Name.DCTDecode,
        Metadata=document.make_stream(SECRET.encode()),
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=document.make_indirect(photo)))
    page.Contents = document.make_stream(b"q 200 0 0 125 0 0 cm /Im0 Do Q BT (" + SHOWN.encode() + b") Tj ET")
    page.PieceInfo = pikepdf.Dictionary({f"/{maker}": pikepdf.Dictionary(Private=pikepdf.String(SECRET))})
    page.LastModified = pikepdf.String("D:20230203040506Z")
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Text,
        Rect=[0, 0, 9, 9],
        T=pikepdf.String(SECRET),
        M=pikepdf.String("D:20230203040506Z"),
        Contents=pikepdf.String(SHOWN),
    )
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        Rect=[9, 9, 20, 20],
        FT=pikepdf.Name.Tx,
        T=pikepdf.String("name"),
    )
    fields = [document.make_indirect(each) for each in (note, field)]
    page.Annots = pikepdf.Array(fields)
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(fields[1:]), SigFlags=3 if signed else 0)
    document.Root.Metadata = document.make_stream(f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode())
    document.Root.OurOwn = pikepdf.String(SECRET)
    document.docinfo["/Author"] = SECRET
    out = io.BytesIO()
    document.save(out, fix_metadata_version=False, preserve_pdfa=False, **options)
    body = out.getvalue()
    for _ in range(1, versions):
        body = _appended(body)
    return body


def _appended(body: bytes) -> bytes:
    """The same document without its description, as editors leave it: the old one is still there."""
    start = int(body.rpartition(b"startxref")[2].split()[0])
    with pikepdf.open(io.BytesIO(body)) as document:
        size, root = int(cast("Any", document.trailer.Size)), document.Root.objgen[0]
    return body + (
        f"xref\n0 1\n0000000000 65535 f \ntrailer << /Size {size}"
        f" /Root {root} 0 R /Prev {start} >>\nstartxref\n{len(body)}\n%%EOF\n".encode()
    )
