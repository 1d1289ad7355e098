"""The types of files that Parley takes: what each is, and whether a browser may show it in place.

A tenant can narrow this list. A type that is not here is refused before any byte moves, and a file whose magic number
says another type than its upload declared is rejected.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["image", "vector", "video", "audio", "document", "text", "file"]


@dataclass(frozen=True, slots=True)
class MediaType:
    """`inline`: safe to show in place. What can run script in a page (SVG, HTML) is only ever an attachment."""

    name: str
    kind: Kind
    inline: bool = True


MEDIA_TYPES: dict[str, MediaType] = {
    known.name: known
    for known in (
        MediaType("image/jpeg", "image"),
        MediaType("image/png", "image"),
        MediaType("image/gif", "image"),
        MediaType("image/webp", "image"),
        MediaType("image/tiff", "image"),
        MediaType("image/avif", "image"),
        MediaType("image/heic", "image"),
        MediaType("image/svg+xml", "vector", inline=False),
        MediaType("video/mp4", "video"),
        MediaType("video/webm", "video"),
        MediaType("video/quicktime", "video"),
        MediaType("audio/mpeg", "audio"),
        MediaType("audio/mp4", "audio"),
        MediaType("audio/ogg", "audio"),
        MediaType("audio/wav", "audio"),
        MediaType("audio/flac", "audio"),
        MediaType("audio/webm", "audio"),
        MediaType("application/pdf", "document"),
        MediaType("text/plain", "text"),
        MediaType("text/csv", "text", inline=False),
        MediaType("text/markdown", "text", inline=False),
        MediaType("text/html", "text", inline=False),
        MediaType("application/json", "text", inline=False),
        MediaType("application/zip", "file", inline=False),
        MediaType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "file", inline=False),
        MediaType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "file", inline=False),
        MediaType("application/vnd.openxmlformats-officedocument.presentationml.presentation", "file", inline=False),
    )
}

ALIASES = {
    "image/jpg": "image/jpeg",
    "image/heif": "image/heic",
    "audio/mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "video/x-m4v": "video/mp4",
    "application/x-zip-compressed": "application/zip",
}


def canonical(content_type: str) -> str:
    """The one name of a type: lower case, without parameters, aliases resolved."""
    name = content_type.split(";", maxsplit=1)[0].strip().lower()
    return ALIASES.get(name, name)


def allowed_type(content_type: str, narrowed: tuple[str, ...] | None) -> MediaType | None:
    """The type, if both Parley and the tenant (`narrowed`, where it set a list) take it."""
    name = canonical(content_type)
    if narrowed is not None and name not in {canonical(each) for each in narrowed}:
        return None
    return MEDIA_TYPES.get(name)
