"""SVG: drawings, not programs. One that could run or load something is refused."""

import re
from xml.parsers import expat

from parley.media.checking.ranges import RangeFile
from parley.media.checking.sandbox import Findings, Refused

MAX_FILE_BYTES = 4 * 1024 * 1024
_ACTIVE_ELEMENTS = frozenset(
    {"script", "foreignobject", "iframe", "embed", "object", "handler", "audio", "video", "set"}
)
_REFERENCES = frozenset({"href", "src", "xlink:href"})
_SAFE_REFERENCE = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp);base64,)", re.IGNORECASE)
_ACTIVE_STYLE = re.compile(r"@import|expression\s*\(|url\s*\(\s*['\"]?\s*(?!#)", re.IGNORECASE)


def inspect_svg(file: RangeFile) -> Findings:
    """Read the whole drawing; raises `Refused` for scripts, event handlers, outside references and declared entities.

    Entities are refused where they are declared, before any is expanded.
    """
    source = file.read(MAX_FILE_BYTES + 1)
    if len(source) > MAX_FILE_BYTES:
        raise Refused("image_too_large")
    roots: list[str] = []
    styles: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        roots.append(local)
        if local in _ACTIVE_ELEMENTS:
            raise Refused("active_content")
        for attribute, value in attributes.items():
            _check_attribute(attribute.lower(), value)

    def entity(*_: object) -> None:
        raise Refused("active_content")

    def instruction(target: str, _data: str) -> None:
        if target.lower() == "xml-stylesheet":
            raise Refused("active_content")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = entity
    parser.ProcessingInstructionHandler = instruction
    parser.CharacterDataHandler = lambda text: styles.append(text) if roots[-1] == "style" else None
    parser.Parse(source, True)
    if roots[0] != "svg":
        raise Refused("type_mismatch")
    if _ACTIVE_STYLE.search("".join(styles)):
        raise Refused("active_content")
    return {}, {}


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on") or (name == "style" and _ACTIVE_STYLE.search(value)):
        raise Refused("active_content")
    if name in _REFERENCES and not _SAFE_REFERENCE.match(value):
        raise Refused("active_content")
    if "javascript:" in re.sub(r"\s", "", value).lower():
        raise Refused("active_content")
