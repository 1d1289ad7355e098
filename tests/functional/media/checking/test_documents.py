"""What is delivered of documents: all that their authors wrote, and nothing of who wrote it, when and with what."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from parley.media.checking.rewriting import packages
from tests.support.clients import documents, exiftool, samples
from tests.support.clients.documents import SECRET, SHOWN
from tests.support.clients.uploading import checked, send, sha256
from tests.support.people.people import Person, Workspace

OFFICE = "application/vnd.openxmlformats-officedocument."
TRACES = (SECRET, samples.PLACE.decode(), "2023-02-03", "20230203", "GPSLatitude")


def _fetched(person: Person, media_id: str) -> bytes:
    return send("GET", str(person.get(f"/v1/download/{media_id}").headers["Location"])).body


def _delivered(
    person: Person, body: bytes, content_type: str, metadata: str = "removed", preview: str = "none"
) -> bytes:
    media = checked(person, body, content_type, sha256=sha256(body))
    assert (media["status"], media["metadata"], media["preview"]) == ("ready", metadata, preview), media.text
    served = _fetched(person, media["id"])
    assert (media["size"], media["sha256"]) == (len(served), sha256(served))
    return served


def _is_clean(content: bytes) -> bool:
    return not [trace for trace in TRACES if trace.encode() in content or trace.encode("utf-16-le") in content]


@pytest.mark.parametrize(
    ("make", "content_type"),
    [
        (documents.docx, OFFICE + "wordprocessingml.document"),
        (documents.docx, "application/zip"),
        (documents.docx, ""),
        (documents.xlsx, OFFICE + "spreadsheetml.sheet"),
        (documents.pptx, OFFICE + "presentationml.presentation"),
        (documents.odt, "application/vnd.oasis.opendocument.text"),
    ],
)
def test_a_package_tells_nothing_of_its_author(alice: Person, make: Callable[[], bytes], content_type: str) -> None:
    body = make()
    before, after = documents.parts(body), documents.parts(_delivered(alice, body, content_type))
    assert list(before) == list(after)
    assert any(SECRET.encode() in part for part in before.values())
    for name, part in after.items():
        assert _is_clean(part), name
        assert part.count(SHOWN.encode()) == before[name].count(SHOWN.encode()), name
        if name.endswith(".docx"):
            assert all(_is_clean(inner) for inner in documents.parts(part).values())
    with zipfile.ZipFile(io.BytesIO(_fetched(alice, checked(alice, body, content_type)["id"]))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.comment == b""


def test_what_a_text_says_stays_though_it_looks_like_an_attribute(alice: Person) -> None:
    served = documents.parts(_delivered(alice, documents.docx(), OFFICE + "wordprocessingml.document"))
    assert b'w:author="Kafka" w:date="soon"' in served["word/document.xml"]
    assert b'<w:ins w:id="1" w:author="Author">' in served["word/document.xml"]
    assert b"bibliography" in served["customXml/item2.xml"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (documents.docx({"_xmlsignatures/sig1.xml": "<s/>"}), OFFICE + "wordprocessingml.document"),
        (documents.docx({"word/document.xml": "<a/>".encode("utf-16")}), OFFICE + "wordprocessingml.document"),
        (documents.odt({"META-INF/documentsignatures.xml": "<s/>"}), "application/vnd.oasis.opendocument.text"),
        (
            documents.odt({"META-INF/manifest.xml": "<manifest:encryption-data/>"}),
            "application/vnd.oasis.opendocument.text",
        ),
        (documents.pdf(signed=True), "application/pdf"),
        (documents.pdf(encryption=pikepdf.Encryption(owner="secret", user="")), "application/pdf"),
        (documents.pdf(encryption=pikepdf.Encryption(owner="secret", user="secret")), "application/pdf"),
        (documents.docx()[:-100], OFFICE + "wordprocessingml.document"),
        (documents.pdf(maker="Illustrator"), "application/pdf"),
    ],
)
def test_where_it_cannot_be_removed_the_tenant_decides(
    acme: Workspace, alice: Person, body: bytes, content_type: str
) -> None:
    assert _delivered(alice, body, content_type, "unreadable") == body
    strict = Workspace(acme.tenant_id, {"unreadable_metadata": "reject"}).person("strict")
    refused = checked(strict, body, content_type)
    assert (refused["status"], refused["reason"]) == ("rejected", "metadata_unreadable")


@pytest.mark.parametrize(("said", "value"), [("compress_type", 93), ("file_size", 5 * 1024**3)])
def test_a_large_part_that_nobody_can_unpack_or_write_is_unreadable(alice: Person, said: str, value: int) -> None:
    packed = io.BytesIO(documents.docx({"word/large.bin": bytes(packages.MAX_PART_BYTES + 1)}))
    with zipfile.ZipFile(packed, "a") as archive:
        setattr(archive.getinfo("word/large.bin"), said, value)
        archive.comment = b"written anew"
    body = packed.getvalue()
    assert _delivered(alice, body, OFFICE + "wordprocessingml.document", "unreadable", "failed") == body


def test_groups_of_rtf_may_lie_deep_in_each_other(alice: Person) -> None:
    depth = 200_000
    body = b"{\\rtf1 {\\info {\\author x}}" + b"{" * depth + b"a" + b"}" * depth + b"}"
    served = _delivered(alice, body, "application/rtf")
    assert served == body.replace(b"{\\info {\\author x}}", b"")


def test_a_tenant_may_keep_what_documents_say(acme: Workspace) -> None:
    keeping = Workspace(acme.tenant_id, {"keep_metadata": True}).person("keeping")
    for body, content_type in (
        (documents.docx(), OFFICE + "wordprocessingml.document"),
        (documents.pdf(), "application/pdf"),
        (documents.rtf(), "application/rtf"),
        (documents.compound(), "application/msword"),
    ):
        assert _delivered(keeping, body, content_type, "kept") == body


def test_an_archive_is_no_document(acme: Workspace) -> None:
    strict = Workspace(acme.tenant_id, {"unreadable_metadata": "reject"}).person("strict")
    for body, content_type in (
        (samples.zipped("a.txt")[:-30], "application/zip"),
        (samples.zipped(*(f"{number}.txt" for number in range(20_001))), "application/zip"),
        (samples.zipped("a.txt", "b.txt"), "application/zip"),
        (documents.zipped({"[Content_Types].xml": "<Types/>", "a.nuspec": SECRET}), "application/zip"),
        (documents.zipped({"mimetype": "application/epub+zip", "OEBPS/a.opf": SECRET}), "application/epub+zip"),
    ):
        assert _delivered(strict, body, content_type, "kept") == body


def test_a_document_without_metadata_is_delivered_byte_by_byte(alice: Person) -> None:
    kind = OFFICE + "wordprocessingml.document"
    clean = _delivered(alice, documents.docx(), kind)
    assert _delivered(alice, clean, kind) == clean
    pdf = _delivered(alice, documents.pdf(), "application/pdf")
    assert _delivered(alice, pdf, "application/pdf") == pdf


def test_rtf_loses_its_information_and_keeps_its_text(alice: Person) -> None:
    body = documents.rtf()
    served = _delivered(alice, body, "application/rtf")
    assert _is_clean(served)
    assert served.count(SHOWN.encode()) == body.count(SHOWN.encode())
    assert samples.PLACE.hex().encode() in body.replace(b"\n", b"")
    assert samples.PLACE.hex().encode() not in served
    assert b"\\bin6 {}\\x\\y}" in served
    assert b"\\{\\info\\}" in served
    assert b"{\\*\\revtbl{Unknown;}{Unknown;}}" in served
    assert b"revdttm" not in served
    assert _delivered(alice, b"{\\rtf1 {\\info {\\author x}", "application/rtf", "unreadable")


@pytest.mark.parametrize("small", [True, False])
def test_properties_of_an_older_document_are_emptied(acme: Workspace, alice: Person, *, small: bool) -> None:
    body = documents.compound(small=small)
    assert SECRET.encode() in body
    served = _delivered(alice, body, "application/msword", "unreadable")
    assert len(served) == len(body)
    assert _is_clean(served)
    assert SHOWN.encode() in served
    strict = Workspace(acme.tenant_id, {"unreadable_metadata": "reject"}).person("strict")
    assert checked(strict, body, "")["reason"] == "metadata_unreadable"


@pytest.mark.parametrize(
    "options", [{}, {"linearize": True}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}]
)
@pytest.mark.parametrize("versions", [1, 3])
def test_a_pdf_tells_nothing_of_its_author_or_its_past(alice: Person, versions: int, options: dict[str, Any]) -> None:
    body = documents.pdf(versions=versions, **options)
    served = _delivered(alice, body, "application/pdf")
    with pikepdf.open(io.BytesIO(served)) as after, pikepdf.open(io.BytesIO(body)) as before:
        assert len(after.pages) == len(before.pages) == 2
        whole = io.BytesIO()
        after.save(
            whole,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
        assert _is_clean(whole.getvalue())
        assert whole.getvalue().count(SHOWN.encode()) == 2
        assert after.pages[0].Resources.XObject.Im0.read_raw_bytes().startswith(b"\xff\xd8")
        assert [str(each.get("/T", "")) for each in after.pages[0].Annots] == ["", "name"]
        assert after.is_linearized == ("linearize" in options and versions == 1)
        assert served.count(b"startxref") == (2 if after.is_linearized else 1)


@pytest.mark.skipif(exiftool.binary() is None, reason="this machine has no exiftool")
def test_no_tag_that_exiftool_writes_is_in_a_pdf(alice: Person, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(samples.pdf())
    exiftool.fill(path)
    exiftool.fill(path)
    body = path.read_bytes()
    assert exiftool.MARK.encode() in body
    served = _delivered(alice, body, "application/pdf")
    path.write_bytes(served)
    assert exiftool.MARK.encode() not in served
    found = {name: value for name, value in exiftool.found(path).items() if not name.endswith(":Linearized")}
    assert set(found) <= {"PDF:PDFVersion", "PDF:PageCount"}, found


def test_a_damaged_pdf_keeps_its_pages(alice: Person) -> None:
    whole = documents.pdf()
    for body in (b"\n\njunk\n" + whole, whole + b"\njunk after", whole.replace(b"startxref", b"startxxxx")):
        media = checked(alice, body, "application/pdf")
        assert (media["status"], media["metadata"], media["pages"]) == ("ready", "removed", 2), media.text
        served = _fetched(alice, media["id"])
        assert _is_clean(served)
        assert b"junk" not in served
