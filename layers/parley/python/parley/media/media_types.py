"""The types of files that Parley takes: what each is, and whether a browser may show it in place.

A tenant can narrow this list. A type that is not here is taken as `application/octet-stream`: content decides what such
a file is, and what has no known content is only ever downloaded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["image", "vector", "video", "audio", "document", "text", "file", "other"]
UNKNOWN = "application/octet-stream"
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."


@dataclass(frozen=True, slots=True)
class MediaType:
    """`inline`: safe to show in place. What can run script in a page (SVG, HTML) is only ever an attachment."""

    name: str
    kind: Kind
    inline: bool = True


def _types(kind: Kind, names: str, *, inline: bool = True) -> Iterable[MediaType]:
    return (MediaType(name, kind, inline) for name in names.split())


MEDIA_TYPES: dict[str, MediaType] = {
    known.name: known
    for known in (
        *_types("image", "image/jpeg image/png image/gif image/webp image/tiff image/avif image/heic"),
        MediaType("image/svg+xml", "vector", inline=False),
        *_types(
            "video", "video/mp4 video/webm video/quicktime video/3gpp video/3gpp2 video/x-matroska video/x-msvideo"
        ),
        MediaType("video/ogg", "video"),
        *_types(
            "audio", "audio/mpeg audio/mp4 audio/ogg audio/wav audio/flac audio/webm audio/aac audio/amr audio/aiff"
        ),
        *_types("audio", "audio/3gpp audio/3gpp2 audio/x-caf audio/x-matroska audio/avi"),
        MediaType("application/pdf", "document"),
        MediaType("text/plain", "text"),
        *_types("text", "text/csv text/markdown text/html text/calendar text/vcard application/json", inline=False),
        *_types(
            "file", "application/zip application/x-7z-compressed application/vnd.rar application/gzip", inline=False
        ),
        *_types("file", "application/rtf application/msword application/vnd.ms-excel", inline=False),
        *_types("file", "application/vnd.ms-powerpoint application/epub+zip", inline=False),
        *(
            MediaType(OFFICE + name, "file", inline=False)
            for name in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
        ),
        *(MediaType(OPEN_DOCUMENT + name, "file", inline=False) for name in ("text", "spreadsheet", "presentation")),
        MediaType(OPEN_DOCUMENT + "graphics", "file", inline=False),
        *_types("other", "image/bmp image/x-icon"),
        MediaType(UNKNOWN, "other", inline=False),
    )
}

ALIASES = {
    "": UNKNOWN,
    "binary/octet-stream": UNKNOWN,
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/apng": "image/png",
    "image/vnd.mozilla.apng": "image/png",
    "image/x-png": "image/png",
    "image/tif": "image/tiff",
    "image/heif": "image/heic",
    "image/heic-sequence": "image/heic",
    "image/heif-sequence": "image/heic",
    "image/svg": "image/svg+xml",
    "image/x-ms-bmp": "image/bmp",
    "image/x-bmp": "image/bmp",
    "image/vnd.microsoft.icon": "image/x-icon",
    "image/ico": "image/x-icon",
    "audio/mp3": "audio/mpeg",
    "audio/mpeg3": "audio/mpeg",
    "audio/x-mp3": "audio/mpeg",
    "audio/x-mpeg": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/x-pn-wav": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "audio/x-m4b": "audio/mp4",
    "audio/opus": "audio/ogg",
    "audio/x-opus+ogg": "audio/ogg",
    "audio/vorbis": "audio/ogg",
    "audio/x-vorbis+ogg": "audio/ogg",
    "audio/x-ogg": "audio/ogg",
    "application/ogg": "audio/ogg",
    "application/x-ogg": "audio/ogg",
    "audio/x-aac": "audio/aac",
    "audio/aacp": "audio/aac",
    "audio/x-hx-aac-adts": "audio/aac",
    "audio/vnd.dlna.adts": "audio/aac",
    "audio/amr-wb": "audio/amr",
    "audio/x-amr": "audio/amr",
    "audio/x-aiff": "audio/aiff",
    "audio/aif": "audio/aiff",
    "audio/caf": "audio/x-caf",
    "audio/matroska": "audio/x-matroska",
    "video/matroska": "video/x-matroska",
    "video/x-m4v": "video/mp4",
    "video/3gp": "video/3gpp",
    "video/avi": "video/x-msvideo",
    "video/msvideo": "video/x-msvideo",
    "video/vnd.avi": "video/x-msvideo",
    "video/x-ogg": "video/ogg",
    "application/x-pdf": "application/pdf",
    "application/x-zip-compressed": "application/zip",
    "application/x-zip": "application/zip",
    "application/x-gzip": "application/gzip",
    "application/x-rar-compressed": "application/vnd.rar",
    "application/x-rar": "application/vnd.rar",
    "application/vnd.comicbook-rar": "application/vnd.rar",
    "text/rtf": "application/rtf",
    "application/ics": "text/calendar",
    "text/x-vcalendar": "text/calendar",
    "text/x-vcard": "text/vcard",
    "text/directory": "text/vcard",
    "text/x-csv": "text/csv",
    "application/csv": "text/csv",
    "text/comma-separated-values": "text/csv",
    "text/x-markdown": "text/markdown",
    "text/json": "application/json",
    "application/msexcel": "application/vnd.ms-excel",
    "application/x-msexcel": "application/vnd.ms-excel",
    "application/mspowerpoint": "application/vnd.ms-powerpoint",
}


def canonical(content_type: str) -> str:
    """The one name of a type: lower case, without parameters, aliases resolved."""
    name = content_type.split(";", maxsplit=1)[0].strip().lower()
    return ALIASES.get(name, name)


def allowed_type(content_type: str, narrowed: Iterable[str] | None) -> MediaType | None:
    """The type, if the tenant (`narrowed`, where it set a list) takes it."""
    name = canonical(content_type)
    if narrowed is not None and name not in {canonical(each) for each in narrowed}:
        return None
    return MEDIA_TYPES.get(name, MEDIA_TYPES[UNKNOWN])
