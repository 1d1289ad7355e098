"""The parts of Office's and OpenDocument's packages that say who made a document, when and with what.

What is drawn stays byte by byte: only the values of known attributes and elements are changed, and parts that hold
nothing else become empty ones.
"""

import re
from collections.abc import Callable

from parley.media.checking.metadata.byte_reading import Malformed

Change = Callable[[bytes], bytes]
NOBODY, NO_DAY = b"Author", b"2000-01-01T00:00:00Z"
_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPEN = b"http://schemas.openxmlformats.org/"
_PROPERTIES = {
    "core-properties": b'<cp:coreProperties xmlns:cp="' + _OPEN + b'package/2006/metadata/core-properties"/>',
    "extended-properties": b'<Properties xmlns="' + _OPEN + b'officeDocument/2006/extended-properties"/>',
    "custom-properties": b'<Properties xmlns="' + _OPEN + b'officeDocument/2006/custom-properties"/>',
}
"""Parts of properties by the type of relationship that leads there, and what they are without any."""
OFFICE_FOLDERS = ("word/", "xl/", "ppt/", "visio/")
"""Where Office keeps a document: packages of programs and of models are built alike, and are no documents."""
_ROOT_RELATIONSHIPS = "_rels/.rels"
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s[^<]*?/?>")
_PEOPLE = b'<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>'
_META = (
    b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3">'
    b"<office:meta/></office:document-meta>"
)
_OFFICES_OWN = re.compile(
    rb'xmlns(?::\w+)?="http://schemas\.microsoft\.com/(?:office/2006/(?:metadata|coverPageProps)|sharepoint|office/infopath)'
)
"""Namespaces of what an organisation keeps about a document; other data beside it is the author's."""


def _always(content: bytes) -> Change:
    return lambda _: content


def _attributes(names: bytes, value: bytes | None) -> Change:
    """Give attributes another value, or drop them; text that looks like one is left as it is."""
    pattern = re.compile(rb"\s(?:[\w.-]+:)?(?:" + names + rb")=(\"[^\"<]*\"|'[^'<]*')")

    def change(part: bytes) -> bytes:
        def replaced(match: re.Match[bytes]) -> bytes:
            if part.rfind(b"<", 0, match.start()) < part.rfind(b">", 0, match.start()):
                return match[0]
            return b"" if value is None else match[0][: match.start(1) - match.start()] + b'"' + value + b'"'

        return pattern.sub(replaced, part)

    return change


def _elements(names: bytes, content: bytes | None = b"") -> Change:
    """Empty elements that hold text alone, or drop them."""
    pattern = re.compile(rb"(<((?:[\w.-]+:)?(?:" + names + rb"))(?:\s[^<>]*)?>)[^<]*(</\2\s*>)")
    return lambda part: pattern.sub(b"" if content is None else rb"\1" + content + rb"\3", part)


def _settings(names: bytes) -> Change:
    """Empty what OpenDocument's settings have of these names."""
    pattern = re.compile(rb'(<config:config-item\s[^<>]*config:name="(?:' + names + rb')"[^<>]*>)[^<]*(</)')
    return lambda part: pattern.sub(rb"\1\2", part)


_SIGNED_IN = (_attributes(rb"userId", NOBODY), _attributes(rb"providerId", b"None"))
_RULES: tuple[tuple[str, tuple[Change, ...]], ...] = (
    (r"word/people\.xml", (_always(_XML + _PEOPLE),)),
    (
        r"word/[^/]*\.xml",
        (
            _attributes(rb"author", NOBODY),
            _attributes(rb"initials", b""),
            _attributes(rb"(?<=:)date|(?<=:)dateUtc", None),
            *_SIGNED_IN,
        ),
    ),
    (r"xl/comments[^/]*\.xml|xl/comments/[^/]*\.xml", (_elements(rb"author", NOBODY),)),
    (r"xl/persons/[^/]*\.xml", (_attributes(rb"displayName", NOBODY), *_SIGNED_IN)),
    (r"xl/threadedComments/[^/]*\.xml", (_attributes(rb"dT", NO_DAY),)),
    (r"xl/workbook\.xml", (_attributes(rb"url", b""), _attributes(rb"userName", NOBODY))),
    (r"xl/revisions/[^/]*\.xml", (_attributes(rb"userName|name", NOBODY), _attributes(rb"dateTime", NO_DAY))),
    (r"xl/pivotCache/pivotCacheDefinition[^/]*\.xml", (_attributes(rb"refreshedBy|refreshedDate", None),)),
    (
        r"ppt/(?:commentAuthors|authors)\.xml",
        (_attributes(rb"name", NOBODY), _attributes(rb"initials", b"A"), *_SIGNED_IN),
    ),
    (r"ppt/comments/[^/]*\.xml", (_attributes(rb"dt|created|modified", NO_DAY),)),
)
_OPEN_DOCUMENT_RULES: tuple[tuple[str, tuple[Change, ...]], ...] = (
    (r"(?:.*/)?meta\.xml", (_always(_XML + _META),)),
    (
        r"(?:.*/)?(?:content|styles)\.xml",
        (_elements(rb"dc:creator|creator-initials|sender-initials"), _elements(rb"dc:date|meta:date-string", None)),
    ),
    (
        r"(?:.*/)?settings\.xml",
        (_settings(rb"Printer\w*|PrintFaxName|CurrentDatabase\w*|Rsid\w*|\w*Password\w*|\w*User\w*Path"),),
    ),
)
_COMPILED = [(re.compile(path), changes) for path, changes in _RULES]
_OPEN_DOCUMENT = [(re.compile(path), changes) for path, changes in _OPEN_DOCUMENT_RULES]
SIGNATURES = re.compile(r"_xmlsignatures/.+|META-INF/(?:documentsignatures|macrosignatures)\.xml")


def of_office(names: list[str], read: Callable[[str], bytes]) -> dict[str, tuple[Change, ...]]:
    """What is done to which part of an Office package."""
    changes = {name: each for name in names for pattern, each in _COMPILED[::-1] if pattern.fullmatch(name)}
    if _ROOT_RELATIONSHIPS in names:
        for relationship in _RELATIONSHIP.findall(read(_ROOT_RELATIONSHIPS)):
            kind = (_value(relationship, b"Type") or "").rpartition("/")[2]
            target = (_value(relationship, b"Target") or "").lstrip("/")
            if kind in _PROPERTIES and target in names:
                changes[target] = (_always(_XML + _PROPERTIES[kind]),)
    for name in names:
        if name.startswith("customXml/") and "/" not in name.removeprefix("customXml/"):
            changes[name] = (_without_organisation,)
    return changes


def of_open_document(names: list[str]) -> dict[str, tuple[Change, ...]]:
    """What is done to which part of an OpenDocument package."""
    return {name: each for name in names for pattern, each in _OPEN_DOCUMENT if pattern.fullmatch(name)}


def changed(part: bytes, changes: tuple[Change, ...]) -> bytes:
    """The part without its metadata. Raises `Malformed` for one in another encoding than UTF-8."""
    if part[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise Malformed
    for change in changes:
        part = change(part)
    return part


def _without_organisation(part: bytes) -> bytes:
    if not _OFFICES_OWN.search(part[:4096]):
        return part
    return _XML + b'<x xmlns=""/>'


def _value(tag: bytes, name: bytes) -> str | None:
    found = re.search(rb"\s" + name + rb"\s*=\s*[\"']([^\"']*)[\"']", tag)
    return found[1].decode("utf-8", "replace") if found else None
